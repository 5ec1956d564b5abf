import MisfitCore

/// A JSON text as lines of CSV after a header, so that CSV code reads it by the same rules.
///
/// Columns are the names of all members, in the order of their first appearance; the members of a nested
/// object are named `outer.inner`. A name that a record lacks, and `null`, are empty cells; strings are in
/// quotes.
struct JSONInput: ByteInput {
  let name: String
  let byteCount: Int? = nil
  /// The lines of the records in the JSON text.
  private let lines = RecordLines()
  let compression: CompressionFormat?
  let form: JSONForm
  var recordLines: RecordLines? { lines }
  private let base: any ByteInput
  private let encoding: TextEncoding?
  private let columns: [[UInt8]]
  /// Whether names that are not among the columns are skipped, since the others are all that is needed.
  private let skipsNewNames: Bool
  /// Returns a reader of the text in UTF-8.
  private static func reader(
    of base: any ByteInput, _ encoding: TextEncoding?
  ) throws(IngestError) -> any ByteReader {
    let reader = try ByteStream.open(base).reader
    return encoding.map { DecodingReader(reader, $0, name: base.name, isBeginning: false) } ?? reader
  }

  private static func decoded(
    _ bytes: [UInt8], _ encoding: TextEncoding?, isWhole: Bool, name: String
  ) throws(IngestError) -> [UInt8] {
    guard let encoding else { return bytes }
    let memory = MemoryReader(bytes, pieceByteCount: .max)
    let reader = DecodingReader(memory, encoding, name: name, isBeginning: !isWhole)
    var text: [UInt8] = []
    var block: [UInt8] = Array(repeating: 0, count: 1 << 16)
    while case let count = try reader.read(into: &block, startingAt: 0), count > 0 { text += block[..<count] }
    return text
  }

  /// The beginning of the table if the text can be read only once.
  private let head: [UInt8]?

  /// The maximum number of columns.
  static let columnLimit = 1 << 16

  /// Collects the names of the columns from the whole text, or from the beginning of one that can be read
  /// only once.
  ///
  /// - Throws: ``IngestError``.
  init(_ base: any ByteInput, _ decoding: TextDecoding, options: SourceOptions) throws(IngestError) {
    self.base = base
    encoding = decoding.encoding
    name = base.name
    let isStreamed = !base.canBeReadAgain
    let limit = 1 << 18
    let (raw, compression) = try ByteStream.head(of: base, byteCount: limit)
    self.compression = compression
    let isWhole = raw.count < limit
    let bytes = try Self.decoded(raw, decoding.encoding, isWhole: isWhole, name: base.name)
    form = try JSONForm(bytes, isWhole: isWhole, name: base.name)
    var names = JSONNames()
    let reader: any ByteReader =
      isStreamed
      ? MemoryReader(bytes, pieceByteCount: .max) : try Self.reader(of: base, decoding.encoding)
    try names.collect(reader, form, name: base.name, isPartial: isStreamed && !isWhole)
    skipsNewNames = options.expectedColumns != nil
    guard !names.columns.isEmpty else { throw IngestError(.empty, at: InputPosition(source: base.name)) }
    columns = names.columns
    guard isStreamed else {
      head = nil
      return
    }
    let table = JSONTableReader(
      MemoryReader(bytes, pieceByteCount: .max), form, columns, name: base.name, lines: RecordLines(),
      skipsNewNames: true)
    head = table.beginning()
  }

  var canBeReadAgain: Bool { base.canBeReadAgain }

  func open() throws(IngestError) -> any ByteReader {
    JSONTableReader(
      try Self.reader(of: base, encoding), form, columns, name: name, lines: lines,
      skipsNewNames: skipsNewNames)
  }

  /// Returns the beginning of the table if opening the text would consume it.
  func keptHead() -> [UInt8]? { head }
}

/// The names of columns, in the order of their appearance.
struct JSONNames {
  private(set) var columns: [[UInt8]] = []
  private var indices: [[UInt8]: Int] = [:]

  init() {}

  init(_ columns: [[UInt8]]) {
    for column in columns { _ = index(of: column[...]) }
  }

  /// Returns the index of a name, which is added if it is new.
  mutating func index(of name: ArraySlice<UInt8>) -> Int {
    let name = Array(name)
    if let index = indices[name] { return index }
    indices[name] = columns.count
    columns.append(name)
    return columns.count - 1
  }

  /// Returns the index of a known name; usually that is `guess`.
  func knownIndex(of name: ArraySlice<UInt8>, guess: Int) -> Int? {
    guess < columns.count && columns[guess].elementsEqual(name) ? guess : indices[Array(name)]
  }

  /// Adds the names of all records; in a part of a text, those of the complete records.
  mutating func collect(
    _ reader: any ByteReader, _ form: JSONForm, name: String, isPartial: Bool
  ) throws(IngestError) {
    let records = JSONRecordReader(JSONScanner(reader, name: name), form)
    var record = JSONRecord()
    do throws(IngestError) {
      while try records.next(into: &record) {
        for (place, cell) in record.cells.enumerated() {
          let name = record.bytes[cell.name]
          if knownIndex(of: name, guess: place) == nil { _ = index(of: name) }
        }
        guard columns.count <= JSONInput.columnLimit else {
          let place = InputPosition(source: name, line: record.line)
          throw IngestError(
            .malformedJSON("there are more than \(JSONInput.columnLimit) different names"), at: place)
        }
      }
    } catch {
      guard isPartial, error.kind == .truncatedJSON else { throw error }
    }
  }
}
