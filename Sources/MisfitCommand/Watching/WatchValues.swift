import Misfit
import MisfitStreams

/// A number of rows among the last ones.
struct NeededRows: Hashable {
  var count: Int
  var window: Int
}

/// A value for a column: `cpu=5`.
struct ColumnValue<Value> {
  var column: String
  var value: Value
}

/// A time of maintenance: two times, or two times of every day.
struct MaintenanceTime: Hashable {
  /// The range in seconds from 1970; nil if it is daily.
  var range: ClosedRange<Double>?
  /// The ranges in seconds from midnight: two if it passes midnight.
  var dailyRanges: [ClosedRange<Double>] = []

  init?(_ text: String) {
    guard let (start, end) = Self.times(text) else { return nil }
    if start < Self.firstDate {
      let (from, to) = (Self.timeOfDay(start), Self.timeOfDay(end))
      dailyRanges = from <= to ? [from...to] : [from...86_400, 0...to]
    } else {
      guard start <= end else { return nil }
      range = start...end
    }
  }

  /// Returns the two times, in seconds from 1970; nil if they are not two dates, or two times of a day.
  private static func times(_ text: String) -> (Double, Double)? {
    // A date may contain slashes, too.
    let bytes = Array(text.utf8)
    let slashes = bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }
    guard slashes.count % 2 == 1 else { return nil }
    let middle = slashes[slashes.count / 2]
    let (first, second) = (Array(bytes[..<middle]), Array(bytes[(middle + 1)...]))
    guard let start = TimeStamp.seconds(first.span), let end = TimeStamp.seconds(second.span),
      (start < firstDate) == (end < firstDate), isTime(first, start), isTime(second, end)
    else { return nil }
    return (start, end)
  }

  /// Times without a date are those of a day long ago.
  private static let firstDate = -7e10

  /// Returns whether a time without a date is one of a day: 25:00 is not.
  private static func isTime(_ text: [UInt8], _ seconds: Double) -> Bool {
    guard seconds < firstDate else { return true }
    let hour = String(decoding: text, as: UTF8.self).split(separator: ":").first.flatMap { Int($0) }
    guard let hour else { return false }
    return hour < 24 || (hour == 24 && timeOfDay(seconds) == 0)
  }

  /// Returns the remedy for a text that cannot be read.
  static func hint(_ text: String) -> String {
    if let (start, end) = times(text), start > end { return "the first time must be before the second" }
    return "write 2024-03-01T02:00/2024-03-01T04:00, or 02:00/04:00 for every day"
  }

  private static func timeOfDay(_ seconds: Double) -> Double {
    seconds - (seconds / 86_400).rounded(.down) * 86_400
  }
}

extension ValueKind where Value == NeededRows {
  /// Rows among the last ones: `2/5`.
  static var neededRows: ValueKind {
    ValueKind(
      expectation: "two whole numbers, such as 2/5, the second from 1 to 64", example: "2/5",
      read: { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let count = parts[0], let window = parts[1], (1...64).contains(window),
          (1...window).contains(count)
        else { return nil }
        return NeededRows(count: count, window: window)
      }, write: { "\($0.count)/\($0.window)" })
  }
}

extension ValueKind where Value == QuietTime {
  /// A number of rows or a length of time.
  static var quietTime: ValueKind {
    ValueKind(
      expectation: "a number of rows, or a time such as 30s, 30m, 12h or 1d", example: "30m",
      read: { QuietTime($0) },
      write: { time in
        switch time {
        case .rows(let count): String(count)
        case .seconds(let seconds): NumberText.significant(seconds, digits: 12) + "s"
        }
      })
  }
}

extension ValueKind where Value == ColumnCondition {
  /// A comparison of a column with a number.
  static var condition: ValueKind {
    ValueKind(
      expectation: "a column, a comparison and a number, such as 'cpu < 5'", example: "'cpu < 5'",
      read: { ColumnCondition($0) }, write: { _ in nil },
      hint: { _ in "the comparisons are <, <=, >, >=, == and !=" })
  }
}

extension ValueKind where Value == ColumnValue<Double> {
  /// A number for a column.
  static var columnNumber: ValueKind {
    ValueKind(
      expectation: "a column and a number of at least 0, such as cpu=5", example: "cpu=5",
      read: { text in
        guard let (column, word) = splitColumn(text), let number = Double(word), number >= 0, number.isFinite
        else { return nil }
        return ColumnValue(column: column, value: number)
      }, write: { _ in nil })
  }
}

extension ValueKind where Value == ColumnValue<ColumnRule.Direction> {
  /// A direction for a column.
  static var columnDirection: ValueKind {
    ValueKind(
      expectation: "a column and up, down or both, such as latency=up", example: "latency=up",
      read: { text in
        guard let (column, word) = splitColumn(text), let value = ColumnRule.Direction(rawValue: word) else {
          return nil
        }
        return ColumnValue(column: column, value: value)
      }, write: { _ in nil })
  }
}

/// Returns the parts of `cpu=5` around the last equals sign.
private func splitColumn(_ text: String) -> (column: String, word: String)? {
  guard let sign = text.lastIndex(of: "="), sign != text.startIndex else { return nil }
  return (String(text[..<sign]), String(text[text.index(after: sign)...]))
}

extension ValueKind where Value == MaintenanceTime {
  /// Two times, or two times of a day.
  static var maintenance: ValueKind {
    ValueKind(
      expectation: "two times separated by a slash", example: "02:00/04:00",
      read: { MaintenanceTime($0) }, write: { _ in nil },
      hint: { MaintenanceTime.hint($0) })
  }
}
