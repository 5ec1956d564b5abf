/// A period that the cells of a column name, instead of a day.
package enum DatePeriod: String, Sendable, Hashable, Codable {
  case month
  case quarter
  case week

  /// Returns the period that a cell which is read as a date names; nil for a day or a time.
  init?(_ cell: Span<UInt8>) {
    guard cell.count <= 8 else { return nil }
    var (groupCount, letterCount) = (0, 0)
    var (isInNumber, hasQuarter, hasWeek) = (false, false, false)
    for index in cell.indices {
      let byte = cell[index]
      let isDigit = byte &- 48 <= 9
      if isDigit, !isInNumber { groupCount += 1 }
      isInNumber = isDigit
      if byte == UInt8(ascii: ":") { return nil }
      guard (byte | 0x20) &- 97 < 26 else { continue }
      letterCount += 1
      hasQuarter = hasQuarter || byte | 0x20 == UInt8(ascii: "q")
      hasWeek = hasWeek || byte | 0x20 == UInt8(ascii: "w")
    }
    if letterCount == 1, groupCount == 2, hasQuarter {
      self = .quarter
    } else if letterCount == 1, groupCount == 2, hasWeek {
      self = .week
    } else if letterCount <= 1 ? groupCount == 2 : groupCount == 1 {
      self = .month
    } else {
      return nil
    }
  }

  /// Returns the period that holds a date, as `2024-03`, `2024-Q1` or `2024-W05`.
  package func text(seconds: Double) -> String {
    guard seconds.isFinite, !CalendarDate.isTimeOfDay(seconds) else {
      return CalendarDate.text(seconds: seconds, withTime: false)
    }
    let day = Int((CalendarDate.bounded(seconds) / CalendarDate.secondsPerDay).rounded(.down))
    let (year, month, _) = CalendarDate.civil(day)
    switch self {
    case .month: return "\(Self.padded(year, 4))-\(Self.padded(month, 2))"
    case .quarter: return "\(Self.padded(year, 4))-Q\((month + 2) / 3)"
    case .week:
      // The week belongs to the year of its Thursday; 1 January 1970 was one.
      let thursday = day - (((day + 3) % 7) + 7) % 7 + 3
      let weekYear = CalendarDate.civil(thursday).year
      let first = CalendarDate.day(year: weekYear, month: 1, day: 1) ?? thursday
      return "\(Self.padded(weekYear, 4))-W\(Self.padded((thursday - first) / 7 + 1, 2))"
    }
  }

  private static func padded(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
