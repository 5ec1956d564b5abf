import Misfit
import MisfitCore
import MisfitIngest

/// Data of the C interface: what to read, and the options to read it with.
///
/// It is opened when it is used, since a model says what is expected of it.
final class DataHandle: Sendable {
  /// What there is to read.
  enum Content: Sendable {
    /// Files, folders and patterns.
    case paths([String])
    /// The bytes of a file.
    case bytes(ArrowBuffer, name: String)
    /// A row-major array of numbers of a NumPy type.
    case array(ArrowBuffer, type: String, extents: [Int], name: String)
    /// Columns.
    case table(ArrowTable)
  }

  /// What there is to read.
  let content: Content
  /// The options to read it with.
  let options: SourceOptions

  /// Creates data.
  init(_ content: Content, options: SourceOptions) {
    self.content = content
    self.options = options
  }

  /// Whether records are on lines of a text.
  var hasLines: Bool {
    switch content {
    case .paths, .bytes: true
    case .array, .table: false
    }
  }

  /// Opens the data to learn from it.
  ///
  /// - Throws: ``IngestError``; ``InterfaceError`` for a stream that can be read only once.
  func source() throws -> any RecordSource {
    if case .table(let table) = content, !table.canBeReadAgain {
      throw InterfaceError(
        .argument, "a fit reads its data several times, and \(table.name) is a stream that is read once",
        remedy: "keep its batches")
    }
    return try open(options)
  }

  /// Opens the data as a model needs it.
  ///
  /// - Throws: ``IngestError``.
  func source(for detector: Detector) throws -> any RecordSource {
    guard case .paths(let paths) = content else {
      let source = try open(detector.sourceOptions(options))
      try detector.schema.check(source.layout, of: source.name)
      return source
    }
    return try detector.open(paths, options: options)
  }

  private func open(_ options: SourceOptions) throws(IngestError) -> any RecordSource {
    switch content {
    case .paths(let paths): try DataSource.open(paths, options: options)
    case .bytes(let bytes, let name): try DataSource.open(bytes: bytes, name: name, options: options)
    case .array(let values, let type, let extents, let name):
      try DataSource.open(array: values, type: type, extents: extents, name: name, options: options)
    case .table(let table): try DataSource.open(table, options: options)
    }
  }
}
