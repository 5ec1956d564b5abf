/// A shell that completes what is typed.
enum Shell: String, CaseIterable {
  case bash, zsh, fish

  /// Returns the script that completes the command in this shell.
  func script(for program: Program) -> String {
    let pages = program.pages
    switch self {
    case .bash: return BashCompletion(pages).script
    case .zsh: return ZshCompletion(pages).script
    case .fish: return FishCompletion(pages).script
    }
  }
}

extension Program {
  /// The help pages of all verbs, in the order of the overview.
  var pages: [HelpPage] {
    var pages: [HelpPage] = []
    for verb in groups.flatMap(\.verbs) { pages.append(HelpPage(verb)) }
    return pages
  }
}

extension HelpPage {
  /// The flags, the common ones included.
  var flags: [ArgumentDescription] { arguments.filter { !$0.names.isEmpty } }
  /// The arguments that are identified by their positions.
  var positionals: [ArgumentDescription] { arguments.filter(\.names.isEmpty) }
}

extension ArgumentDescription {
  /// The first sentence of the help, without its full stop.
  var firstSentence: String {
    let text = help.firstRange(of: ". ").map { String(help[..<$0.lowerBound]) } ?? help
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// The choices that no shell reads as anything but a word.
  var plainChoices: [String] {
    choices.filter { choice in choice.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) } }
      .filter { $0 != "." }
  }

  /// The names that begin with one dash, without it.
  var shortNames: [String] { names.filter { !$0.hasPrefix("--") }.map { String($0.dropFirst()) } }
  /// The names that begin with two dashes, without them.
  var longNames: [String] { names.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) } }
}

extension String {
  /// The text in single quotes, as bash and zsh read it.
  var singleQuoted: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}

extension ArgumentDescription.Form {
  /// Whether the argument takes no value.
  var isSwitch: Bool { if case .switch = self { true } else { false } }
}
