/// The order of day, month and year in dates that do not determine it.
public enum DateOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// Day, month, year: 31/12/2007.
  case dayFirst
  /// Month, day, year: 12/31/2007.
  case monthFirst
  /// Year, month, day: 07-12-31; with a year of four digits at the end, the day comes first.
  case yearFirst
}

/// Reads dates in texts.
///
/// `2007-11-30`, `2007/11/30`, `30.11.2007`, `30/11/2007` or `11/30/2007` by ``DateOrder``, `30 Nov 2007`,
/// `30-Nov-07`, `November 30, 2007`, with or without a weekday before it; after `T`, a blank or a comma also
/// a time: `14:30`, `14:30:15.5`, `2:30 PM`, then `Z`, `UTC` or an offset such as `+02:00`. Years of two
/// digits are 1970 to 2069. Times without a zone are universal time. Brackets around a date are skipped, as
/// web servers write them.
///
/// Months, quarters and weeks (`2024-03`, `Mar 2024`, `1974Q1`, `2024-W05`) are read as their first day.
/// Times without a date are those of a day far before all dates, see ``CalendarDate/isTimeOfDay(_:)``.
enum DateText {
  /// Returns seconds from 1 January 1970, and whether there is a time of day; nil for anything else.
  static func read(_ cell: Span<UInt8>, order: DateOrder) -> (seconds: Double, hasTime: Bool)? {
    guard canBeDate(cell) else { return nil }
    let hasBrackets = cell[0] == UInt8(ascii: "[") && cell[cell.count - 1] == UInt8(ascii: "]")
    let range = hasBrackets ? 1..<cell.count - 1 : cell.indices
    let start = DateCursor(bytes: range.map { cell[$0] })
    var cursor = start
    guard let day = date(&cursor, order) else {
      if let day = period(start) { return (Double(day) * CalendarDate.secondsPerDay, false) }
      return clock(start).map { (CalendarDate.midnight + $0, true) }
    }
    let midnight = Double(day) * CalendarDate.secondsPerDay
    if cursor.isAtEnd { return (midnight, false) }
    guard cursor.skipTimeMark(), let seconds = time(&cursor), cursor.isAtEnd else { return nil }
    return (midnight + seconds, true)
  }

  /// Returns whether a text may be a date, quickly: most columns of texts have none.
  static func canBeDate(_ cell: Span<UInt8>) -> Bool {
    guard cell.count >= 4, cell.count <= 48 else { return false }
    let first = cell[0]
    guard first &- 48 <= 9 || "jfmasondtwq[{".utf8.contains(first | 0x20) else { return false }
    var (digitCount, colonCount) = (0, 0)
    for index in cell.indices {
      if cell[index] &- 48 <= 9 { digitCount += 1 } else if cell[index] == 58 { colonCount += 1 }
    }
    guard cell.count >= 6 || colonCount > 0 else { return false }
    // `Mar-24`
    return digitCount >= (first &- 48 <= 9 ? 3 : 2)
  }

  /// Returns whether only an order distinguishes day and month: the text begins with two numbers of one or
  /// two digits, separated by a slash or a dash.
  static func needsOrder(_ cell: Span<UInt8>) -> Bool {
    var index = 0
    while index < cell.count, cell[index] &- 48 <= 9 { index += 1 }
    guard index == 1 || index == 2, index + 1 < cell.count, cell[index] == 47 || cell[index] == 45 else {
      return false
    }
    return cell[index + 1] &- 48 <= 9
  }

  private static func date(_ cursor: inout DateCursor, _ order: DateOrder) -> Int? {
    if cursor.word(among: weekdays) != nil {
      cursor.skip([UInt8(ascii: ","), UInt8(ascii: ".")])
      cursor.skipBlanks()
    }
    if let month = cursor.word(among: months) {
      cursor.skip([UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "-")])
      guard let day = cursor.number(digits: 1...2) else { return nil }
      cursor.skip([UInt8(ascii: ",")])
      cursor.skip([UInt8(ascii: " "), UInt8(ascii: "-")])
      guard let year = cursor.year() else { return nil }
      return CalendarDate.day(year: year, month: month, day: day.value)
    }
    guard let first = cursor.number(digits: 1...4), first.digits != 3, let separator = cursor.separator()
    else {
      return nil
    }
    if let month = cursor.word(among: months) {
      if first.digits == 4 {
        guard cursor.separator() == separator, let day = cursor.number(digits: 1...2) else { return nil }
        return CalendarDate.day(year: first.value, month: month, day: day.value)
      }
      cursor.skip([UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: " "), separator])
      guard let year = cursor.year() else { return nil }
      return CalendarDate.day(year: year, month: month, day: first.value)
    }
    guard separator != UInt8(ascii: " "), let second = cursor.number(digits: 1...2),
      cursor.separator() == separator
    else { return nil }
    if first.digits == 4 {
      guard let day = cursor.number(digits: 1...2) else { return nil }
      return CalendarDate.day(year: first.value, month: second.value, day: day.value)
    }
    if order == .yearFirst, first.digits == 2, let day = cursor.number(digits: 2...2) {
      let year = first.value >= 70 ? 1900 + first.value : 2000 + first.value
      return CalendarDate.day(year: year, month: second.value, day: day.value)
    }
    guard let year = cursor.year() else { return nil }
    // Points separate day, month and year in this order only, as in German.
    let isDayFirst = order != .monthFirst || separator == UInt8(ascii: ".")
    return CalendarDate.day(
      year: year, month: isDayFirst ? second.value : first.value, day: isDayFirst ? first.value : second.value
    )
  }

  /// Reads a time, in seconds from midnight.
  private static func time(_ cursor: inout DateCursor) -> Double? {
    guard var hour = cursor.number(digits: 1...2)?.value, cursor.take(UInt8(ascii: ":")),
      let minute = cursor.number(digits: 2...2)?.value, minute < 60
    else { return nil }
    var second = 0.0
    if cursor.take(UInt8(ascii: ":")) {
      guard let value = cursor.seconds() else { return nil }
      second = value
    }
    cursor.skipBlanks()
    if let half = cursor.word(among: halves) {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (half == 2 ? 12 : 0)
      cursor.skipBlanks()
    }
    guard hour < 24 || (hour == 24 && minute == 0 && second == 0), let offset = zone(&cursor) else {
      return nil
    }
    return Double(hour * 3600 + minute * 60) + second - offset
  }

  /// Reads the offset of a zone in seconds; 0 if there is none, nil for a malformed one.
  private static func zone(_ cursor: inout DateCursor) -> Double? {
    if cursor.isAtEnd || cursor.word(among: zones) != nil { return 0 }
    let isBehind = cursor.take(UInt8(ascii: "-"))
    guard isBehind || cursor.take(UInt8(ascii: "+")), let hours = cursor.pair(), hours <= 15
    else { return nil }
    _ = cursor.take(UInt8(ascii: ":"))
    let minutes = cursor.pair() ?? 0
    return Double(hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
  }

  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
  ].map { Array($0.utf8) }
  static let halves = [Array("am".utf8), Array("pm".utf8)]
  private static let zones = [Array("z".utf8), Array("utc".utf8), Array("gmt".utf8)]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ].map { Array($0.utf8) }
}
