import MisfitCore

/// The notation of dates that are written as numbers.
package enum DateNotation: String, Sendable, Hashable, Codable, CaseIterable {
  /// Year, month, and as many of day, hour, minute and second as there are digits: 202403, 20240301,
  /// 20240301143015.
  case digits
  /// Seconds from 1 January 1970.
  case seconds
  /// Milliseconds from 1 January 1970.
  case milliseconds
  /// Microseconds from 1 January 1970.
  case microseconds
  /// Nanoseconds from 1 January 1970.
  case nanoseconds

  /// The name of the unit, for users.
  var text: String {
    switch self {
    case .digits: "dates as 20240301"
    default: "\(rawValue) from 1970-01-01"
    }
  }

  private var unitsPerSecond: Double {
    switch self {
    case .digits, .seconds: 1
    case .milliseconds: 1e3
    case .microseconds: 1e6
    case .nanoseconds: 1e9
    }
  }

  /// The units, each with more digits than the one before: today, seconds have 10 and milliseconds 13.
  private static let units: [DateNotation] = [.seconds, .milliseconds, .microseconds, .nanoseconds]

  /// Returns seconds from 1 January 1970, and whether there is a time of day; nil if the number is not a
  /// date.
  func read(_ number: Double) -> (seconds: Double, hasTime: Bool)? {
    guard self == .digits else {
      let seconds = number / unitsPerSecond
      return seconds == CalendarDate.bounded(seconds) ? (seconds, true) : nil
    }
    return Self.readDigits(number)
  }

  private static func readDigits(_ number: Double) -> (seconds: Double, hasTime: Bool)? {
    guard number >= 100_000, number < 1e15, number == number.rounded() else { return nil }
    var (rest, time) = (Int(number), 0)
    let hasTime = rest >= 1_000_000_000_00
    if hasTime {
      var second = 0
      if rest >= 10_000_000_000_000 { (second, rest) = (rest % 100, rest / 100) }
      let (minute, hour) = (rest % 100, rest / 100 % 100)
      guard second <= 60, minute < 60, hour < 24 else { return nil }
      time = hour * 3600 + minute * 60 + second
      rest /= 10_000
    }
    let isMonth = rest < 1_000_000
    if isMonth { rest = rest * 100 + 1 }
    guard
      let day = CalendarDate.day(year: rest / 10_000, month: rest / 100 % 100, day: rest % 100)
    else { return nil }
    return (Double(day) * CalendarDate.secondsPerDay + Double(time), hasTime)
  }

  /// Returns the unit in which all numbers are in a range of years; nil if there is none.
  static func unit(least: Double, largest: Double, years: ClosedRange<Int>) -> DateNotation? {
    guard let first = CalendarDate.day(year: years.lowerBound, month: 1, day: 1),
      let last = CalendarDate.day(year: years.upperBound, month: 12, day: 31)
    else { return nil }
    return units.first { unit in
      let scale = unit.unitsPerSecond * CalendarDate.secondsPerDay
      return least >= Double(first) * scale && largest <= Double(last + 1) * scale
    }
  }

  /// Returns the notation of numbers that the user declares to be dates.
  static func likeliest(of numbers: [Double]) -> DateNotation {
    if numbers.allSatisfy({ Self.digits.read($0) != nil }) { return .digits }
    let largest = numbers.last.map { max($0.magnitude, numbers[0].magnitude) } ?? 0
    return largest < 1e11
      ? .seconds : largest < 1e14 ? .milliseconds : largest < 1e17 ? .microseconds : .nanoseconds
  }
}

/// The way that the cells of a column are read as dates.
struct DateReading: Sendable {
  var order: DateOrder
  var notation: DateNotation?
  /// The dates that mean "no date".
  var sentinels: [Double] = []
  /// Whether a date that needs an order is refused, since its order is unknown.
  var refusesOrdered = false

  /// Returns seconds from 1 January 1970, NaN for a sentinel; nil if the cell is not a date.
  func seconds(of cell: Span<UInt8>) -> Double? {
    let seconds: Double?
    if let notation {
      guard case .number(let number) = DecimalNumber.read(cell.indices.map { cell[$0] }) else { return nil }
      seconds = notation.read(number)?.seconds
    } else {
      if refusesOrdered, DateText.needsOrder(cell) { return nil }
      seconds = DateText.read(cell, order: order)?.seconds
    }
    return seconds.map { sentinels.contains($0) ? .nan : $0 }
  }
}

extension ColumnReader {
  /// Returns the problem with a cell that is not a date here.
  func dateProblem(of cell: Span<UInt8>) -> IngestError.Kind {
    let text = CellText.shown(cell.indices.map { cell[$0] })
    guard case .date(let reading) = self, reading.notation == nil, DateText.needsOrder(cell) else {
      return .notADate(text)
    }
    let others = DateOrder.allCases.filter { DateText.read(cell, order: $0) != nil }
    if reading.refusesOrdered, !others.isEmpty { return .ambiguousDate(text) }
    return others.first.map { .dateOrder(text, reading.order, other: $0) } ?? .notADate(text)
  }
}
