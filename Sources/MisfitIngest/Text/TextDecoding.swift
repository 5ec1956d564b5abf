import MisfitCore

/// The conversion of the bytes of a text to UTF-8 whose lines end with line feeds, and whose columns are
/// separated by spaces where tabs and spaces separated them.
struct TextDecoding: Sendable, Equatable {
  /// The encoding; nil for UTF-8, whose bytes are used as they are.
  private(set) var encoding: TextEncoding?
  /// Whether some lines end with carriage returns alone.
  private(set) var hasReturns = false
  /// Whether other lines end with line feeds.
  private var hasLineFeeds = false
  /// Whether tabs and spaces both separate columns, so that tabs are read as spaces.
  private(set) var mixesBlanks = false
  private var delimiters: [UInt8]

  /// Detects the conversion from the beginning of a text.
  ///
  /// A byte order mark means UTF-16; followed by two zeros it would mean UTF-32.
  ///
  /// - Throws: ``IngestError`` for bytes that are not of the encoding.
  init(head: [UInt8], isWhole: Bool, name: String, options: SourceOptions) throws(IngestError) {
    let chosen = options.encoding
    let hasMark = head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    if chosen == nil, hasMark, !head.starts(with: [0xFF, 0xFE, 0, 0]) { encoding = .utf16 }
    if let chosen, chosen != .utf8 { encoding = chosen }
    delimiters = options.delimiter?.asciiValue.map { [$0] } ?? Array(",;\t|".utf8)
    let text = try decoded(head, isWhole: isWhole, name: name)
    if Self.mixesBlanks(text, options) {
      mixesBlanks = true
      delimiters = Self.blanks
    }
    guard Self.hasLoneReturn(text) else { return }
    var state = SeparatorState(delimiters: delimiters)
    for (index, byte) in text.enumerated() where index + 1 < text.count || isWhole {
      _ = state.advance(byte, before: index + 1 < text.count ? text[index + 1] : nil)
    }
    hasReturns = state.returnCount > 0
    hasLineFeeds = state.lineFeedCount > 0
  }

  /// Notes for the user on what was detected.
  var notes: [MessageText] {
    let returns: MessageText =
      hasLineFeeds
      ? "some lines end with carriage returns alone" : "lines end with carriage returns"
    return (encoding.map { [MessageText($0.rawValue)] } ?? []) + (hasReturns ? [returns] : [])
      + (mixesBlanks ? ["tabs are read as spaces"] : [])
  }

  /// Returns a reader of the converted text.
  func reader(of bytes: any ByteReader, name: String, isBeginning: Bool = false) -> any ByteReader {
    var reader = bytes
    if let encoding { reader = DecodingReader(reader, encoding, name: name, isBeginning: isBeginning) }
    if hasReturns || mixesBlanks {
      reader = SeparatorReader(
        reader, delimiters: delimiters, replacesTabs: mixesBlanks, isBeginning: isBeginning)
    }
    return reader
  }

  /// Returns the converted text of bytes in memory.
  func decoded(_ bytes: [UInt8], isWhole: Bool, name: String) throws(IngestError) -> [UInt8] {
    guard encoding != nil || hasReturns || mixesBlanks else { return bytes }
    let reader = reader(
      of: MemoryReader(bytes, pieceByteCount: .max), name: name, isBeginning: !isWhole)
    var text: [UInt8] = []
    var block: [UInt8] = Array(repeating: 0, count: 1 << 16)
    while case let count = try reader.read(into: &block, startingAt: 0), count > 0 {
      text += block[..<count]
    }
    return text
  }

  private static let blanks = [CSVField.space, CSVField.tab]

  /// Returns whether tabs and spaces both separate columns: with tabs read as spaces, the records have more
  /// columns, mostly of numbers, than any delimiter alone makes of them.
  ///
  /// Tables that were made by hand or with fixed widths are so, as some of the UCI repository's.
  private static func mixesBlanks(_ text: [UInt8], _ options: SourceOptions) -> Bool {
    guard options.delimiter == nil || options.delimiter == " ", text.contains(CSVField.tab),
      text.contains(CSVField.space)
    else { return false }
    var state = SeparatorState(delimiters: blanks, replacesTabs: true)
    var spaced = text.map { state.advance($0, before: CSVField.lineFeed) }
    guard spaced != text else { return false }
    if options.delimiter == " " { return true }
    func fit(_ text: [UInt8], _ delimiter: UInt8) -> CSVSample.Fit {
      CSVSample(text, from: CSVStart(byteOffset: 0), delimiter: delimiter, limit: CSVSniffer.recordLimit)
        .fit(delimiter: delimiter)
    }
    spaced.append(CSVField.lineFeed)
    let whole = text + [CSVField.lineFeed]
    let blank = fit(spaced, CSVField.space)
    return blank.consistency >= 0.9 && blank.numericShare >= 0.6
      && ",;|\t".utf8.map { fit(whole, $0) }.allSatisfy {
        $0.numericShare < 0.5 && $0.fieldCount < blank.fieldCount
      }
  }

  /// Returns whether a carriage return is neither before a line feed nor before another carriage return that
  /// is.
  private static func hasLoneReturn(_ text: [UInt8]) -> Bool {
    var isBehindReturn = false
    for byte in text {
      if byte == CSVField.carriageReturn {
        isBehindReturn = true
      } else {
        if isBehindReturn, byte != CSVField.lineFeed { return true }
        isBehindReturn = false
      }
    }
    return false
  }
}
