/// Which of two small numbers is the day, where the text does not tell.
public enum DateOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// 31/12/2007.
  case dayFirst
  /// 12/31/2007.
  case monthFirst
}

/// Dates in texts.
///
/// `2007-11-30`, `2007/11/30`, `30.11.2007`, `30/11/2007` or `11/30/2007` by ``DateOrder``, `30 Nov 2007`, `30-Nov-07`,
/// `November 30, 2007`, a weekday in front of it; with `T`, a blank or a comma behind it a time: `14:30`, `14:30:15.5`,
/// `2:30 PM`, then `Z`, `UTC` or an offset as `+02:00`. Years of two digits are those from 1970 to 2069. Times without
/// a zone are taken as universal time.
enum DateText {
  /// Seconds from 1 January 1970, and whether a time of day was given; nil for anything else.
  static func read(_ cell: Span<UInt8>, order: DateOrder) -> (seconds: Double, hasTime: Bool)? {
    guard canBeDate(cell) else { return nil }
    var cursor = Cursor(bytes: cell.indices.map { cell[$0] })
    guard let day = date(&cursor, order) else { return nil }
    let midnight = Double(day) * CalendarDate.secondsPerDay
    if cursor.isAtEnd { return (midnight, false) }
    guard cursor.skipTimeMark(), let seconds = time(&cursor), cursor.isAtEnd else { return nil }
    return (midnight + seconds, true)
  }

  /// Whether a text is worth a closer look: most columns of texts hold no dates.
  static func canBeDate(_ cell: Span<UInt8>) -> Bool {
    guard cell.count >= 6, cell.count <= 48 else { return false }
    let first = cell[0]
    guard first &- 48 <= 9 || "jfmasondtw".utf8.contains(first | 0x20) else { return false }
    var digitCount = 0
    for index in cell.indices where cell[index] &- 48 <= 9 { digitCount += 1 }
    return digitCount >= 3
  }

  /// Whether the order alone tells day and month of a date apart: two numbers of one or two digits stand in front, with
  /// a stroke or a dash between them.
  static func needsOrder(_ cell: Span<UInt8>) -> Bool {
    var index = 0
    while index < cell.count, cell[index] &- 48 <= 9 { index += 1 }
    guard index == 1 || index == 2, index + 1 < cell.count, cell[index] == 47 || cell[index] == 45 else {
      return false
    }
    return cell[index + 1] &- 48 <= 9
  }

  private static func date(_ cursor: inout Cursor, _ order: DateOrder) -> Int? {
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
      guard first.digits <= 2 else { return nil }
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
    guard let year = cursor.year() else { return nil }
    // Points stand between day, month and year only, as in German.
    let isDayFirst = order == .dayFirst || separator == UInt8(ascii: ".")
    return CalendarDate.day(
      year: year, month: isDayFirst ? second.value : first.value, day: isDayFirst ? first.value : second.value
    )
  }

  /// Seconds from midnight.
  private static func time(_ cursor: inout Cursor) -> Double? {
    guard var hour = cursor.number(digits: 1...2)?.value, cursor.take(UInt8(ascii: ":")),
      let minute = cursor.number(digits: 2...2)?.value, minute < 60
    else { return nil }
    var second = 0.0
    if cursor.take(UInt8(ascii: ":")) {
      guard let whole = cursor.number(digits: 2...2)?.value, whole <= 60 else { return nil }
      second = Double(whole)
      if cursor.take(UInt8(ascii: ".")) || cursor.take(UInt8(ascii: ",")) {
        guard let part = cursor.number(digits: 1...9) else { return nil }
        var scale = 1.0
        for _ in 0..<part.digits { scale *= 10 }
        second += Double(part.value) / scale
      }
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

  /// The seconds by which a zone is ahead; 0 where none is named, nil for a malformed one.
  private static func zone(_ cursor: inout Cursor) -> Double? {
    if cursor.isAtEnd || cursor.word(among: zones) != nil { return 0 }
    let isBehind = cursor.take(UInt8(ascii: "-"))
    guard isBehind || cursor.take(UInt8(ascii: "+")), let hours = cursor.pair(), hours <= 15
    else { return nil }
    _ = cursor.take(UInt8(ascii: ":"))
    let minutes = cursor.pair() ?? 0
    return Double(hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
  ].map { Array($0.utf8) }
  private static let halves = [Array("am".utf8), Array("pm".utf8)]
  private static let zones = [Array("z".utf8), Array("utc".utf8), Array("gmt".utf8)]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ].map { Array($0.utf8) }
}

/// A place in a short text.
private struct Cursor {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func take(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  mutating func skip(_ any: [UInt8]) {
    while at < bytes.count, any.contains(bytes[at]) { at += 1 }
  }

  mutating func skipBlanks() { skip([UInt8(ascii: " ")]) }

  /// What may stand between a date and a time.
  mutating func skipTimeMark() -> Bool {
    if take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) { return true }
    let start = at
    skip([UInt8(ascii: " "), UInt8(ascii: ",")])
    return at > start
  }

  /// One of the bytes that part day, month and year; blanks count as one.
  mutating func separator() -> UInt8? {
    guard at < bytes.count, "-/. ".utf8.contains(bytes[at]) else { return nil }
    let byte = bytes[at]
    at += 1
    // `30. November 2007`
    skipBlanks()
    return byte
  }

  /// A number of so many digits with no further one behind it.
  mutating func number(digits: ClosedRange<Int>) -> (value: Int, digits: Int)? {
    var value = 0
    let start = at
    while at < bytes.count, case let digit = bytes[at] &- 48, digit <= 9, at - start < digits.upperBound {
      value = value * 10 + Int(digit)
      at += 1
    }
    guard at - start >= digits.lowerBound, at == bytes.count || bytes[at] &- 48 > 9 else {
      at = start
      return nil
    }
    return (value, at - start)
  }

  /// A number of two digits, whatever follows.
  mutating func pair() -> Int? {
    guard at + 1 < bytes.count, bytes[at] &- 48 <= 9, bytes[at + 1] &- 48 <= 9 else { return nil }
    at += 2
    return Int(bytes[at - 2] - 48) * 10 + Int(bytes[at - 1] - 48)
  }

  /// Four digits, or the last two of 1970 to 2069.
  mutating func year() -> Int? {
    guard let year = number(digits: 2...4), year.digits != 3 else { return nil }
    return year.digits == 4 ? year.value : year.value >= 70 ? 1900 + year.value : 2000 + year.value
  }

  /// The place, from 1, of a word or its first three letters (all of a shorter one; `sept` too), whatever their case.
  mutating func word(among words: [[UInt8]]) -> Int? {
    var end = at
    while end < bytes.count, case let letter = bytes[end] | 0x20, letter >= 97, letter <= 122 { end += 1 }
    let count = end - at
    guard count > 0 else { return nil }
    for (place, word) in words.enumerated() {
      let isSeptember = count == 4 && word.count == 9 && word[0] == UInt8(ascii: "s")
      guard count == word.count || (word.count > 3 && count == 3) || isSeptember else { continue }
      guard (0..<count).allSatisfy({ bytes[at + $0] | 0x20 == word[$0] }) else { continue }
      at = end
      return place + 1
    }
    return nil
  }
}
