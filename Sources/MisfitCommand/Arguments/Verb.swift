/// One verb of the command: its fields, its arguments and what it does, in one type.
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
  /// What is typed after `misfit`.
  static var name: String { get }
  /// One sentence.
  static var summary: String { get }
  /// Paragraphs between the usage and the arguments; an empty line parts them.
  static var details: String { get }
  static var examples: [Example] { get }
  /// Positionals and flags, once.
  @ArgumentsBuilder<Self> static var arguments: [Argument<Self>] { get }

  /// The defaults.
  init()
  /// Looks at the arguments together, and fails with ``ArgumentError/Kind/conflict(_:remedy:)``.
  func check() throws(ArgumentError)
  /// What becomes of data that cannot be read; nil for a verb that reads none.
  var badData: BadDataFlags? { get }
  /// Whether text in CSV output that a spreadsheet would take for a formula gets an apostrophe.
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

/// A line one can type, and what it does.
struct Example {
  var line: String
  var meaning: String?

  init(_ line: String, _ meaning: String? = nil) {
    self.line = line
    self.meaning = meaning
  }
}
