/// The completions of the command in fish.
struct FishCompletion {
  private let pages: [HelpPage]

  init(_ pages: [HelpPage]) { self.pages = pages }

  /// The text of the script.
  var script: String {
    let names = pages.map(\.verb).joined(separator: " ")
    var lines = [
      "# Completions of misfit in fish: misfit completions fish | source", "",
      "complete -c misfit -e", "complete -c misfit -f",
      "complete -c misfit -n __fish_use_subcommand -s h -l help -d 'List the verbs'",
      "complete -c misfit -n __fish_use_subcommand -s V -l version -d 'Print the version'",
    ]
    lines += pages.map {
      "complete -c misfit -n __fish_use_subcommand -a \($0.verb) -d \(Self.quoted($0.summary))"
    }
    lines.append("complete -c misfit -n __fish_use_subcommand -a help -d 'Explains a verb.'")
    lines.append("complete -c misfit -n '__fish_seen_subcommand_from help' -a '\(names)'")
    for page in pages { lines += [""] + verb(page) }
    return lines.joined(separator: "\n")
  }

  private func verb(_ page: HelpPage) -> [String] {
    let head = "complete -c misfit -n '__fish_seen_subcommand_from \(page.verb)'"
    var lines = page.positionals.compactMap { positional -> String? in
      positional.choices.isEmpty
        ? (positional.content == .other ? nil : "\(head) -F")
        : "\(head) -a \(Self.quoted(positional.choices.joined(separator: " ")))"
    }
    lines += page.flags.map { flag in
      let names = flag.shortNames.map { "-s \($0)" } + flag.longNames.map { "-l \($0)" }
      return
        "\(head) \(names.joined(separator: " "))\(values(of: flag)) -d \(Self.quoted(flag.firstSentence))"
    }
    return lines.enumerated().filter { !lines[..<$0.offset].contains($0.element) }.map(\.element)
  }

  private func values(of flag: ArgumentDescription) -> String {
    if flag.form.isSwitch { return "" }
    let words = flag.plainChoices
    if !words.isEmpty { return " -x -a \(Self.quoted(words.joined(separator: " ")))" }
    switch flag.content {
    case .path: return " -r -F"
    case .folder: return " -x -a '(__fish_complete_directories)'"
    case .other: return " -x"
    }
  }

  /// Returns a text in single quotes, in which fish reads a backslash before a quote or another one.
  private static func quoted(_ text: String) -> String {
    "'" + text.map { #"\'"#.contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
