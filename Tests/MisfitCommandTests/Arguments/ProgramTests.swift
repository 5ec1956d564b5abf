import MisfitCore
import Testing

@testable import MisfitCommand

@Suite("The program")
struct ProgramTests {
  @Test("tells its version", arguments: ["--version", "-V"])
  func version(_ flag: String) {
    let captured = CapturedStreams()
    #expect(captured.run(flag) == .done)
    #expect(captured.output == "misfit 1.2.3\n")
  }

  @Test("gives the overview where there is no verb", arguments: [[], ["help"], ["--help"], ["-h"]])
  func overview(_ arguments: [String]) {
    let captured = CapturedStreams()
    #expect(Program.sample().run(arguments, on: captured.streams) == .done)
    #expect(captured.output.contains("  compare  Compares models on the same data.\n"))
    #expect(captured.errors == "")
  }

  @Test(
    "gives a verb's help wherever it is asked for",
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

  @Test("is quiet where that is wanted, but tells errors")
  func quiet() {
    let captured = CapturedStreams()
    #expect(captured.run("fit", "d", "-q") == .done)
    #expect(captured.errors == "")
    #expect(captured.run("compare", "missing.csv", "-q", "-o", "x") == .error)
    #expect(captured.errors.hasPrefix("misfit: missing.csv: no such file"))
  }

  @Test("prints one JSON object and nothing else where that is wanted")
  func json() {
    let captured = CapturedStreams()
    #expect(captured.run("fit", "d", "--json", "--epochs", "3") == .done)
    #expect(captured.output == "{\"epochs\":3}\n")
  }

  @Test("passes on the verb's status")
  func statuses() {
    let captured = CapturedStreams()
    #expect(captured.run("compare", "anomalies", "-o", "x").rawValue == 1)
    #expect(captured.run("compare", "missing.csv", "-o", "x").rawValue == 2)
    #expect(captured.run("compare", "interrupted", "-o", "x").rawValue == 130)
  }

  @Test("shows what there is, and takes progress away, where Ctrl-C ends a verb")
  func interrupted() {
    let captured = CapturedStreams(terminalWidth: 80)
    #expect(captured.run("compare", "interrupted", "-o", "x") == .interrupted)
    #expect(captured.output == "so far\n")
    #expect(captured.errors == "\r\u{1B}[Kbusy\r\u{1B}[K")
  }

  @Test("fails where the results cannot be written")
  func fullDisk() {
    let captured = CapturedStreams()
    let full = TextSink { _ throws(FileError) in
      throw FileError(.write, path: "standard output", errorNumber: 28)
    }
    let streams = Streams(output: ResultStream(full), errors: captured.streams.errors)
    #expect(Program.sample().run(["fit", "d", "-q"], on: streams) == .error)
    #expect(captured.errors.hasPrefix("misfit: standard output: the disk is full"))
  }
}
