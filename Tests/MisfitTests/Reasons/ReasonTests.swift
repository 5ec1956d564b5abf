import MisfitCore
import MisfitReporting
import Testing
import _DetectorTestSupport

@testable import Misfit

@Suite("Reasons")
struct ReasonTests {
  /// Eight columns that follow two hidden numbers, nearly; `shift` is added to one column of each row.
  private func rows(_ count: Int, seed: UInt64, shift: (_ row: Int) -> (column: Int, by: Double)?)
    -> [[Double]]
  {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double {
      (0..<12).reduce(-6) { sum, _ in sum + Double(generator.nextUnitFloat()) }
    }
    return (0..<count).map { row in
      let (x, y) = (normal(), normal())
      var values = [x, y, x + y, x - y, 2 * x + y, x + 2 * y, 2 * x - y, y - 3 * x].map {
        $0 + 0.1 * normal()
      }
      if let shift = shift(row) { values[shift.column] += shift.by }
      return values
    }
  }

  private let columns = (0..<8).map { "c\($0)" }

  @Test(
    "An anomaly in one column of a correlated table is the first reason in 95 of 100 rows",
    arguments: [ModelChoice.principalComponents, .autoencoder, .local, .neighbors, .global, .ensemble, .wide])
  func planted(model: ModelChoice) throws {
    var options = SmallData.options(epochs: 60, hidden: [2])
    options.model = model
    if model == .wide { options.network.hidden = nil }
    options.components = .count(2)
    options.scaling = .standard
    let detector = try Detector.fit(
      MemorySource(rows: rows(600, seed: 1) { _ in nil }, columns: columns), options: options)
    let odd = rows(100, seed: 2) { ($0 % 8, $0 % 2 == 0 ? 4 : -4) }
    var right = 0
    try detector.score(MemorySource(rows: odd, columns: columns)).forEachBatch { batch in
      for index in 0..<batch.count {
        let first = try #require(batch.reasons(at: index).first)
        let place = batch.record(at: index) - 1
        if first.feature == "c\(place % 8)" { right += 1 }
        #expect(abs(batch.featureShares(at: index).reduce(0, +) - 1) < 1e-4)
      }
    }
    #expect(right >= 95, "\(right) of 100")
  }

  @Test(
    "The first reasons of a row are the first of all its reasons",
    arguments: [ModelChoice.principalComponents, .autoencoder, .local])
  func firstReasons(model: ModelChoice) throws {
    var options = SmallData.options(epochs: 2, hidden: [2])
    options.model = model
    let detector = try Detector.fit(
      MemorySource(rows: rows(100, seed: 1) { _ in nil }, columns: columns), options: options)
    // Every fourth row has a gross outlier.
    let data = rows(20, seed: 2) { $0 % 4 == 0 ? ($0 % 8, 1e4) : nil }
    let maker = RowReasons(detector)
    try detector.score(MemorySource(rows: data, columns: columns)).forEachBatch { batch in
      for index in 0..<batch.count {
        let all = batch.reasons(at: index)
        #expect(all.count > 3 && zip(all, all.dropFirst()).allSatisfy { $0.share >= $1.share })
        for limit in [0, 1, 3, 8, 9] {
          #expect(batch.reasons(at: index, by: maker, limit: limit) == Array(all.prefix(limit)))
        }
      }
    }
  }

  @Test("The worst samples differ by the column that made them anomalous, in its own units")
  func groups() throws {
    var options = SmallData.options()
    options.model = .principalComponents
    options.components = .count(2)
    let detector = try Detector.fit(
      MemorySource(rows: rows(400, seed: 1) { _ in nil }, columns: columns), options: options)
    let mixed = rows(500, seed: 3) { $0 % 100 == 50 ? (5, 40) : nil }
    var groups = try #require(GroupReasons(detector))
    var all: [(error: Double, shares: [Double])] = []
    try detector.score(MemorySource(rows: mixed, columns: columns)).forEachBatch { batch in
      groups.update(batch)
      for index in 0..<batch.count { all.append((batch.score(at: index), batch.featureShares(at: index))) }
    }
    #expect(groups.worstCount == 5 && groups.otherCount == 495)
    let first = try #require(groups.columns.first)
    #expect(first.feature == "c5")
    let order = all.indices.sorted { all[$0].error > all[$1].error }
    func mean(_ rows: some Collection<Int>, _ value: (Int) -> Double) -> Double {
      rows.reduce(0) { $0 + value($1) } / Double(rows.count)
    }
    let (worst, others) = (order.prefix(5), order.dropFirst(5))
    #expect(abs(first.worstShare - mean(worst) { all[$0].shares[5] }) < 1e-9)
    #expect(abs(first.otherShare - mean(others) { all[$0].shares[5] }) < 1e-9)
    let difference = mean(worst) { mixed[$0][5] } - mean(others) { mixed[$0][5] }
    #expect(abs((first.difference ?? 0) - difference) < 1e-9 && difference > 30)
    #expect(abs(groups.columns.reduce(0) { $0 + $1.worstShare } - 1) < 1e-4)
  }

  @Test("Missing cells in columns with missing cells are excluded from the column's errors")
  func missingCells() throws {
    var options = SmallData.options(hidden: [4])
    options.model = .principalComponents
    let source = try CSVSource(text: MixedTableTests.table())
    let detector = try Detector.fit(source, options: options)
    var errors = try #require(ColumnErrors(detector))
    try detector.score(source).forEachBatch { errors.update($0) }
    // Of 120 rows, 11 have no weight.
    #expect(detector.schema.columnNames.map { $0 == "weight" ? 109 : 120 } == errors.errors.map(\.count))
  }

  @Test("The column that changed between two data sets is first, with Welch's standard error")
  func shift() throws {
    var options = SmallData.options()
    options.model = .principalComponents
    options.components = .count(2)
    let detector = try Detector.fit(
      MemorySource(rows: rows(400, seed: 1) { _ in nil }, columns: columns), options: options)
    let before = try detector.score(MemorySource(rows: rows(300, seed: 4) { _ in nil }, columns: columns))
    let after = try detector.score(
      MemorySource(rows: rows(200, seed: 5) { _ in (3, 1) }, columns: columns))
    let shift = try #require(try ColumnShift(from: before, to: after))
    let first = try #require(shift.columns.first)
    #expect(first.feature == "c3" && first.error.change > 0 && (first.error.ratio ?? 0) > 5)
    #expect(abs((first.value?.change ?? 0) - 1) < 0.5 && shift.counts == [300, 200])
    #expect(shift.finding.contains("c3"))
    var squares: [[Double]] = []
    for scoring in [before, after] {
      var own: [Double] = []
      try scoring.forEachBatch { batch in
        for index in 0..<batch.count {
          let difference = Double(batch.input(at: index)[3]) - Double(batch.reconstruction(at: index)[3])
          own.append(difference * difference)
        }
      }
      squares.append(own)
    }
    let means = squares.map { $0.reduce(0, +) / Double($0.count) }
    let parts = zip(squares, means).map { values, mean in
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double((values.count - 1) * values.count)
    }
    #expect(abs(first.error.change - (means[1] - means[0])) < 1e-9)
    #expect(abs((first.error.standardError ?? 0) - (parts[0] + parts[1]).squareRoot()) < 1e-9)
    let still = try #require(try ColumnShift(from: before, to: before))
    #expect(still.columns.allSatisfy { $0.error.change == 0 } && still.finding.hasPrefix("No column"))
  }
}
