/// How a value is read from the command line, what is said where it cannot be, and how it is written in help.
struct ValueKind<Value> {
  /// What a text must be, as in `"abc" is not …`: `a whole number of at least 1`.
  var expectation: String
  /// A text that is one.
  var example: String
  /// All texts, where there are only a few.
  var choices: [String] = []
  /// The value; nil where the text is none.
  var read: (String) -> Value?
  /// The value as one would type it; nil where nothing should be shown.
  var write: (Value) -> String?
  /// A way out for a particular wrong text.
  var hint: (String) -> String? = { _ in nil }
}

extension ValueKind where Value == String {
  /// Any text but the empty one.
  static var text: ValueKind { text("a text", example: "name") }

  /// The path of a file or folder.
  static var path: ValueKind { text("a path", example: "file.csv") }

  /// The path of a folder.
  static var folder: ValueKind { text("the path of a folder", example: "out/") }

  /// Any text but the empty one, under a name of its own.
  static func text(_ expectation: String, example: String) -> ValueKind {
    ValueKind(
      expectation: expectation, example: example, read: { $0.isEmpty ? nil : $0 },
      write: { $0.isEmpty ? nil : $0 })
  }
}

extension ValueKind {
  /// The same texts, as values of another type.
  func map<Other>(_ forward: @escaping (Value) -> Other?, back: @escaping (Other) -> Value?) -> ValueKind<
    Other
  > {
    ValueKind<Other>(
      expectation: expectation, example: example, choices: choices,
      read: { read($0).flatMap(forward) }, write: { back($0).flatMap(write) }, hint: hint)
  }
}
