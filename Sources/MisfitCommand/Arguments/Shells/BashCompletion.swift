/// The completions of the command in bash, 3.2 or later.
struct BashCompletion {
  private let pages: [HelpPage]

  init(_ pages: [HelpPage]) { self.pages = pages }

  /// The text of the script.
  var script: String {
    let names = pages.map(\.verb)
    return """
      # Completions of misfit in bash: eval "$(misfit completions bash)"

      _misfit() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} flags= values=
        COMPREPLY=()
        # bash separates the value of --flag=value.
        if [[ $current == = ]]; then
          current=
        elif [[ $previous == = ]]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        if ((COMP_CWORD == 1)); then
          COMPREPLY=($(compgen -W "\(names.joined(separator: " ")) help --help --version" -- "$current"))
          return
        fi
        case ${COMP_WORDS[1]} in
          help) values="\(names.joined(separator: " "))" ;;
      \(pages.map(verb).joined(separator: "\n"))
        esac
        if [[ $values == / ]]; then
          COMPREPLY=($(compgen -d -- "$current"))
        elif [[ $values == - ]]; then
          # A value of its own, which is not the name of a file.
          type compopt &>/dev/null && compopt +o default
        elif [[ -n $values && $current != -* ]]; then
          COMPREPLY=($(compgen -W "$values" -- "$current"))
        elif [[ $current == -* ]]; then
          COMPREPLY=($(compgen -W "$flags" -- "$current"))
        fi
      }

      # Without a completion of ours, bash completes the names of files.
      complete -o default -F _misfit misfit
      """
  }

  /// Returns the case of a verb: its flags, and the values of the flag before the word.
  private func verb(_ page: HelpPage) -> String {
    var lines = [
      "    \(page.verb))", "      flags=\"\(page.flags.flatMap(\.names).joined(separator: " "))\"",
    ]
    let choices = page.positionals.first?.choices ?? []
    if !choices.isEmpty { lines.append("      values=\"\(choices.joined(separator: " "))\"") }
    let cases = page.flags.compactMap { flag in
      values(of: flag).map { "        \(flag.names.joined(separator: "|"))) values=\($0) ;;" }
    }
    lines += ["      case $previous in"] + cases + ["      esac ;;"]
    return lines.joined(separator: "\n")
  }

  private func values(of flag: ArgumentDescription) -> String? {
    guard case .flag = flag.form else { return nil }
    switch flag.content {
    case .path: return "\"\""
    case .folder: return "/"
    case .other:
      let words = flag.plainChoices
      return words.isEmpty ? "-" : "\"\(words.joined(separator: " "))\""
    }
  }
}
