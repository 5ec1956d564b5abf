/// One argument of a verb: what is said of it, and where its value goes.
///
/// Parsing, help and error messages are all made from this; nothing about a flag stands anywhere else.
struct Argument<Root> {
  var description: ArgumentDescription
  /// Reads a text and keeps the value; false where the text is none.
  ///
  /// `isFirst` is false when a repeatable one comes again.
  var store: (_ root: inout Root, _ text: String, _ isFirst: Bool) -> Bool
  /// The default as one would type it.
  var defaultText: (Root) -> String?

  /// The same argument for a value that holds the root.
  func mapped<Outer>(into path: WritableKeyPath<Outer, Root>) -> Argument<Outer> {
    Argument<Outer>(
      description: description,
      store: { outer, text, isFirst in store(&outer[keyPath: path], text, isFirst) },
      defaultText: { defaultText($0[keyPath: path]) })
  }
}

/// What is said of an argument.
struct ArgumentDescription {
  enum Form {
    case flag
    case `switch`
    /// How many may be given.
    case positional(ClosedRange<Int>)
  }

  var form: Form
  /// `-o` and `--output`; none for a positional.
  var names: [String] = []
  /// Names from other programs that lead here when someone types them: `--lr`.
  var synonyms: [String] = []
  /// What stands for the value in help.
  var placeholder = ""
  /// The heading under which it stands in help.
  var group: String?
  /// What it does, as sentences.
  var help: String
  /// What a text must be.
  var expectation = ""
  var example = ""
  var choices: [String] = []
  var hint: (String) -> String? = { _ in nil }
  var isRepeatable = false
  var isRequired = false
  /// What happens without it, where there is no default value to show.
  var otherwise: String?

  /// The name that messages use: the longest, or the positional's.
  var name: String { names.last ?? placeholder }

  /// How it stands in help: `-o, --output PATH`.
  var spelling: String {
    guard !names.isEmpty else { return placeholder }
    let indent = names[0].hasPrefix("--") ? "    " : ""
    return indent + names.joined(separator: ", ") + (placeholder.isEmpty ? "" : " " + placeholder)
  }

  /// Takes what a kind of value says of its texts.
  mutating func describe<Value>(_ kind: ValueKind<Value>) {
    expectation = kind.expectation
    example = kind.example
    choices = kind.choices
    hint = kind.hint
  }
}
