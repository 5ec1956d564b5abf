import MisfitCore

/// What a verb has to speak through: results, messages, progress.
final class Terminal {
  /// Notes, warnings and errors on standard error.
  let messages: Messages
  /// `--json` was given: ``finish(json:)`` must be called once, and text is not printed.
  let wantsJSON: Bool
  private let output: ResultStream
  private var hasPrintedJSON = false

  init(_ streams: Streams, _ common: CommonFlags = CommonFlags()) {
    output = streams.output
    messages = Messages(streams.errors, isQuiet: common.isQuiet)
    wantsJSON = common.wantsJSON
  }

  /// Whether `--json`, where it was given, has been answered.
  var hasKeptItsPromise: Bool { !wantsJSON || hasPrintedJSON }

  /// Columns of text that is set in lines, and how it may look.
  var width: Int { output.width }
  var style: TextStyle { output.style }
  /// Whether somebody reads the results on a screen.
  var isInteractive: Bool { output.isTerminal }

  /// Refuses a table on standard output where `--json` promises that nothing else is there.
  ///
  /// - Throws: ``ArgumentError``.
  func keepStandardOutputForJSON(from path: String, what: String, verb: String) throws(ArgumentError) {
    guard wantsJSON, path == "-" else { return }
    throw ArgumentError(
      .conflict(
        "with --json, \(what) cannot go to standard output too",
        remedy: "give a file with -o, or omit --json"),
      verb: verb)
  }

  /// Prints lines for people on standard output; nothing where `--json` was given.
  ///
  /// Control characters, which names and cells may hold, are shown by their codes.
  ///
  /// - Throws: ``FileError``.
  func print(_ text: String = "") throws(FileError) {
    guard !wantsJSON else { return }
    try output.write(VisibleText.lines(text) + "\n")
    guard output.isTerminal else { return }
    messages.stream.clear()
    try output.flush()
  }

  /// Prints the one JSON object, where `--json` was given.
  ///
  /// - Precondition: called at most once.
  /// - Throws: ``FileError``.
  func finish(json: @autoclosure () -> String) throws(FileError) {
    guard wantsJSON else { return }
    precondition(!hasPrintedJSON, "a verb prints one JSON object")
    hasPrintedJSON = true
    let text = json()
    try output.write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// A line of progress on standard error, as far as it is wanted there.
  func progressLine() -> ProgressLine { ProgressLine(messages) }
}
