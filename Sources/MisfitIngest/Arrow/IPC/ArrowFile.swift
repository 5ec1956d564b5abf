import MisfitCore

/// Arrow data in the interprocess format (IPC): a stream of messages, or a file, which is known as Feather,
/// too.
///
/// A file is read from its beginning to its end, as a stream is, so that it may come from a pipe.
enum ArrowFile {
  /// The bytes that a file begins with.
  static let magic = Array("ARROW1".utf8)

  /// Returns whether bytes begin a file, or a stream with its mark of a message.
  static func isBeginning(_ head: [UInt8]) -> Bool {
    head.starts(with: magic + [0, 0]) || head.starts(with: [255, 255, 255, 255])
  }

  /// Opens the table of some bytes, which may be compressed as a whole.
  ///
  /// One batch at a time is in memory. Bytes that can be read more than once are read again for each pass.
  ///
  /// - Throws: ``IngestError``.
  static func table(_ input: any ByteInput, options: SourceOptions) throws(IngestError) -> ArrowTable {
    let skipped = ArrowSkippedColumns(options)
    let byteLimit = options.memoryLimitBytes
    let first = try ArrowFileReader(input, skipped: skipped, byteLimit: byteLimit)
    let schema = first.schema
    guard input.canBeReadAgain else {
      return try ArrowTable(name: input.name, fields: schema.fields, keepsBatches: false) {
        () throws(IngestError) in try first.next()
      }
    }
    return ArrowTable(name: input.name, filePaths: [input.name], fields: schema.fields) {
      () throws(IngestError) in
      let pass = try ArrowFileReader(input, skipped: skipped, byteLimit: byteLimit)
      guard pass.schema == schema else {
        throw IngestError(.changedBetweenPasses, at: InputPosition(source: input.name))
      }
      return { () throws(IngestError) in try pass.next() }
    }
  }
}
