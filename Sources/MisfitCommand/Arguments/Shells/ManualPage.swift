/// The manual page of the command, in the man macros of roff.
struct ManualPage {
  private let program: Program

  init(_ program: Program) { self.program = program }

  /// The source of the page.
  var source: String {
    var lines = [
      ".TH MISFIT 1 \"\" \"misfit \(Self.escaped(program.version))\" \"User Commands\"",
      // Commands are not hyphenated, and paragraphs are not stretched.
      ".nh", ".ad l", ".SH NAME",
      "misfit \\- \(Self.escaped(Self.withoutStop(program.summary)))", ".SH SYNOPSIS", ".B misfit",
      "\\fIVERB\\fR [\\fIarguments\\fR]", ".SH DESCRIPTION",
      "Anomaly detection for tables, images, arrays and streams. Each verb is a section below.",
    ]
    for group in program.groups {
      lines.append(".SS \(Self.escaped(group.title))")
      for verb in group.verbs { lines += Self.term("\\fB\(verb.name)\\fR", verb.summary) }
    }
    for page in program.pages { lines += section(page) }
    lines += [".SH EXIT STATUS"]
    for (code, meaning) in [
      ("0", "Done."), ("1", "Something was flagged, and --fail-on-anomaly was given."),
      ("2", "An error, which is printed to standard error."), ("130", "Interrupted."),
    ] {
      lines += Self.term(code, meaning)
    }
    return lines.joined(separator: "\n")
  }

  private func section(_ page: HelpPage) -> [String] {
    var lines = [".SH MISFIT \(Self.escaped(page.verb.uppercased()))", Self.text(page.summary), ".PP"]
    lines.append(".B \(Self.escaped(page.usage))")
    for paragraph in TextWrapping.paragraphs(page.details) { lines += [".PP", Self.text(paragraph)] }
    lines += arguments("Arguments", page.positionals)
    for title in page.groupTitles
    where title != HelpPage.commonGroup || page.verb == program.pages.first?.verb {
      lines += arguments(title, page.flags.filter { ($0.group ?? "Flags") == title })
    }
    guard !page.examples.isEmpty else { return lines }
    lines.append(".SS \(page.examples.count == 1 ? "Example" : "Examples")")
    for (index, example) in page.examples.enumerated() {
      lines += (index > 0 ? [".PP"] : []) + [".nf", "\\fB\(Self.escaped(example.line))\\fR", ".fi"]
      if let meaning = example.meaning { lines += [".RS 4", Self.text(meaning), ".RE"] }
    }
    return lines
  }

  private func arguments(_ title: String, _ arguments: [ArgumentDescription]) -> [String] {
    guard !arguments.isEmpty else { return [] }
    return [".SS \(Self.escaped(title))"]
      + arguments.flatMap { argument in
        let names = argument.names.map { "\\fB\(Self.escaped($0))\\fR" }.joined(separator: ", ")
        let value = argument.placeholder.isEmpty ? "" : "\\fI\(Self.escaped(argument.placeholder))\\fR"
        return Self.term([names, value].filter { !$0.isEmpty }.joined(separator: " "), argument.sentences)
      }
  }

  private static func term(_ term: String, _ text: String) -> [String] { [".TP", term, self.text(text)] }

  /// Returns a paragraph, whose words in backquotes are bold.
  private static func text(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
    guard parts.count % 2 == 1 else { return guarded(escaped(text)) }
    return guarded(
      parts.enumerated().map { $0.offset % 2 == 1 ? "\\fB\($0.element)\\fR" : $0.element }.joined())
  }

  /// Returns text in which no character begins a command of roff.
  private static func escaped(_ text: String) -> String {
    let characters = text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "\"": "\\(dq"
      case "\n": " "
      default: String(character)
      }
    }
    return guarded(characters.joined())
  }

  /// Returns a line that is no request of roff, whatever it begins with.
  private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }

  private static func withoutStop(_ text: String) -> String {
    text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
