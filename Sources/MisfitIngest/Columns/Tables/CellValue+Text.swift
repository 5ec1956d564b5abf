import MisfitCore

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
