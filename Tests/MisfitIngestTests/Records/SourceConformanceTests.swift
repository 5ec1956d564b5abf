import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

/// The promises that every source keeps.
///
/// A new source gets a case of ``SourceSample``.
@Suite("Every source")
struct SourceConformanceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("delivers the same records on every pass, in batches of any size", arguments: SourceSample.allCases)
  func passes(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let first = try contents(of: source, batchSize: 1000)
    #expect(first.rows.count > 2)
    for size in [1, 2, 7] {
      #expect(try contents(of: source, batchSize: size) == first, "batches of \(size)")
    }
  }

  @Test("delivers the same records on any number of threads", arguments: SourceSample.allCases)
  func threads(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let first = try contents(of: source)
    for threadCount in [1, 3] {
      var rows: [[Double]] = []
      var ids: [String] = []
      try source.forEachBatch(ofUpTo: 4, threadCount: threadCount) { batch in
        for row in 0..<batch.rowCount {
          rows.append((0..<batch.width).map { batch.value(row: row, column: $0) })
          ids.append(batch.id(ofRow: row))
        }
      }
      #expect(rows == first.rows && ids == first.ids, "\(threadCount) threads")
    }
  }

  @Test("has the records, columns, identifiers and labels of its layout", arguments: SourceSample.allCases)
  func layout(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let (layout, contents) = (source.layout, try contents(of: source))
    #expect(layout.rowCount == nil || layout.rowCount == contents.rows.count)
    #expect(contents.rows.allSatisfy { $0.count == layout.width })
    #expect(layout.columns.isEmpty || layout.columns.count == layout.width)
    #expect(layout.hasLabels == !contents.labels.isEmpty)
    #expect(!source.filePaths.isEmpty)
    #expect(source.imageIDs.isEmpty || source.imageIDs.count == source.filePaths.count)
  }

  @Test(
    "numbers its records from 1, and the lines of a text in their order", arguments: SourceSample.allCases)
  func numbers(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let reader = try source.makeReader(threadCount: 2)
    var batch = RecordBatch(layout: source.layout, capacity: 2)
    var record = 0
    while try reader.readBatch(into: &batch) {
      for row in 0..<batch.rowCount {
        record += 1
        let position = batch.position(ofRow: row, in: source.name)
        #expect(position.record == record && position.source == source.name)
        if let line = sample.firstLine { #expect(position.line == line + record - 1) }
      }
    }
  }

  @Test("is unchanged when fitted to a model of its own records", arguments: SourceSample.allCases)
  func ownSchema(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let schema = try TrainingData.schema(of: source, threadCount: 1)
    let fitted = try source.fitted(to: schema)
    #expect(fitted.layout.shape == source.layout.shape)
    #expect(try contents(of: fitted) == contents(of: source))
  }

  @Test("finds the columns of a model by their names", arguments: SourceSample.named, [true, false])
  func reordered(sample: SourceSample, isTyped: Bool) throws {
    let source = try sample.source(in: folder)
    let all = try contents(of: source)
    let fitted = try source.fitted(to: schema(["c", "a"], isTyped: isTyped))
    #expect(fitted.layout.columns == ["c", "a"] && fitted.filePaths == source.filePaths)
    let found = try contents(of: fitted, batchSize: 2)
    #expect(found.rows == all.rows.map { [$0[2], $0[0]] })
    #expect(found.ids == all.ids && found.labels == all.labels)
    #expect(found.lines == all.lines && found.byteOffsets == all.byteOffsets)
  }

  @Test("names all columns of a model that it lacks", arguments: SourceSample.named, [true, false])
  func missing(sample: SourceSample, isTyped: Bool) throws {
    let source = try sample.source(in: folder)
    let schema = try schema(["y", "a", "z"], isTyped: isTyped)
    guard case .missingColumns(let names) = ingestError({ _ = try source.fitted(to: schema) })?.kind else {
      Issue.record("no error")
      return
    }
    #expect(names.map(\.name) == ["y", "z"])
  }

  @Test("refuses a model of other samples", arguments: SourceSample.allCases)
  func otherShape(sample: SourceSample) throws {
    let source = try sample.source(in: folder)
    let rows = [[1.0, 2, 3, 4, 5], [2, 4, 6, 8, 9]]
    let other = try TrainingData.schema(of: MemorySource(rows: rows), threadCount: 1)
    #expect(throws: IngestError.self) { try source.fitted(to: other) }
  }

  /// A schema of numbers alone, or of a table whose columns have kinds.
  private func schema(_ columns: [String], isTyped: Bool) throws -> Schema {
    let rows = (0..<9).map { row in columns.indices.map { Double((row * row + $0) % 7) + 0.5 } }
    var options = TrainingData.Options()
    options.scaling = isTyped ? .robust : .standard
    let schema = try TrainingData.load(MemorySource(rows: rows, columns: columns), options: options).schema
    #expect((schema.table != nil) == isTyped)
    return schema
  }
}
