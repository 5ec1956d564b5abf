/// A verb of the command: its fields, its arguments and its action, in one type.
///
///     struct Count: Verb {
///       static let name = "count"
///       static let summary = "Counts the rows of a table."
///       var path = ""
///       static var arguments: [Argument<Count>] {
///         Positional("DATA", \.path, .path, help: "The table.")
///       }
///       func run(_ terminal: Terminal) throws -> ExitStatus { ... }
///     }
protocol Verb {
  /// The name that is typed after `misfit`.
  static var name: String { get }
  /// The purpose of the verb, in one sentence.
  static var summary: String { get }
  /// The paragraphs between the usage and the arguments, separated by empty lines.
  static var details: String { get }
  static var examples: [Example] { get }
  /// The declarations of positionals and flags.
  @ArgumentsBuilder<Self> static var arguments: [Argument<Self>] { get }

  /// Creates a verb with its defaults.
  init()
  /// Checks the arguments together, and throws ``ArgumentError/Kind/conflict(_:remedy:)``.
  func check() throws(ArgumentError)
  /// The handling of data that cannot be read; nil for a verb that reads none.
  var badData: BadDataFlags? { get }
  /// Whether text in CSV output that a spreadsheet would evaluate is prefixed with an apostrophe.
  var isSpreadsheetSafe: Bool { get }
  func run(_ terminal: Terminal) throws -> ExitStatus
}

extension Verb {
  static var details: String { "" }
  static var examples: [Example] { [] }
  func check() throws(ArgumentError) {}
  var badData: BadDataFlags? { nil }
  var isSpreadsheetSafe: Bool { false }
}

/// An example command, and its effect.
struct Example {
  var line: String
  var meaning: String?

  init(_ line: String, _ meaning: String? = nil) {
    self.line = line
    self.meaning = meaning
  }
}
