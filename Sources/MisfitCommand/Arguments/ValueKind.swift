/// What the text of a value names.
enum ValueContent {
  /// A file.
  case path
  case folder
  /// No file: a number, a name or one of a few words.
  case other
}

/// The parsing, error message and help text of a type of values on the command line.
struct ValueKind<Value> {
  /// The valid texts in words, as in `"abc" is not …`: `a whole number of at least 1`.
  var expectation: String
  /// A valid text.
  var example: String
  /// All valid texts, if there are only a few.
  var choices: [String] = []
  /// What a shell completes.
  var content = ValueContent.other
  /// Returns the value of a text; nil if it is not valid.
  var read: (String) -> Value?
  /// Returns the value as one would type it; nil to show nothing.
  var write: (Value) -> String?
  /// Returns a hint for an invalid text; nil if there is none.
  var hint: (String) -> String? = { _ in nil }
}

extension ValueKind where Value == String {
  /// Any text except the empty one.
  static var text: ValueKind { text("a text", example: "name") }

  /// The path of a file or folder.
  static var path: ValueKind {
    var kind = text("a path", example: "file.csv")
    kind.content = .path
    return kind
  }

  /// The path of a folder.
  static var folder: ValueKind {
    var kind = text("the path of a folder", example: "out/")
    kind.content = .folder
    return kind
  }

  /// Returns the kind of any text except the empty one, with its own description.
  static func text(_ expectation: String, example: String) -> ValueKind {
    ValueKind(
      expectation: expectation, example: example, read: { $0.isEmpty ? nil : $0 },
      write: { $0.isEmpty ? nil : $0 })
  }
}

extension ValueKind {
  /// Returns a kind with the same texts and values of another type.
  func map<Other>(_ forward: @escaping (Value) -> Other?, back: @escaping (Other) -> Value?) -> ValueKind<
    Other
  > {
    ValueKind<Other>(
      expectation: expectation, example: example, choices: choices, content: content,
      read: { read($0).flatMap(forward) }, write: { back($0).flatMap(write) }, hint: hint)
  }
}
