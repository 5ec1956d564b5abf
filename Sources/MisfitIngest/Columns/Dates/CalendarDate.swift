import MisfitCore

/// Days of the Gregorian calendar, counted from 1 January 1970.
///
/// Howard Hinnant, "chrono-compatible low-level date algorithms".
enum CalendarDate {
  static let secondsPerDay = 86_400.0

  /// Returns the number of a day; nil if the month has no such day, or the year does not have four digits.
  static func day(year: Int, month: Int, day: Int) -> Int? {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= length(year, month) else {
      return nil
    }
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Returns the year, month and day of a number.
  static func civil(_ number: Int) -> (year: Int, month: Int, day: Int) {
    let z = number + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func length(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// The midnight of times without a date: far before the year 1, so that it cannot be confused with a date.
  static let midnight = -1_000_000 * secondsPerDay

  /// Returns whether seconds are a time without a date, as ``DateText`` reads it.
  static func isTimeOfDay(_ seconds: Double) -> Bool { (seconds - midnight).magnitude < 3.6e7 }

  /// Returns the nearest time in the years 1 to 9999, in seconds from 1 January 1970.
  static func bounded(_ seconds: Double) -> Double { min(max(seconds, -62_135_596_800), 253_402_300_799) }

  /// Returns `2007-11-11`, or `2007-11-11 14:30` or `14:30:15` with the time; `NaN` for NaN.
  static func text(seconds: Double, withTime: Bool) -> String {
    guard !seconds.isNaN else { return "NaN" }
    if isTimeOfDay(seconds) { return time(seconds: max(0, seconds - midnight)) }
    // A model may expect any date; more than four digits of a year are of no use.
    let bounded = bounded(seconds).rounded()
    let day = Int((bounded / secondsPerDay).rounded(.down))
    let (year, month, dayOfMonth) = civil(day)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    guard withTime else { return date }
    let rest = Int(bounded) - day * 86_400
    let time = "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2))"
    return rest % 60 == 0 ? "\(date) \(time)" : "\(date) \(time):\(padded(rest % 60, 2))"
  }

  /// Returns `14:30` or `14:30:15`; hours are counted beyond a day.
  private static func time(seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let time = "\(padded(whole / 3600, 2)):\(padded(whole / 60 % 60, 2))"
    return whole % 60 == 0 ? time : "\(time):\(padded(whole % 60, 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
