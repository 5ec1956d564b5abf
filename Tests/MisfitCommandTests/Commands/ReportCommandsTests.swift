import Foundation
import Testing

@Suite("misfit detect, report, compare, generate")
struct ReportCommandsTests {
  private let reportFiles = [
    "error-histogram.png", "error-histogram.svg", "reasons.csv", "report.html", "scores.csv", "summary.json",
    "training-curve.png", "training-curve.svg", "training.csv", "worst.png", "worst.svg",
  ]

  private let labelFiles = ["class-errors.png", "class-errors.svg", "classes.csv"]

  private func files(_ command: BuiltCommand, _ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: command.path(folder)).sorted()
  }

  @Test("detect fits, ranks and reports in one command")
  func detect() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("detect sensors.csv --id id --label kind --epochs 2 -o out/")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.line(0).hasPrefix("1 of 40 samples is above the threshold "))
    #expect(run.line(1).hasPrefix("AUROC 1.000, average precision 1.000 for the label \"bad\""))
    #expect(Array(run.lines.suffix(2)) == ["model  out/model.misfit", "report out/report.html"])
    #expect(try files(command, "out") == (reportFiles + labelFiles + ["model.misfit"]).sorted())
    let scores = try command.lines("out/scores.csv")
    #expect(scores.count == 41 && scores[40].hasPrefix("r40,bad,"))
    let page = try command.text("out/report.html")
    #expect(page.contains("r40") && !page.contains("http://") && !page.contains("src=\"https"))
  }

  @Test("detect and report print one object with --json")
  func json() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let detected = try command.run("detect sensors.csv --id id --label kind --epochs 2 -o out --json").json()
    #expect(detected["modelPath"] as? String == "out/model.misfit")
    let reported = try command.run(
      "report out/model.misfit sensors.csv --id id --label kind -o again --json"
    ).json()
    for json in [detected, reported] {
      #expect(json["samples"] as? Int == 40 && json["auroc"] as? Double == 1)
      #expect((json["worst"] as? [[String: Any]])?.first?["id"] as? String == "r40")
    }
    #expect(reported["reportPath"] as? String == "again/report.html")
  }

  @Test("report writes the same folder for data that a model scores")
  func report() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("report model.misfit sensors.csv -o out")
    #expect(run.status == 0 && run.lines.last == "report out/report.html")
    #expect(try files(command, "out") == (reportFiles + labelFiles).sorted())
  }

  @Test("report warns of a label that no sample has")
  func anomalyLabel() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("report model.misfit sensors.csv --label kind --anomaly-label wrong -o out")
    #expect(run.status == 0)
    #expect(run.errorLines.contains("misfit: warning: no sample has the label \"wrong\""))
  }

  @Test("compare scores the same data with two models")
  func compareFiles() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let fit = try command.run("fit sensors.csv --ignore id,kind --epochs 60 --hidden 2 -o b.misfit -q")
    #expect(fit.status == 0)
    let run = try command.run("compare model.misfit b.misfit sensors.csv --label kind -o out")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.line(0) == "40 samples of sensors.csv")
    #expect(
      run.output.contains("model.misfit: 3-2-1-2-3, trained on 36 rows of sensors.csv, 2 epochs, seed 42"))
    #expect(run.output.contains("AUROC"))
    #expect(run.lines.last == "report out/report.html")
    for name in ["report.html", "comparison.png", "comparison.svg", "summary.json"] {
      #expect(try files(command, "out").contains(name), "\(name)")
    }
  }

  @Test("compare finds no difference between a model and itself")
  func compareSame() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("compare model.misfit model.misfit sensors.csv -o out")
    #expect(run.output.contains("No clear difference between model.misfit (1) and model.misfit (2)"))
    #expect(try command.run("compare model.misfit model.misfit sensors.csv -o out --json").json().count > 2)
  }

  @Test("compare fits several networks, prints notes on the data once, and saves the models")
  func compareNetworks() throws {
    let command = try BuiltCommand()
    let run = try command.run("compare --hidden 2 --hidden 2,2 random:200x6 -o out --epochs 2")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.line(0) == "20 samples of random:200x6, held out of training")
    #expect(run.errorLines.count { $0.hasPrefix("misfit: note: random:200x6: uniform") } == 1)
    #expect(run.errors.contains("misfit: note: hidden 2,2: network 6-2-2-2-6\n"))
    let models = try files(command, "out").filter { $0.hasSuffix(".misfit") }
    #expect(models == ["hidden-2-2.misfit", "hidden-2.misfit"])
  }

  @Test("generate writes the same numbers for the same seed, as CSV and NPY")
  func generate() throws {
    let command = try BuiltCommand()
    let run = try command.run("generate random:5x3 --seed 1")
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.lines.count == 6 && run.line(0) == "column_1,column_2,column_3")
    #expect(try command.run("generate random:5x3 --seed 1 -o a.csv").output.isEmpty)
    #expect(try command.text("a.csv") == run.output)
    #expect(try command.run("generate random:5x3 --seed 2").output != run.output)
    let json = try command.run("generate random:5x3 --seed 1 -o a.npy --json").json()
    #expect(json["samples"] as? Int == 5 && json["path"] as? String == "a.npy")
    let array = try NPYBytes(command.data("a.npy"))
    #expect(array.header.contains("'shape': (5, 3)"))
    let numbers = run.lines.dropFirst().flatMap { $0.split(separator: ",").compactMap { Float($0) } }
    #expect(array.values == numbers && numbers.allSatisfy { 0..<1 ~= $0 })
  }

  @Test("a model can be fitted to the output of generate", arguments: ["data.csv", "data.npy"])
  func generated(_ name: String) throws {
    let command = try BuiltCommand()
    #expect(try command.run("generate random:40x4 -o \(name)").status == 0)
    let run = try command.run("fit \(name) --epochs 1 --json")
    #expect(try run.json()["rows"] as? Int == 36)
  }
}
