import Foundation
import Testing

/// Ctrl-C while the built program works.
@Suite("Ctrl-C", .serialized)
struct InterruptedCommandTests {
  private let fit = "fit data.npy --hidden 6,2 --batch-size 50 --epochs 150 -o model.misfit"

  private func makeData() throws -> BuiltCommand {
    let command = try BuiltCommand()
    #expect(try command.run("generate random:20000x10 -o data.npy").status == 0)
    return command
  }

  private func interrupt(_ process: Process) { kill(process.processIdentifier, SIGINT) }

  @Test("in a fit saves the run, and --resume gives the bits of an uninterrupted run")
  func resume() throws {
    let command = try makeData()
    #expect(try command.run(fit + " -q").status == 0)
    let expected = try ModelBytes.tensors(command.data("model.misfit"))
    let old = try command.data("model.misfit")

    let stopped = try command.run(fit) { process in
      command.wait { command.exists("model.misfit.checkpoint") }
      interrupt(process)
    }
    #expect(stopped.status == 130 && !stopped.wasKilled && stopped.output.isEmpty)
    #expect(
      stopped.errorLines.suffix(2) == [
        "misfit: warning: stopped; the run so far is saved in model.misfit.checkpoint",
        "  run the same fit with --resume to continue",
      ])
    #expect(try command.data("model.misfit") == old, "the model of the run before is untouched")
    #expect(command.names.allSatisfy { !$0.contains("partial") })
    let saved = try command.run("inspect model.misfit.checkpoint --json").json()
    let epochs = (saved["training"] as? [String: Any])?["epochs"] as? Int ?? 150
    #expect(epochs < 150, "it was stopped before its end")
    #expect(
      try command.run("inspect model.misfit.checkpoint").output.contains(
        "threshold   none: this is the checkpoint of an unfinished run\n"))
    #expect(
      try command.run("rank model.misfit.checkpoint data.npy -q").errors
        == "misfit: warning: the model is an unfinished run: it has no threshold, and flags nothing\n")

    let resumed = try command.run(fit + " --resume --threads 1")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("misfit: note: going on after epoch \(epochs), "))
    #expect(try ModelBytes.tensors(command.data("model.misfit")) == expected)
    #expect(!command.exists("model.misfit.checkpoint"))
    #expect(try command.lines("model.misfit.training.csv").count == 151)
  }

  @Test("in a fit with --json prints no partial object")
  func json() throws {
    let command = try makeData()
    let run = try command.run(fit + " --json -q") { process in
      command.wait { command.exists("model.misfit.checkpoint") }
      interrupt(process)
    }
    #expect(run.status == 130 && run.output.isEmpty)
    #expect(!command.exists("model.misfit"))
    let other = try command.run("fit random:500x10 -o model.misfit --resume -q")
    #expect(other.status == 2)
    #expect(
      other.message
        == "misfit: error: model.misfit.checkpoint: the data is not what the unfinished run began with")
  }

  @Test(
    "leaves no partial file behind",
    arguments: ["score model.misfit random:9000000x3 -o out.csv", "generate random:9000000x9 -o out.csv"])
  func partialFiles(_ line: String) throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let names = command.names
    let run = try command.run(line) { process in
      command.wait { command.isWriting(process) }
      interrupt(process)
    }
    #expect(run.status == 130 && !run.wasKilled)
    #expect(command.names == names)
    let killed = try command.run(line) { process in
      command.wait { command.isWriting(process) }
      kill(process.processIdentifier, SIGKILL)
    }
    #expect(killed.wasKilled)
    #if os(Linux)
      #expect(command.names == names)
    #endif
  }
}
