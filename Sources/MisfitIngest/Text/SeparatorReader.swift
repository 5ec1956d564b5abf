import MisfitCore

/// Replaces carriage returns that end lines on their own by line feeds, and, if asked to, tabs by spaces.
///
/// What is inside quotes is kept, and so are carriage returns before line feeds. The number of bytes does not
/// change.
final class SeparatorReader: ByteReader, @unchecked Sendable {
  private let text: any ByteReader
  private var state: SeparatorState
  /// Whether the bytes are only the beginning of a text, so that a line feed may follow the last of them.
  private let isBeginning: Bool
  /// Whether the last byte read was a carriage return, which is held back until the next byte is known.
  private var holdsReturn = false

  init(
    _ text: any ByteReader, delimiters: [UInt8], replacesTabs: Bool = false, isBeginning: Bool = false
  ) {
    self.text = text
    state = SeparatorState(delimiters: delimiters, replacesTabs: replacesTabs)
    self.isBeginning = isBeginning
  }

  func read(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    guard start < bytes.count else { return 0 }
    if start + 1 == bytes.count {
      // Room for a second byte, which a held carriage return needs.
      var two: [UInt8] = [0, 0]
      let count = try read(into: &two, startingAt: 0)
      if count == 2 { pending = two[1] }
      if count > 0 { bytes[start] = two[0] }
      return min(count, 1)
    }
    if let pending {
      bytes[start] = pending
      self.pending = nil
      return 1
    }
    return try readMore(into: &bytes, startingAt: start)
  }

  /// A converted byte that did not fit.
  private var pending: UInt8?

  private func readMore(into bytes: inout [UInt8], startingAt start: Int) throws(IngestError) -> Int {
    while true {
      let held = holdsReturn ? 1 : 0
      let count = try text.read(into: &bytes, startingAt: start + held)
      if held == 1 { bytes[start] = CSVField.carriageReturn }
      guard count > 0 else {
        guard holdsReturn else { return 0 }
        holdsReturn = false
        guard !isBeginning else { return 0 }
        bytes[start] = state.advance(CSVField.carriageReturn, before: nil)
        return 1
      }
      var end = start + held + count
      holdsReturn = bytes[end - 1] == CSVField.carriageReturn
      if holdsReturn { end -= 1 }
      for index in start..<end {
        let next = index + 1 < start + held + count ? bytes[index + 1] : nil
        bytes[index] = state.advance(bytes[index], before: next)
      }
      if end > start { return end - start }
    }
  }
}

/// The position of a byte in a record: by the rules of ``CSVField``, only a quote at the beginning of a field
/// is a quote.
struct SeparatorState {
  private enum Place {
    case fieldStart
    case unquoted
    case quoted
    case quoteInQuotes
  }

  private let isDelimiter: [Bool]
  private let replacesTabs: Bool
  private var place = Place.fieldStart
  /// The number of carriage returns outside quotes that end a line.
  private(set) var returnCount = 0
  /// The number of line feeds outside quotes.
  private(set) var lineFeedCount = 0

  init(delimiters: [UInt8], replacesTabs: Bool = false) {
    isDelimiter = (0...255 as ClosedRange<UInt8>).map { delimiters.contains($0) }
    self.replacesTabs = replacesTabs
  }

  /// Moves past a byte, and returns its replacement.
  mutating func advance(_ byte: UInt8, before next: UInt8?) -> UInt8 {
    if place == .quoted {
      if byte == CSVField.quote { place = .quoteInQuotes }
      return byte
    }
    if byte == CSVField.quote, place != .unquoted {
      place = .quoted
      return byte
    }
    switch byte {
    case CSVField.lineFeed:
      lineFeedCount += 1
      place = .fieldStart
    case CSVField.carriageReturn where next != CSVField.lineFeed:
      returnCount += 1
      place = .fieldStart
      return CSVField.lineFeed
    case let byte where isDelimiter[Int(byte)]:
      place = .fieldStart
      if replacesTabs, byte == CSVField.tab { return CSVField.space }
    // Blanks before a quote, and the three bytes of a byte order mark.
    case CSVField.space, 0xEF, 0xBB, 0xBF: if place != .fieldStart { place = .unquoted }
    default: place = .unquoted
    }
    return byte
  }
}
