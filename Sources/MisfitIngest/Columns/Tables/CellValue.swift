import MisfitCore

/// A cell of a table, in the user's units.
public enum CellValue: Sendable, Hashable {
  /// A number in the column's own units.
  case number(Double)
  /// A level of a categorical or boolean column, as text.
  case level(String)
  /// A date, in seconds since 1970-01-01 00:00 UTC, with or without a time of day.
  case date(Double, hasTime: Bool)
  /// A missing value.
  case missing
}

extension CellValue: CustomStringConvertible {
  /// The number; nil for other kinds of values.
  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The value with its significant digits: `39.1`, `Adelie`, `2007-11-11`, `missing`.
  public var description: String {
    switch self {
    case .number(let value): NumberText.significant(value)
    case .level(let text): text
    case .date(let seconds, let hasTime): CalendarDate.text(seconds: seconds, withTime: hasTime)
    case .missing: "missing"
    }
  }

  /// A level without an input of its own.
  package static let rarerLevel = CellValue.level("a rarer level")

  /// The value for use in a sentence: levels are in quotes.
  package var quoted: String {
    if case .level(let text) = self, self != .rarerLevel { "\"\(text)\"" } else { description }
  }
}
