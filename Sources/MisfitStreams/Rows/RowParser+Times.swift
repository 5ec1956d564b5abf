import MisfitCore
import MisfitIngest

extension RowParser {
  /// Reads a time, and finds the order of dates from the first one that determines it.
  mutating func readTime(_ text: Span<UInt8>, number: Double?) -> Double? {
    var order = options.dateOrder ?? format?.dateOrder
    if number == nil, order == nil, let orders = TimeStamp.orders(text) {
      if orders.count == 1 {
        order = orders[0]
        format?.dateOrder = order
        if ambiguousDate != nil, orders[0] != .dayFirst { correctingDate = Self.string(text) }
      } else if orders.count == 2, ambiguousDate == nil {
        ambiguousDate = Self.string(text)
      }
    }
    let seconds = TimeStamp.seconds(text, number: number, order: order ?? .dayFirst)
    if seconds == nil, !missing.contain(text) { unreadTimeCount += 1 }
    return seconds
  }

  private static func string(_ text: Span<UInt8>) -> String {
    String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
  }

  /// The notation of times that are numbers; nil for the plain one.
  var timeNotation: NumberNotation? {
    guard options.decimal == UInt8(ascii: ",") else { return nil }
    var notation = NumberNotation()
    notation.hasDecimalComma = true
    return notation
  }

  /// Finds the order of dates from the rows that have arrived already, if the first one leaves it open.
  mutating func lookAhead(_ bytes: [UInt8], _ range: Range<Int>) {
    guard options.dateOrder == nil, let format, let column = format.timeIndex else { return }
    let fields = Self.fields(bytes.span, range, format.delimiter)
    guard column < fields.count,
      TimeStamp.orders(bytes.span.extracting(CellNumber.trimmed(bytes.span, fields[column].content))) != nil
    else { return }
    var start = range.lowerBound
    for _ in 0..<Self.lookAheadCount where start < bytes.count {
      let end = Self.recordEnd(bytes, start, quoting)
      let fields = Self.fields(bytes.span, start..<end.content, format.delimiter)
      start = end.next
      guard column < fields.count else { continue }
      let cell = CellNumber.trimmed(bytes.span, fields[column].content)
      guard let orders = TimeStamp.orders(bytes.span.extracting(cell)) else { continue }
      guard orders.count == 1 else { continue }
      self.format?.dateOrder = orders[0]
      return
    }
  }

  /// The number of rows that are searched for a date that determines the order.
  private static let lookAheadCount = 5000

  /// Notes whether a condition on a column that is not watched holds.
  mutating func test(_ number: Double?, column: Int) {
    guard let number, let name = format?.names[column] else { return }
    if conditions.contains(where: { $0.column == name && $0.holds(for: number) }) { isExcepted = true }
  }
}
