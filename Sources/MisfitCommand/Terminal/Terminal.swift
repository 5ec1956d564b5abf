import MisfitCore

/// The output of a verb: results, messages and progress.
final class Terminal {
  /// Notes, warnings and errors on standard error.
  let messages: Messages
  /// Whether `--json` was given: ``finish(json:)`` must then be called once, and text is not printed.
  let wantsJSON: Bool
  private let output: ResultStream
  private var hasPrintedJSON = false

  init(_ streams: Streams, _ common: CommonFlags = CommonFlags()) {
    output = streams.output
    messages = Messages(streams.errors, isQuiet: common.isQuiet)
    wantsJSON = common.wantsJSON
  }

  /// Whether the JSON object was printed, if `--json` was given.
  var hasPrintedRequestedJSON: Bool { !wantsJSON || hasPrintedJSON }

  /// The number of columns of wrapped text.
  var width: Int { output.width }
  var style: TextStyle { output.style }
  /// Whether standard output is a terminal.
  var isInteractive: Bool { output.isTerminal }

  /// Throws if a table would go to standard output although `--json` guarantees that nothing else does.
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

  /// Prints lines for people on standard output; nothing with `--json`.
  ///
  /// Control characters, which names and cells may contain, are shown by their codes.
  ///
  /// - Throws: ``FileError``.
  func print(_ text: String = "") throws(FileError) {
    guard !wantsJSON else { return }
    try output.write(VisibleText.lines(text) + "\n")
    guard output.isTerminal else { return }
    messages.stream.clear()
    try output.flush()
  }

  /// Prints the JSON object, if `--json` was given.
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

  /// Notes that a verb prints JSON lines itself, in place of one object.
  func printsJSONLines() { hasPrintedJSON = true }

  /// Returns a progress line on standard error.
  func progressLine() -> ProgressLine { ProgressLine(messages) }
}
