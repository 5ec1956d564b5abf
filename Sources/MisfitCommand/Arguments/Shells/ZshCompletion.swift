/// The completions of the command in zsh.
struct ZshCompletion {
  private let pages: [HelpPage]

  init(_ pages: [HelpPage]) { self.pages = pages }

  /// The text of the script, which is evaluated, or is the file `_misfit` in a folder of `fpath`.
  var script: String {
    let verbs = pages.map { "    \("\($0.verb):\($0.summary)".singleQuoted)" }
    return """
      #compdef misfit
      # Completions of misfit in zsh: a file _misfit in a folder of fpath, or after compinit
      # eval "$(misfit completions zsh)"

      _misfit_verbs() {
        local -a verbs
        verbs=(
      \(verbs.joined(separator: "\n"))
        )
        _describe -t verbs verb verbs
      }

      _misfit() {
        if (( CURRENT == 2 )); then
          _misfit_verbs
          return
        fi
        shift words
        (( CURRENT-- ))
        case $words[1] in
          help) _misfit_verbs ;;
      \(pages.map(verb).joined(separator: "\n"))
          *) _files ;;
        esac
      }

      if [[ ${funcstack[1]} == _misfit ]]; then
        _misfit "$@"
      else
        compdef _misfit misfit
      fi
      """
  }

  private func verb(_ page: HelpPage) -> String {
    var specifications = page.flags.flatMap(specifications(of:))
    for (index, positional) in page.positionals.enumerated() {
      let place = positional.count.upperBound > 1 ? "*" : "\(index + 1)"
      specifications.append("\(place):\(Self.escaped(positional.placeholder)):\(action(of: positional))")
    }
    let lines = specifications.map { "        \($0.singleQuoted)" }
    return "    \(page.verb))\n      _arguments -S \\\n\(lines.joined(separator: " \\\n")) ;;"
  }

  /// Returns a specification for each name of a flag, which exclude each other unless it may be repeated.
  private func specifications(of flag: ArgumentDescription) -> [String] {
    flag.names.map { name in
      var text = flag.isRepeatable ? "*" : "(\(flag.names.joined(separator: " ")))"
      if flag.isRepeatable, flag.form.isSwitch { text = "" }
      text += name
      if !flag.form.isSwitch, name.hasPrefix("--") { text += "=" }
      text += "[\(Self.escaped(flag.firstSentence))]"
      return flag.form.isSwitch ? text : "\(text):\(Self.escaped(flag.placeholder)):\(action(of: flag))"
    }
  }

  private func action(of argument: ArgumentDescription) -> String {
    if !argument.choices.isEmpty {
      return "(\(argument.choices.map(Self.escapedWord).joined(separator: " ")))"
    }
    switch argument.content {
    case .path: return "_files"
    case .folder: return "_files -/"
    case .other: return " "
    }
  }

  /// Returns a text in which the characters with a meaning in a specification have none.
  private static func escaped(_ text: String) -> String { escape(text, #"\:[]"#) }

  private static func escapedWord(_ text: String) -> String { escape(text, #"\: ();|,"'"#) }

  private static func escape(_ text: String, _ special: String) -> String {
    String(text.flatMap { special.contains($0) ? ["\\", $0] : [$0] })
  }
}
