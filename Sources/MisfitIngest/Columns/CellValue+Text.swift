import MisfitCore

extension CellValue: CustomStringConvertible {
  /// The number, where it is one.
  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The value with the digits that matter: `39.1`, `Adelie`, `2007-11-11`, `missing`.
  public var description: String {
    switch self {
    case .number(let value): NumberText.significant(value)
    case .level(let text): text
    case .date(let seconds, let hasTime): CalendarDate.text(seconds: seconds, withTime: hasTime)
    case .missing: "missing"
    }
  }

  /// One of the levels that have no input of their own, whichever it is.
  package static let rarerLevel = CellValue.level("a rarer level")

  /// The value in a sentence: levels stand in quotes.
  public var quoted: String {
    if case .level(let text) = self, self != .rarerLevel { "\"\(text)\"" } else { description }
  }
}
