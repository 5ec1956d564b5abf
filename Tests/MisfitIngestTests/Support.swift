import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

/// The path of a fixture.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

extension TemporaryFolder {
  /// Writes a file and gives its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }
}

/// Everything that a source delivers.
struct Contents: Equatable {
  var rows: [[Double]] = []
  var ids: [String] = []
  var labels: [String] = []
  var lines: [Int] = []
  var byteOffsets: [Int] = []
}

/// Reads a source to its end in batches of a size.
func contents(of source: any RecordSource, batchSize: Int = 3) throws -> Contents {
  var contents = Contents()
  let reader = try source.makeReader()
  var batch = RecordBatch(layout: source.layout, capacity: batchSize)
  while try reader.readBatch(into: &batch) {
    #expect(batch.firstRecord == contents.rows.count + 1)
    for row in 0..<batch.rowCount {
      contents.rows.append((0..<batch.width).map { batch.value(row: row, column: $0) })
      contents.ids.append(batch.id(ofRow: row))
    }
    contents.labels += batch.labels
    contents.lines += batch.lines
    contents.byteOffsets += batch.byteOffsets
  }
  return contents
}

/// The error that opening or reading a text gives.
func failure(_ text: String, _ options: SourceOptions = SourceOptions()) -> IngestError? {
  do {
    _ = try contents(of: CSVSource(text: text, options: options))
    return nil
  } catch { return error as? IngestError }
}

/// The error of a function.
func ingestError(_ body: () throws -> Void) -> IngestError? {
  do {
    try body()
    return nil
  } catch { return error as? IngestError }
}

extension SourceOptions {
  /// Options with a few of them set.
  static func with(_ change: (inout SourceOptions) -> Void) -> SourceOptions {
    var options = SourceOptions()
    change(&options)
    return options
  }
}
