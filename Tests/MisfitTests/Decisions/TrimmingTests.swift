import MisfitCore
import MisfitIngest
import Testing
import _DetectorTestSupport

@testable import Misfit

@Suite("Trimming")
struct TrimmingTests {
  /// Rows on a line; every tenth of them is off it.
  private func source(rows: Int = 200) throws -> MemorySource {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<rows).map { row -> [Double] in
      let base = Double(generator.nextUnitFloat())
      let noise = 0.02 * Double(generator.nextUnitFloat())
      return [base, 2 * base + noise + (row % 10 == 9 ? 4 : 0), 30 - 10 * base]
    }
    return try MemorySource(rows: values, columns: ["a", "b", "c"])
  }

  private func options(_ contamination: Contamination?, threads: Int = 1) -> FitOptions {
    var options = SmallData.options(epochs: 25, hidden: [1])
    options.rows.contamination = contamination
    options.rows.validationShare = 0
    options.run.threadCount = threads
    return options
  }

  @Test(
    "A network leaves out the planted rows, and records which", arguments: [Contamination.share(0.1), .found])
  func planted(contamination: Contamination) throws {
    let trimming = try #require(
      Detector.fit(source(), options: options(contamination)).training.trimming)
    let odd = Set((0..<20).map { 10 * $0 + 10 })
    #expect(trimming.rowCount == 200 && trimming.isFound == (contamination == .found))
    #expect(odd.intersection(trimming.records).count >= 19, "\(trimming.records)")
    #expect(trimming.count == trimming.records.count && trimming.count <= 40)
  }

  @Test("Threads and the storage of rows do not change which rows are left out")
  func deterministic() throws {
    let one = try Detector.fit(source(), options: options(.share(0.1)))
    let three = try Detector.fit(source(), options: options(.share(0.1), threads: 3))
    #expect(one.weightBits == three.weightBits && one.training.trimming == three.training.trimming)
    let without = try Detector.fit(source(), options: options(nil))
    #expect(without.weightBits != one.weightBits && without.training.trimming == nil)
  }

  @Test("Rows in a file are copied without the same left-out rows")
  func spilled() throws {
    var loading = TrainingData.Options()
    loading.validationShare = 0
    loading.seed = 1
    var leftOut: [[Int]] = []
    for limit in [1 << 20, 700] {
      loading.memoryLimitBytes = limit
      let data = try TrainingData.load(source(), options: loading)
      #expect(data.training.isSpilled == (limit == 700))
      let network = try Network(.dense(inputShape: .row(3), hidden: [1]), seed: 1)
      let rows = TrimmedRows(
        data.training, network: network, loss: .meanSquaredError, cells: nil, contamination: .share(0.1),
        pool: NumericThread.pool(threadCount: 1))
      try rows.beginEpoch(1, shuffled: true)
      #expect(rows.leftOut.isEmpty && rows.rowCount == 200)
      try rows.beginEpoch(2, shuffled: true)
      #expect(rows.rowCount == 180)
      leftOut.append(rows.leftOut)
      #expect(try gathered(rows) == kept(data.training, without: rows.leftOut))
      try data.training.beginEpoch(0, shuffled: false)
    }
    #expect(leftOut[0] == leftOut[1])
  }

  @Test("Held-out rows do not shift the recorded numbers")
  func records() throws {
    var options = options(.share(0.1))
    options.rows.validationShare = 0.3
    let trimming = try #require(Detector.fit(source(), options: options).training.trimming)
    #expect(trimming.rowCount == 140 && trimming.count == 14)
    #expect(trimming.records.count { $0 % 10 == 0 } >= 12, "\(trimming.records)")
  }

  @Test(
    "Other models leave out the rows with the highest global distances",
    arguments: [
      ModelChoice.principalComponents, .local, .neighbors, .global,
    ])
  func others(model: ModelChoice) throws {
    var options = options(.share(0.1))
    options.model = model
    let trimming = try #require(Detector.fit(source(), options: options).training.trimming)
    #expect(trimming.count == 20 && trimming.records.count { $0 % 10 == 0 } >= 18, "\(trimming.records)")
  }

  @Test("Detection with a network leaves out a tenth of the rows, unless normal rows are given")
  func detecting() throws {
    var options = options(nil)
    options.rows.areScored = true
    #expect(try Detector.fit(source(), options: options).training.trimming?.count == 20)
    options.rows.validationSource = try SmallData.source(rows: 30)
    let given = try Detector.fit(SmallData.source(), options: options)
    #expect(given.training.trimming == nil)
    #expect(given.calibration.origin == .validation && given.calibration.scores.count == 30)
  }

  @Test("The left-out rows are reported, also if there are none")
  func text() {
    var record = TrimmingRecord(count: 12, rowCount: 1200, isFound: true, records: [])
    #expect(record.text == "12 of 1,200 rows (1 %) were left out of training as the most anomalous")
    record.count = 0
    #expect(record.text == "none of 1,200 rows stood out: all of them were learned from")
  }

  @Test("A fit that leaves out rows cannot be resumed")
  func resuming() throws {
    var options = options(.found)
    options.run.checkpointPath = "none"
    options.run.resumes = true
    #expect(throws: FitError(.trimmingNotResumable)) { try Detector.fit(source(), options: options) }
  }

  private func gathered(_ rows: any EpochRows) throws -> [[Float]] {
    let row = FloatBuffer(count: rows.width).all
    return try (0..<rows.rowCount).map { index in
      try rows.makeAvailable(index..<index + 1)
      rows.gather(index..<index + 1, into: row)
      return row.array
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private func kept(_ store: RowStore, without leftOut: [Int]) throws -> [[Float]] {
    let row = FloatBuffer(count: store.width).all
    return try (0..<store.rowCount).filter { !leftOut.contains($0) }.map { index in
      try store.copyRows(index..<index + 1, into: row)
      return row.array
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
