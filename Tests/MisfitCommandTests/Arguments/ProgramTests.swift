import MisfitCore
import Testing

@testable import MisfitCommand

@Suite("The program")
struct ProgramTests {
  @Test("prints its version", arguments: ["--version", "-V"])
  func version(_ flag: String) {
    let captured = CapturedStreams()
    #expect(captured.run(flag) == .done)
    #expect(captured.output == "misfit 1.2.3\n")
  }

  @Test("prints the overview without a verb", arguments: [[], ["help"], ["--help"], ["-h"]])
  func overview(_ arguments: [String]) {
    let captured = CapturedStreams()
    #expect(Program.sample().run(arguments, on: captured.streams) == .done)
    #expect(captured.output.contains("  compare  Compares models on the same data.\n"))
    #expect(captured.errors == "")
  }

  @Test(
    "prints the help of a verb for --help anywhere",
    arguments: [["help", "fit"], ["fit", "--help"], ["fit", "-h"], ["fit", "--epochs", "x", "--help"]])
  func help(_ arguments: [String]) {
    let captured = CapturedStreams()
    #expect(Program.sample().run(arguments, on: captured.streams) == .done)
    #expect(captured.output == HelpPage(SampleFit.self).text(width: 80))
    #expect(captured.errors == "")
  }

  @Test("prints results on standard output and notes on standard error")
  func results() {
    let captured = CapturedStreams()
    #expect(captured.run("fit", "d", "--epochs", "3") == .done)
    #expect(captured.output == "3 epochs\n")
    #expect(captured.errors == "misfit: note: reading d\n")
  }

  @Test("prints only errors with --quiet")
  func quiet() {
    let captured = CapturedStreams()
    #expect(captured.run("fit", "d", "-q") == .done)
    #expect(captured.errors == "")
    #expect(captured.run("compare", "missing.csv", "-q", "-o", "x") == .error)
    #expect(captured.errors.hasPrefix("misfit: error: missing.csv: no such file"))
  }

  @Test("prints one JSON object and nothing else with --json")
  func json() {
    let captured = CapturedStreams()
    #expect(captured.run("fit", "d", "--json", "--epochs", "3") == .done)
    #expect(captured.output == "{\"epochs\":3}\n")
  }

  @Test("returns the exit status of the verb")
  func statuses() {
    let captured = CapturedStreams()
    #expect(captured.run("compare", "anomalies", "-o", "x").rawValue == 1)
    #expect(captured.run("compare", "missing.csv", "-o", "x").rawValue == 2)
    #expect(captured.run("compare", "interrupted", "-o", "x").rawValue == 130)
  }

  @Test("prints pending output and erases progress if Ctrl-C stops a verb")
  func interrupted() {
    let captured = CapturedStreams(terminalWidth: 80)
    #expect(captured.run("compare", "interrupted", "-o", "x") == .interrupted)
    #expect(captured.output == "so far\n")
    #expect(captured.errors == "\r\u{1B}[Kbusy\r\u{1B}[K")
  }

  @Test("fails if the results cannot be written")
  func fullDisk() {
    let captured = CapturedStreams()
    let full = TextSink { _ throws(FileError) in
      throw FileError(.write, path: "standard output", errorNumber: 28)
    }
    let streams = Streams(output: ResultStream(full), errors: captured.streams.errors)
    #expect(Program.sample().run(["fit", "d", "-q"], on: streams) == .error)
    #expect(captured.errors.hasPrefix("misfit: error: standard output: the disk is full"))
  }
}
