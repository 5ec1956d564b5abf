/// One argument of a verb: its description, and the closure that stores its value.
///
/// Parsing, help and error messages all use it; a flag is described nowhere else.
struct Argument<Root> {
  var description: ArgumentDescription
  /// The closure that parses a text and stores the value; returns false if the text is not valid.
  ///
  /// `isFirst` is false for later occurrences of a repeatable argument.
  var store: (_ root: inout Root, _ text: String, _ isFirst: Bool) -> Bool
  /// The default value, as one would type it; nil if there is none.
  var defaultText: (Root) -> String?

  /// Returns the same argument for a value that contains the root.
  func mapped<Outer>(into path: WritableKeyPath<Outer, Root>) -> Argument<Outer> {
    Argument<Outer>(
      description: description,
      store: { outer, text, isFirst in store(&outer[keyPath: path], text, isFirst) },
      defaultText: { defaultText($0[keyPath: path]) })
  }
}

/// The description of an argument.
struct ArgumentDescription {
  enum Form {
    case flag
    case `switch`
    /// A positional argument with the number of values that it takes.
    case positional(ClosedRange<Int>)
  }

  var form: Form
  /// The names, such as `-o` and `--output`; empty for a positional.
  var names: [String] = []
  /// Names from other programs, such as `--lr`, that are suggested as this one when typed.
  var synonyms: [String] = []
  /// The placeholder of the value in help.
  var placeholder = ""
  /// The heading of the flag in help.
  var group: String?
  /// Whether only the page with all flags shows it.
  var isRare = false
  /// The help, as sentences.
  var help: String
  /// The valid texts, in words.
  var expectation = ""
  var example = ""
  var choices: [String] = []
  var content = ValueContent.other
  var hint: (String) -> String? = { _ in nil }
  var isRepeatable = false
  var isRequired = false
  /// The behavior without the argument, if there is no default value to show.
  var otherwise: String?

  /// The name in messages: the longest one, or the placeholder of a positional.
  var name: String { names.last ?? placeholder }

  /// The spelling in help, such as `-o, --output PATH`.
  var spelling: String {
    guard !names.isEmpty else { return placeholder }
    let indent = names[0].hasPrefix("--") ? "    " : ""
    return indent + names.joined(separator: ", ") + (placeholder.isEmpty ? "" : " " + placeholder)
  }

  /// Copies the description of a kind of value.
  mutating func describe<Value>(_ kind: ValueKind<Value>) {
    expectation = kind.expectation
    example = kind.example
    choices = kind.choices
    content = kind.content
    hint = kind.hint
  }
}
