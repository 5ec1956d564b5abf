import Foundation
import Testing

@Suite("Standard input and output")
struct StandardStreamsTests {
  @Test("fit reads - and learns the same weights as from a file")
  func fit() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run(
      "fit - --id id --label kind --epochs 2 -o piped.misfit", input: command.data("sensors.csv"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errorLines.first == "misfit: note: standard input: comma-separated, with a header")
    let expected = try ModelBytes.tensors(command.data("model.misfit"))
    #expect(try ModelBytes.tensors(command.data("piped.misfit")) == expected)
  }

  @Test("score reads - from a pipe, compressed or not")
  func score() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let expected = try command.run("score model.misfit sensors.csv -q").output
    for source in ["cat sensors.csv", "gzip -c sensors.csv", "gzip -c sensors.csv | zcat"] {
      let run = try command.shell("\(source) | $misfit score model.misfit - -q -o -")
      #expect(run.status == 0 && run.output == expected, "\(source): \(run.errors)")
    }
  }

  @Test("detect, rank and compare read -")
  func others() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let input = try command.data("sensors.csv")
    for line in [
      "detect - --ignore id,kind --epochs 1 -o out", "rank model.misfit -", "report model.misfit - -o again",
      "compare model.misfit model.misfit - -o both", "encode model.misfit -", "reconstruct model.misfit -",
    ] {
      let run = try command.run(line, input: input)
      #expect(run.status == 0 && !run.output.isEmpty, "\(line): \(run.errors)")
    }
  }

  @Test(
    "a closed stream's descriptor is never reused for a file",
    arguments: ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
  func closedStreams(_ closed: String) throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    _ = try command.shell("$misfit score model.misfit sensors.csv -o expected.csv")
    // Without -q there are notes, and of a fit results, too.
    for line in [
      "score model.misfit sensors.csv -o scores.csv", "fit sensors.csv --model pca -o other.misfit",
    ] {
      let run = try command.shell("$misfit \(line) \(closed)")
      #expect(run.status == 0, "\(line): \(run.errors)")
    }
    #expect(try command.data("scores.csv") == command.data("expected.csv"))
    #expect(try command.run("inspect other.misfit").status == 0)
  }

  @Test("scores for a closed standard output are refused")
  func closedOutput() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.shell("$misfit score model.misfit sensors.csv 1>&-")
    #expect(run.status == 2 && run.message == "misfit: error: standard output: is closed")
  }

  @Test("a position in standard input is reported as such")
  func place() throws {
    let command = try BuiltCommand()
    let run = try command.run("fit - -q", input: Data("a,b\n1,2\n3,x\n".utf8))
    #expect(run.status == 2)
    #expect(run.message == "misfit: error: standard input:3: column \"b\": \"x\" is not a number")
    #expect(try command.run("fit -").message == "misfit: error: standard input: the file is empty")
  }

  @Test("a closed pipe ends the command silently")
  func closedPipe() throws {
    let command = try BuiltCommand()
    let run = try command.shell("$misfit generate random:100000x3 | head -1")
    #expect(run.status == 0 && run.output == "column_1,column_2,column_3\n")
    #expect(run.errors.isEmpty)
    let help = try command.shell("$misfit fit --help | head -1")
    #expect(help.lines.count == 1 && help.errors.isEmpty)
  }

  @Test("--json and a table cannot share standard output", arguments: ["generate", "encode", "reconstruct"])
  func json(_ verb: String) throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let data = verb == "generate" ? "random:3x3" : "model.misfit sensors.csv"
    let run = try command.run("\(verb) \(data) --json")
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.message.hasPrefix("misfit: error: with --json, the "))
    #expect(run.errorLines.last == "misfit: hint: give a file with -o, or omit --json")
  }

  @Test("a model is not written to standard output")
  func modelOnStandardOutput() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    try expectRefusal(
      command, "fit sensors.csv -o -", "misfit: error: a model needs a file, not standard output",
      "give a path, as in -o model.misfit")
  }

  @Test("an error is printed on standard error only, in color only on a terminal")
  func errors() throws {
    let command = try BuiltCommand()
    let run = try command.run("fit nothing.csv --json", environment: ["TERM": "xterm-256color"])
    #expect(run.status == 2 && run.output.isEmpty && !run.errors.contains("\u{1B}"))
  }
}
