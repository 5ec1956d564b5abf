import MisfitCore

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the cases, by its raw value.
  static var choice: ValueKind { choice(Value.allCases.map { ($0.rawValue, $0) }) { $0.rawValue } }
}

extension ValueKind {
  /// One of a few named values.
  static func choice(
    _ choices: [(name: String, value: Value)], write: @escaping (Value) -> String? = { _ in nil }
  ) -> ValueKind {
    let names = choices.map(\.name)
    return ValueKind(
      expectation: "one of " + ChoiceText.list(names), example: names.first ?? "", choices: names,
      read: { text in choices.first { $0.name == text }?.value }, write: write,
      hint: { text in NearestSpelling.of(text, among: names).map { "did you mean \($0)?" } })
  }
}

/// A few names in a row.
enum ChoiceText {
  /// `a, b, c`; in quotes where a name is a sign that a list would hide: `"," ";"`.
  static func list(_ names: [String]) -> String {
    guard names.contains(where: { $0.contains(",") || $0.contains(" ") }) else {
      return names.joined(separator: ", ")
    }
    return names.map { "\"\($0)\"" }.joined(separator: " ")
  }
}
