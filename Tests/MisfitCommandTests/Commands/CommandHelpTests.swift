import Testing

@testable import MisfitCommand

/// Help as the built program prints it.
@Suite("Help of the built program")
struct CommandHelpTests {
  static let verbs = Program.misfit.groups.flatMap(\.verbs).map { $0.name }

  @Test("of every verb exits with 0 and contains an example at the end", arguments: verbs)
  func pages(_ verb: String) throws {
    let command = try BuiltCommand()
    let page = try command.run("\(verb) --help")
    #expect(page.status == 0 && page.errors.isEmpty)
    let examples = page.lines.drop { $0 != "Example:" && $0 != "Examples:" }
    #expect(examples.contains { $0.contains("misfit \(verb) ") || $0.hasSuffix("misfit \(verb)") })
    #expect(try command.run("help \(verb)").output == page.output)
    #expect(try command.run("\(verb) -h nonsense --wrong").output == page.output)
    let all = try command.run("\(verb) --help-all")
    #expect(all.status == 0 && all.lines.count >= page.lines.count)
    #expect(try command.run("help \(verb) --help-all").output == all.output)
    let tooLong = (page.lines + all.lines).filter { $0.count > 80 && !$0.hasPrefix("  misfit") }
    #expect(tooLong.isEmpty, "\(tooLong)")
  }

  @Test("has no repetitions, consists of sentences, and does not depend on this machine", arguments: verbs)
  func texts(_ name: String) throws {
    let verb = try #require(Program.misfit.groups.flatMap(\.verbs).first { $0.name == name })
    check(verb)
  }

  private func check<V: Verb>(_ verb: V.Type) {
    let arguments = Invocation<V>.arguments
    let helps = arguments.map(\.description.help)
    #expect(Set(helps).count == helps.count, "\(V.name): two arguments with the same text")
    for argument in arguments {
      let description = argument.description
      #expect(
        description.help.first?.isUppercase == true || description.help.first == "`", "\(description.name)")
      #expect(description.otherwise?.hasSuffix(".") != true, "\(description.name)")
    }
    let threads = arguments.first { $0.description.name == "--threads" }?.description
    #expect(threads == nil || threads?.otherwise == "the number of processors")
  }

  @Test("has about a dozen flags of the verb before --help-all", arguments: verbs)
  func commonFlags(_ name: String) throws {
    let verb = try #require(Program.misfit.groups.flatMap(\.verbs).first { $0.name == name })
    let page = HelpPage(verb)
    let own = page.flags.filter { $0.group != HelpPage.commonGroup }
    let common = own.filter { flag in !page.rareFlags.contains { $0.name == flag.name } }
    #expect(common.count <= 15, "\(common.map(\.name))")
    let text = page.text(width: 80)
    #expect(text.contains("`misfit \(name) --help-all` lists") == (common.count < own.count))
    for flag in own {
      let isShown = text.contains("\n  " + flag.spelling)
      #expect(isShown == common.contains { $0.name == flag.name }, "\(flag.name)")
    }
  }

  @Test("is printed without a verb, and the version separately")
  func overview() throws {
    let command = try BuiltCommand()
    for line in ["", "--help", "-h", "help"] {
      let run = try command.run(line)
      #expect(run.status == 0 && run.line(0) == Program.misfit.summary)
    }
    #expect(try command.run("--version").output == "misfit \(Program.misfit.version)\n")
  }

  @Test("contains every flag")
  func flags() throws {
    let expected: [String: [String]] = [
      "fit": [
        "--threads", "--seed", "--batch-size", "--loss", "--optimizer", "--learning-rate", "--validation",
        "--hidden", "--activation", "--output-activation", "--decoder", "--labels", "--id", "--label",
        "--ignore", "--memory-limit", "--epochs", "--resume", "-o", "--json", "--quiet",
      ],
      "detect": ["--label", "-o", "--hidden", "--seed", "--json"], "score": ["-o", "--id", "--json"],
      "rank": ["--top", "--smallest", "--json"], "report": ["-o", "--json"],
      "compare": ["--hidden", "-o", "--epochs", "--json"], "encode": ["-o", "--json"],
      "reconstruct": ["-o", "--json"], "inspect": ["--json"], "generate": ["--seed", "-o", "--json"],
      "classify": ["--model", "--neighbors", "--label", "--labels", "--test-labels", "-o", "--json"],
      "draw": ["-o", "--units", "--grid", "--labels", "--json"],
    ]
    let command = try BuiltCommand()
    for (verb, flags) in expected {
      let page = try command.run("\(verb) --help-all").output
      let words = Set(page.split { $0 == " " || $0 == "," || $0 == "\n" })
      for flag in flags { #expect(words.contains(flag[...]), "\(verb) \(flag)") }
    }
  }

  @Test(
    "is suggested for a misspelled flag or verb",
    arguments: [
      (
        "fit x.csv --epoch 3", "`fit` has no flag --epoch",
        "did you mean --epochs? see `misfit fit --help-all`"
      ),
      (
        "fit x.csv --lr 3", "`fit` has no flag --lr",
        "did you mean --learning-rate? see `misfit fit --help-all`"
      ),
      ("fit x.csv --btach-size=3", "`fit` has no flag --btach-size", "did you mean --batch-size?"),
      (
        "detect x.csv --lable y", "`detect` has no flag --lable",
        "did you mean --label? see `misfit detect --help`"
      ),
      ("rank m x --tpo 3", "`rank` has no flag --tpo", "did you mean --top?"),
      ("score m x --hiden 3", "`score` has no flag --hiden", "see `misfit score --help-all`"),
      (
        "score m x --hidden 3", "`score` has no flag --hidden",
        "--hidden is a flag of detect, fit and compare;"
      ),
      ("generate random:2x2 --sede 3", "`generate` has no flag --sede", "did you mean --seed?"),
      ("fit x --loss msee", "--loss: \"msee\" is not one of mse, mae, bce, mixed", "did you mean mse?"),
      (
        "fit x --scale minmax",
        "--scale: \"minmax\" is not one of auto, standard, min-max, robust, quantile-normal, none",
        "did you mean"
      ),
      ("dettect x.csv", "there is no verb \"dettect\"", "did you mean detect?"),
      ("data.csv", "there is no verb \"data.csv\"", "the verb comes first: misfit detect data.csv"),
      ("fit", "`fit` needs DATA", "DATA: What to learn from"),
      ("report m.misfit x.csv", "`report` needs --output FOLDER", "give it"),
      ("compare a.misfit x.csv", "a comparison needs two models and data", "give two model files and then"),
      ("compare --hidden 2 x.csv", "a comparison needs two networks", "give --hidden a second time"),
    ])
  func spelling(_ line: String, _ message: String, _ wayOut: String) throws {
    let run = try BuiltCommand().run(line)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errorLines.first == "misfit: error: " + message)
    #expect(run.errorLines.dropFirst().first?.hasPrefix("misfit: hint: " + wayOut) == true, "\(run.errors)")
  }
}
