import MisfitCore

/// The command: its verbs, and the dispatch to one of them.
struct Program {
  var version: String
  /// The purpose of the command, in one sentence.
  var summary: String
  var groups: [VerbGroup]
  /// The examples for new users.
  var examples: [Example]

  /// A group of verbs under one heading in the overview.
  struct VerbGroup {
    var title: String
    var verbs: [any Verb.Type]

    init(_ title: String, _ verbs: [any Verb.Type]) {
      self.title = title
      self.verbs = verbs
    }
  }

  private var verbs: [any Verb.Type] { groups.flatMap(\.verbs) }

  /// Runs the verb that the arguments name; errors are printed before it returns.
  ///
  /// `arguments` exclude the name of the program.
  func run(_ arguments: [String], on streams: Streams) -> ExitStatus {
    let messages = Messages(streams.errors)
    // A verb that threw may not have cleared its progress line.
    defer { streams.errors.clear() }
    do {
      let status = try dispatch(arguments, streams)
      try streams.output.flush()
      return status
    } catch is Interrupted {
      try? streams.output.flush()
      return Interruption.status
    } catch {
      // Print the output before the error; a failure to write it is less important than the error.
      try? streams.output.flush()
      messages.error(error)
      return .error
    }
  }

  private func dispatch(_ arguments: [String], _ streams: Streams) throws -> ExitStatus {
    guard let first = arguments.first, arguments != ["help"] else { return try showOverview(on: streams) }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h": return try showOverview(on: streams)
    case "--version", "-V": return try show("misfit \(version)\n", on: streams)
    case "help":
      return try run(try verb(rest[0]), [rest.contains("--help-all") ? "--help-all" : "--help"], on: streams)
    case let flag where ArgumentReader<Void>.isFlag(flag):
      let verb = rest.first { name in verbs.contains { $0.name == name } }
      throw ArgumentError(.flagBeforeVerb(flag, verb: verb))
    default: return try run(try verb(first), rest, on: streams)
    }
  }

  private func run<V: Verb>(_ type: V.Type, _ tokens: [String], on streams: Streams) throws -> ExitStatus {
    let invocation: Invocation<V>
    do {
      invocation = try Invocation<V>.read(tokens)
    } catch {
      throw withOtherVerbs(error)
    }
    if let help = invocation.common.help {
      let page = HelpPage(V.self)
      return try show(
        page.text(width: streams.output.width, style: streams.output.style, showsAll: help == .all),
        on: streams)
    }
    let terminal = Terminal(streams, invocation.common)
    try invocation.verb.badData?.check()
    let status = try invocation.verb.run(terminal)
    try invocation.verb.badData?.finish(
      on: terminal, escapesFormulas: invocation.verb.isSpreadsheetSafe)
    assert(terminal.hasPrintedRequestedJSON || status.isByRequest, "--json prints one object")
    return status
  }

  private func verb(_ name: String) throws(ArgumentError) -> any Verb.Type {
    if let verb = verbs.first(where: { $0.name == name }) { return verb }
    throw ArgumentError(.unknownVerb(name, nearest: NearestSpelling.of(name, among: verbs.map { $0.name })))
  }

  /// Adds to an error about an unknown flag the verbs that have it.
  private func withOtherVerbs(_ error: ArgumentError) -> ArgumentError {
    guard case .unknownFlag(let flag, let nearest, _) = error.kind else { return error }
    let others = verbs.filter { $0.flagNames.contains(flag) }.map { $0.name }
    guard !others.isEmpty else { return error }
    var error = error
    error.kind = .unknownFlag(flag, nearest: nearest == flag ? nearest : nil, otherVerbs: others)
    return error
  }

  private func show(_ text: String, on streams: Streams) throws -> ExitStatus {
    try streams.output.write(text)
    return .done
  }

  private func showOverview(on streams: Streams) throws -> ExitStatus {
    try show(overview(width: streams.output.width, style: streams.output.style), on: streams)
  }

  /// Returns the overview of the verbs, one line each.
  func overview(width: Int, style: TextStyle) -> String {
    var lines = TextWrapping.wrap(summary, width: width)
    lines += ["", style.bold("Usage:") + " misfit VERB [arguments]"]
    let termWidth = TextWrapping.termWidth(verbs.map { $0.name }, width: width)
    for group in groups {
      let rows = group.verbs.map { (term: $0.name, text: $0.summary) }
      lines += ["", style.bold(group.title + ":")]
      lines += TextWrapping.columns(rows, width: width, termWidth: termWidth)
    }
    if !examples.isEmpty { lines += ["", style.bold("To begin with:")] + examples.map { "  " + $0.line } }
    let closing =
      """
      `misfit VERB --help` explains a verb, with `--help-all` all its flags; `misfit --version` prints the \
      version. Exit status: 0 done, 1 something was flagged and --fail-on-anomaly given, or a check failed, \
      2 an error, 130 interrupted.
      """
    lines += [""] + TextWrapping.wrap(closing, width: width)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Verb {
  fileprivate static var flagNames: [String] { arguments.flatMap(\.description.names) }
}
