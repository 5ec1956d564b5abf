import MisfitCore

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// A case of the enumeration, by its raw value.
  static var choice: ValueKind { choice(Value.allCases.map { ($0.rawValue, $0) }) { $0.rawValue } }
}

extension ValueKind {
  /// Returns the kind of a few named values.
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

/// Formats lists of names.
enum ChoiceText {
  /// Returns `a, b, c`; in quotes if a name contains a comma or a space: `"," ";"`.
  static func list(_ names: [String]) -> String {
    guard names.contains(where: { $0.contains(",") || $0.contains(" ") }) else {
      return names.joined(separator: ", ")
    }
    return names.map { "\"\($0)\"" }.joined(separator: " ")
  }
}
