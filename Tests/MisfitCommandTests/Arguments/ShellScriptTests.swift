import Foundation
import Testing

@testable import MisfitCommand

@Suite("Completions and the manual page")
struct ShellScriptTests {
  /// Whether a program is installed; prints a line if it is not.
  private func hasProgram(_ name: String) -> Bool {
    let isInstalled = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    if !isInstalled { print("Skipped: \(name) is not installed") }
    return isInstalled
  }

  /// A folder with the script of a shell.
  private func scripted(_ shell: Shell) throws -> BuiltCommand {
    let command = try BuiltCommand()
    let run = try command.run("completions \(shell.rawValue)")
    #expect(run.status == 0 && run.output == shell.script(for: .misfit) + "\n")
    try command.write(run.output, to: "script")
    try command.write("", to: "data/table.csv")
    return command
  }

  @Test("every verb and flag is in every script", arguments: Shell.allCases)
  func whole(_ shell: Shell) {
    let script = shell.script(for: .misfit)
    for page in Program.misfit.pages {
      #expect(script.contains(page.verb))
      for name in page.flags.flatMap(\.longNames) { #expect(script.contains(name), "\(page.verb) \(name)") }
    }
  }

  @Test("bash completes verbs, flags, values and folders")
  func bash() throws {
    guard hasProgram("bash") else { return }
    let command = try scripted(.bash)
    func complete(_ words: String) throws -> [String] {
      let run = try command.shell(
        """
        bash --norc --noprofile -c '
          source ./script
          COMP_WORDS=(misfit \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _misfit
          printf "%s\\n" "${COMPREPLY[@]}"'
        """)
      #expect(run.errors.isEmpty, "\(words): \(run.errors)")
      return run.lines
    }
    #expect(try complete("sco") == ["score"])
    #expect(try complete("help ra") == ["rank"])
    #expect(try complete("score --output-f") == ["--output-format"])
    #expect(try complete("score m.misfit --format \"\"") == ["csv", "jsonl", "arrow"])
    #expect(try complete("score --format = js") == ["jsonl"])
    #expect(try complete("completions \"\"") == ["bash", "zsh", "fish"])
    #expect(try complete("detect x.csv -o da") == ["data"])
    #expect(try complete("score -o da") == [""], "bash itself completes paths")
  }

  @Test("zsh completes verbs, flags and values")
  func zsh() throws {
    guard hasProgram("zsh") else { return }
    let command = try scripted(.zsh)
    #expect(try command.shell("zsh -n ./script").errors.isEmpty)
    // The functions of the completion system are replaced by ones that print what they are given.
    func complete(_ words: String, at current: Int) throws -> String {
      let run = try command.shell(
        """
        zsh -f -c '
          compdef() { print compdef $*; }
          source ./script
          _describe() { print -l -- "${(@P)4}"; }
          _files() { print files; }
          _arguments() { print -l -- "$@"; }
          words=(misfit \(words)); CURRENT=\(current); _misfit'
        """)
      #expect(run.errors.isEmpty, "\(words): \(run.errors)")
      return run.output
    }
    #expect(try complete("sco", at: 2).hasPrefix("compdef _misfit misfit\ndetect:Finds the anomalies"))
    let score = try complete("score -", at: 3)
    #expect(score.contains("(--output-format --format)--format=[The format"))
    #expect(score.contains(":NAME:(csv jsonl arrow)\n"))
    #expect(score.contains("(-o --output)-o[Path of the scores; `-` is standard output]:PATH:_files\n"))
    #expect(score.contains("\n1:MODEL:_files\n*:DATA:_files\n"))
  }

  @Test("zsh reads the specifications of every verb")
  func zshSpecifications() throws {
    guard hasProgram("zsh") else { return }
    let command = try scripted(.zsh)
    // A terminal of its own, in which Tab lists what may follow.
    try command.write(
      """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source ./script; print re''ady"
      zpty -r shell line '*ready*'
      zpty -w -n shell $'misfit score --output-for\\t'
      zpty -r shell line '*--output-format=*' && print complete
      zpty -d shell
      """, to: "tab")
    #expect(try command.shell("TERM=dumb zsh -f ./tab").output.hasSuffix("complete\n"))
  }

  @Test("fish completes verbs, flags, values and files")
  func fish() throws {
    guard hasProgram("fish") else { return }
    let command = try scripted(.fish)
    func complete(_ line: String) throws -> [String] {
      let run = try command.shell("fish --no-config -c 'source ./script; complete -C \"\(line)\"'")
      #expect(run.errors.isEmpty, "\(line): \(run.errors)")
      return run.lines.map { $0.components(separatedBy: "\t")[0] }
    }
    #expect(try complete("misfit sco") == ["score"])
    #expect(try complete("misfit score --output-f") == ["--output-format"])
    #expect(try complete("misfit score --format ") == ["arrow", "csv", "jsonl"])
    #expect(try complete("misfit completions ").filter { !$0.contains("/") } == ["bash", "fish", "zsh"])
    #expect(try complete("misfit score da") == ["data/"])
    #expect(try complete("misfit help ran") == ["rank"])
  }

  @Test("the manual page has all verbs and flags, and no warnings")
  func manual() throws {
    let command = try BuiltCommand()
    let run = try command.run("man")
    #expect(run.status == 0 && run.output == ManualPage(.misfit).source + "\n")
    for page in Program.misfit.pages {
      #expect(run.output.contains(".SH MISFIT \(page.verb.uppercased())\n"))
      for name in page.flags.flatMap(\.names) {
        let escaped = name.split(separator: "-", omittingEmptySubsequences: false).joined(separator: #"\-"#)
        #expect(run.output.contains(#"\fB\#(escaped)\fR"#), "\(page.verb) \(name)")
      }
    }
    try command.write(run.output, to: "misfit.1")
    if hasProgram("groff") {
      let rendered = try command.shell("groff -man -ww -Tascii -P-cbou misfit.1")
      #expect(rendered.errors.isEmpty && rendered.output.contains("--output-format"), "\(rendered.errors)")
    }
    if hasProgram("mandoc") {
      let checked = try command.shell("mandoc -T lint -W warning misfit.1").lines
      // The page has no date: the same version is the same page.
      #expect(checked.filter { !$0.contains("missing date") }.isEmpty, "\(checked)")
    }
  }

  @Test("--json holds the script and the page")
  func json() throws {
    let command = try BuiltCommand()
    #expect(try command.run("completions fish --json").json()["shell"] as? String == "fish")
    #expect((try command.run("man --json").json()["page"] as? String)?.hasPrefix(".TH MISFIT 1") == true)
  }
}
