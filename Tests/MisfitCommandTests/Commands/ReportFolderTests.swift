import Foundation
import Testing

/// The content of a report's folder after a run that fails.
@Suite("Report folders", .serialized)
struct ReportFolderTests {
  private let detect = "detect data.csv --model pca -q -o out"

  private func contents(_ command: BuiltCommand) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: command.path("out"))
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try command.data("out/\($0)")) })
  }

  @Test("a run that is killed leaves the files of the previous run and no others")
  func killed() throws {
    let command = try BuiltCommand()
    try command.run("generate random:200x4 -o data.csv")
    #expect(try command.run(detect).status == 0)
    let old = try contents(command)
    #expect(old["report.html"] != nil && old["model.misfit"] != nil && old["summary.json"] != nil)
    try command.run("generate random:20000x6 -o data.csv")
    for signal in [SIGKILL, SIGTERM] {
      let run = try command.run(detect) { process in
        command.wait { command.isWriting(process) }
        kill(process.processIdentifier, signal)
      }
      #expect(run.wasKilled == (signal == SIGKILL) && (signal == SIGKILL || run.status == 143))
      #expect(try contents(command) == old)
    }
  }

  @Test("a run that fails leaves no empty folder")
  func failed() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n" + String(repeating: "1,2\n", count: 200_000) + "1,\n3\n", to: "data.csv")
    for output in ["new", "new/inner/"] {
      #expect(try command.run("detect data.csv --model pca -q -o \(output)").status == 2)
      #expect(!command.exists("new"))
    }
  }

  @Test("the page and the summary contain the number of the run, which is the same for equal runs")
  func run() throws {
    let command = try BuiltCommand()
    try command.run("generate random:200x4 -o data.csv")
    try command.run("fit data.csv --model pca -o model.misfit -q")
    var runs: [String] = []
    for _ in 0..<2 {
      #expect(try command.run("report model.misfit data.csv -q -o out").status == 0)
      let json = try JSONSerialization.jsonObject(with: command.data("out/summary.json")) as? [String: Any]
      runs.append(try #require(json?["run"] as? String))
      #expect(try command.text("out/report.html").contains("run \(runs[0])"))
    }
    #expect(runs[0].count == 16 && runs[0] == runs[1])
  }
}
