/// Reads a time stamp: a date with or without a time, or seconds or milliseconds from 1970.
package enum TimeStamp {
  /// Returns seconds from 1970; nil for anything else.
  ///
  /// Numbers of at least 1e11 are milliseconds.
  package static func seconds(
    _ text: Span<UInt8>, number: Double? = nil, order: DateOrder = .dayFirst
  ) -> Double? {
    if let number, number.isFinite { return abs(number) >= 1e11 ? number / 1000 : number }
    return DateText.read(text, order: order)?.seconds
  }

  /// Returns those of day first and month first in which a text is a date; nil if the text needs no order.
  package static func orders(_ text: Span<UInt8>) -> [DateOrder]? {
    guard DateText.needsOrder(text) else { return nil }
    return [.dayFirst, .monthFirst].filter { DateText.read(text, order: $0) != nil }
  }
}

extension TimeStamp {
  /// Returns seconds from 1970 as `2007-11-11 14:30:15`.
  package static func text(seconds: Double) -> String { CalendarDate.text(seconds: seconds, withTime: true) }
}
