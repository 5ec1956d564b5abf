import MisfitCore

/// One pass over the batches of an Arrow stream or file; one thread at a time uses it.
final class ArrowFileReader: @unchecked Sendable {
  /// The columns.
  let schema: ArrowMessageSchema
  private let messages: ArrowMessageReader
  private var dictionaries: [Int64: ArrowDictionary] = [:]
  private var isAtEnd = false

  /// A batch without a column of values has no bytes; it must not state any number of rows.
  private static let emptyRowLimit = 1 << 16

  /// Reads the schema.
  ///
  /// - Throws: ``IngestError``.
  init(
    _ input: any ByteInput, skipped: ArrowSkippedColumns, byteLimit: Int
  ) throws(IngestError) {
    let reader = try ByteStream.open(input).reader
    messages = try ArrowMessageReader(reader, name: input.name, byteLimit: byteLimit)
    guard let message = try messages.next(), case .schema(let table) = message.content else {
      throw messages.malformed("it does not begin with a schema")
    }
    do {
      var reader = ArrowSchemaReader(name: input.name, skipped: skipped, version: message.version)
      schema = try reader.read(table)
    } catch let error as IngestError { throw error } catch {
      throw messages.malformed("the schema contradicts itself")
    }
    _ = try messages.body(of: message)
  }

  /// Returns the next batch; nil at the end.
  ///
  /// - Throws: ``IngestError``.
  func next() throws(IngestError) -> ArrowBatch? {
    while !isAtEnd, let message = try messages.next() {
      let bytes = try messages.body(of: message)
      switch message.content {
      case .schema: throw messages.malformed("there is a second schema")
      case .dictionary(let id, let header, let isDelta):
        try read(header, bytes, intoDictionary: id, isDelta: isDelta)
      case .batch(let header): return try batch(header, bytes)
      }
    }
    isAtEnd = true
    return nil
  }

  private func batch(_ header: ArrowBatchHeader, _ bytes: [UInt8]) throws(IngestError) -> ArrowBatch {
    var decoder = ArrowBatchDecoder(
      header, body: bytes, dictionaries: dictionaries, byteLimit: messages.byteLimit)
    var columns: [ArrowColumn] = []
    columns.reserveCapacity(schema.layouts.count)
    for (layout, field) in zip(schema.layouts, schema.fields) {
      do throws(ArrowBody.Problem) { columns.append(try decoder.column(layout)) } catch {
        throw self.error(error, column: field.name)
      }
    }
    guard header.rowCount <= Self.emptyRowLimit || columns.contains(where: { $0.type != .null }) else {
      throw messages.malformed("a batch of \(header.rowCount) rows has no values")
    }
    return ArrowBatch(columns, rowCount: header.rowCount)
  }

  private func read(
    _ header: ArrowBatchHeader, _ bytes: [UInt8], intoDictionary id: Int64, isDelta: Bool
  ) throws(IngestError) {
    // Columns that are passed over have dictionaries, too.
    guard let layout = schema.dictionaries[id] else { return }
    var decoder = ArrowBatchDecoder(header, body: bytes, dictionaries: [:], byteLimit: messages.byteLimit)
    do throws(ArrowBody.Problem) {
      let values = try decoder.column(layout)
      var dictionary = isDelta ? dictionaries.removeValue(forKey: id) ?? ArrowDictionary() : ArrowDictionary()
      do throws(ArrowColumnProblem) {
        try dictionary.append(values, byteLimit: messages.byteLimit)
      } catch { throw ArrowBody.Problem.contradiction(error.part) }
      dictionaries[id] = dictionary
    } catch { throw self.error(error, column: nil) }
  }

  private func error(_ problem: ArrowBody.Problem, column: String?) -> IngestError {
    let position = InputPosition(source: messages.name, byteOffset: messages.messageOffset, column: column)
    switch problem {
    case .contradiction(let part):
      let what = column == nil ? "a dictionary" : "the column"
      return IngestError(.malformedArrow("\(what) contradicts \(part)"), at: position)
    case .damaged(let format):
      return IngestError(.malformedArrow("the \(format.rawValue) data of a buffer is damaged"), at: position)
    case .noDecompressor(let format): return IngestError(.noDecompressor(format), at: position)
    case .tooLarge(let byteCount): return messages.tooLarge(byteCount)
    }
  }
}
