import Misfit
import MisfitReporting

/// The verb `misfit completions`.
struct Completions: Verb {
  static let name = "completions"
  static let summary = "Prints a script that completes verbs, flags and their values in a shell."
  static let details = """
    The script covers this version of the command. Load it when the shell starts, as in the examples.
    """
  static let examples = [
    Example("echo 'eval \"$(misfit completions bash)\"' >> ~/.bashrc"),
    Example("misfit completions zsh > ~/.zfunc/_misfit", "for a folder of zsh's fpath"),
    Example("misfit completions fish > ~/.config/fish/completions/misfit.fish"),
  ]

  var shell = Shell.bash

  static var arguments: [Argument<Completions>] {
    Positional("SHELL", \.shell, .choice, help: "The shell.")
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let script = shell.script(for: .misfit)
    try terminal.print(script)
    try terminal.finish(
      json: JSONText.compact(["shell": JSONValue(shell.rawValue), "script": JSONValue(script)]))
    return .done
  }
}
