import MisfitCore
import Synchronization
import Testing

@testable import MisfitIngest

@Suite("Training data")
struct TrainingDataTests {
  private func options(_ change: (inout TrainingData.Options) -> Void) -> TrainingData.Options {
    var options = TrainingData.Options()
    change(&options)
    return options
  }

  private func firstColumn(_ store: RowStore) throws -> [Float] {
    let target = FloatBuffer(count: store.rowCount * store.width)
    try store.copyRows(0..<store.rowCount, into: target.all)
    return (0..<store.rowCount).map { target.all[$0 * store.width] }
  }

  private func table(rows: Int) -> String {
    "a,b\n" + (0..<rows).map { "\(2 + 2 * $0),\($0 % 7)\n" }.joined()
  }

  @Test(
    "exactly the requested share is held out, in order, by the seed",
    arguments: [
      (100, 0.1, 10), (10, 0.25, 3), (2, 0.1, 1), (3, 1.0, 2), (50, 0.0, 0),
    ])
  func share(_ rows: Int, _ share: Double, _ count: Int) throws {
    let source = try CSVSource(text: table(rows: rows))
    func load(_ seed: UInt64) throws -> TrainingData {
      try TrainingData.load(
        source, options: options { ($0.validationShare, $0.scaling, $0.seed) = (share, .none, seed) })
    }
    let data = try load(1)
    #expect((data.validation?.rowCount ?? 0) == count)
    let training = try firstColumn(data.training)
    let validation = try data.validation.map(firstColumn) ?? []
    #expect(training == training.sorted() && validation == validation.sorted())
    #expect((training + validation).sorted() == (0..<rows).map { Float(2 + 2 * $0) })
    #expect(try firstColumn(load(1).training) == training)
    if rows == 100 { #expect(try firstColumn(load(2).training) != training) }
  }

  @Test("every row is held out about as often as any other")
  func fairSelection() {
    var counts = Array(repeating: 0, count: 20)
    for seed in 0..<2000 {
      var selection = Selection(5, of: 20, seed: UInt64(seed))
      for row in 0..<20 where selection.next() { counts[row] += 1 }
    }
    #expect(counts.reduce(0, +) == 10_000)
    // 500 each, with a standard deviation of 19.4.
    #expect(counts.allSatisfy { abs($0 - 500) < 90 })
  }

  @Test("a validation source is encoded by the same schema")
  func validationSource() throws {
    let other = try CSVSource(text: "a,b\n7,1\n")
    let data = try TrainingData.load(
      CSVSource(text: "a,b\n1,0\n3,2\n"), options: options { $0.validationSource = other })
    #expect(data.training.rowCount == 2)
    #expect(try data.validation.map(firstColumn) == [5])
    let wrong = try CSVSource(text: "1\n2\n")
    let error = ingestError {
      _ = try TrainingData.load(
        CSVSource(text: "a,b\n1,0\n3,2\n"), options: options { $0.validationSource = wrong })
    }
    #expect(error?.kind == .shapeMismatch(expected: .row(2), found: .row(1)))
  }

  @Test("one row is too few")
  func oneRow() throws {
    let source = try CSVSource(text: "a,b\n1,2\n")
    #expect(ingestError { _ = try TrainingData.load(source) }?.kind == .tooFewRows(1, needed: 2))
  }

  @Test("a constant column is reported")
  func constantColumn() throws {
    let data = try TrainingData.load(CSVSource(text: "a,b\n1,5\n2,5\n3,5\n"))
    #expect(data.notes.contains("constant: \"b\""))
  }

  @Test("pixels are kept as bytes and read back encoded")
  func pixels() throws {
    let data = try TrainingData.load(
      ArraySource(fixture("images.idx")), options: options { $0.validationShare = 0 })
    #expect(data.training.kind == .pixels(divisor: 255))
    #expect(try firstColumn(data.training) == [0, Float(12.0 / 255)])
    let standardized = try TrainingData.load(
      ArraySource(fixture("images.idx")),
      options: options { ($0.validationShare, $0.scaling) = (0, .standard) })
    #expect(standardized.training.kind == .floats)
    #expect(try firstColumn(standardized.training) == [-1, 1])
  }

  @Test("Columns of validation rows are found by name, in any order")
  func validationColumns() throws {
    let rows = (0..<8).map { [Double($0), Double($0 * 10)] }
    let data = try TrainingData.load(
      MemorySource(rows: rows, columns: ["a", "b"]),
      options: options {
        $0.scaling = .none
        $0.validationSource = try? MemorySource(rows: [[3, 50, 2], [0, 70, 1]], columns: ["z", "b", "a"])
      })
    #expect(try firstColumn(#require(data.validation)) == [2, 1])
    let missing = ingestError {
      _ = try TrainingData.load(
        MemorySource(rows: rows, columns: ["a", "b"]),
        options: options { $0.validationSource = try? MemorySource(rows: [[1, 2]], columns: ["a", "c"]) })
    }
    guard case .missingColumns(let names) = missing?.kind else {
      Issue.record("\(String(describing: missing))")
      return
    }
    #expect(names.map(\.name) == ["b"])
  }

  @Test("both stores share the limit")
  func memoryLimit() throws {
    let data = try TrainingData.load(
      RandomSource(rowCount: 5000, columnCount: 4, seed: 1), options: options { $0.memoryLimitBytes = 40_000 }
    )
    #expect(data.training.isSpilled && data.validation?.isSpilled == true)
    #expect(data.training.memoryLimitBytes + (data.validation?.memoryLimitBytes ?? 0) <= 40_000)
  }

  @Test("a source that changes between the passes is an error")
  func changing() throws {
    for texts in [["a\n1\n2\n", "a\n1\n3\n"], ["a\n1\n2\n", "a\n1\n2\n3\n"], ["a\n1\n2\n", "a\n1\n"]] {
      let source = try ChangingSource(texts)
      #expect(ingestError { _ = try TrainingData.load(source) }?.kind == .changedBetweenPasses)
    }
  }
}

/// Delivers another text at every pass.
private final class ChangingSource: RecordSource {
  let name = "changing"
  let layout: RecordLayout
  private let passes: [CSVSource]
  private let pass = Mutex(0)

  init(_ texts: [String]) throws {
    passes = try texts.map { try CSVSource(text: $0) }
    layout = passes[0].layout
  }

  func makeReader() throws(IngestError) -> any RecordReader {
    let index = pass.withLock { pass in
      defer { pass += 1 }
      return pass
    }
    return try passes[min(index, passes.count - 1)].makeReader()
  }
}
