import Foundation
import Testing

@Suite("Notes and progress")
struct ProgressTests {
  private let line = "fit sensors.csv --ignore id,kind --epochs 3 -o model.misfit"

  @Test("are one line an epoch without a terminal")
  func lines() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run(line)
    let epochs = run.errorLines.filter { !$0.hasPrefix("misfit: note: ") }
    #expect(epochs.count == 3 && !run.errors.contains("\r") && !run.errors.contains("\u{1B}"))
    for (index, epoch) in epochs.enumerated() {
      #expect(
        epoch.hasPrefix("epoch \(index + 1)/3  loss 0.") || epoch.hasPrefix("epoch \(index + 1)/3  loss 1"))
      #expect(epoch.contains("  validation loss ") && epoch.contains(" samples/s  "), "\(epoch)")
    }
    #expect(run.lines.allSatisfy { !$0.hasPrefix("epoch") && !$0.hasPrefix("misfit:") })
  }

  @Test("are omitted with --quiet, unlike results and errors", arguments: ["-q", "--quiet"])
  func quiet(_ flag: String) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("\(line) \(flag)")
    #expect(run.errors.isEmpty && run.lines.count == 2)
    #expect(try command.run("fit sensors.csv --label knid \(flag)").message.contains("\"knid\""))
  }

  @Test(
    "are one rewritten line on a terminal, in color unless NO_COLOR is set",
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/script")))
  func terminal() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let script = "script -qec \"$misfit \(line)\" /dev/null < /dev/null"
    let colored = try command.shell(script, environment: ["TERM": "xterm"])
    #expect(colored.output.contains("\u{1B}[1mmisfit:\u{1B}[0m note: "))
    #expect(colored.output.contains("\r\u{1B}[Kepoch 1/3 "))
    #expect(!colored.output.contains("\nepoch "))
    let plain = try command.shell(script, environment: ["TERM": "xterm", "NO_COLOR": "1"])
    #expect(plain.output.contains("misfit: note: ") && !plain.output.contains("\u{1B}[1m"))
  }
}
