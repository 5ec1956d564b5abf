import Foundation
import Testing

@Suite("Decisions of score, rank, report, detect; calibrate")
struct DecisionFlagsTests {
  @Test(
    "two decision rules are refused",
    arguments: [
      "score m d --alpha 0.1 --fdr 0.1", "rank m d --quantile 0.9 --threshold 1",
      "report m d -o out --contamination 0.1 --alpha 0.1", "detect d --quantile 0.9 --alpha 0.1",
      "detect d --fdr 0.1", "fit d --contaminated 0.1 --trim 0.1 --model local",
      "compare m d --against e --hidden 2",
    ])
  func conflicts(line: String) throws {
    let run = try BuiltCommand().run(line)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(
      ["both decide", "both set"].contains(where: run.errors.contains)
        || run.errors.contains("--validation normal.csv")
        || run.errors.contains("--against compares"), "\(run.errors)")
  }

  @Test("--fail-on-anomaly exits with 1 if a sample is flagged, after all output")
  func status() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    for line in [
      "score model.misfit sensors.csv -o scores.csv", "rank model.misfit sensors.csv",
      "report model.misfit sensors.csv -o out", "detect sensors.csv --id id --label kind -o out2",
    ] {
      let odd = try command.run("\(line) --fail-on-anomaly --contamination 0.05")
      #expect(odd.status == 1, "\(line): \(odd.errors)")
      #expect(try command.run("\(line) --fail-on-anomaly --threshold 1e9").status == 0)
      #expect(try command.run("\(line) --contamination 0.05").status == 0)
    }
    #expect(try command.lines("scores.csv").count == 41 && command.lines("out/scores.csv").count == 41)
    let json = try command.run("score model.misfit sensors.csv --fail-on-anomaly --threshold 0 --json")
    #expect(try json.status == 1 && json.json()["flagged"] as? Int == 40)
  }

  @Test("fit, calibrate and score work in a pipe with a discovery rate and reasons")
  func pipe() throws {
    let command = try BuiltCommand()
    let rows = SampleData.sensors(rows: 400).split(separator: "\n").map(String.init)
    try command.write(rows[0...200].joined(separator: "\n") + "\n", to: "train.csv")
    try command.write(([rows[0]] + rows[201...380]).joined(separator: "\n") + "\n", to: "normal.csv")
    try command.write(([rows[0]] + rows[381...]).joined(separator: "\n") + "\n", to: "new.csv")
    #expect(
      try command.run("fit train.csv -o m.misfit --model pca --components 2 --id id --label kind").status
        == 0)
    let kept = try command.data("m.misfit")
    let calibration = try command.run("calibrate m.misfit normal.csv -o c.misfit --json").json()
    #expect(calibration["samples"] as? Int == 180)
    #expect(try command.data("m.misfit") == kept, "the model is left alone where -o is given")
    let run = try command.shell(
      "cat new.csv | $misfit score c.misfit - --fdr 0.2 --reasons 2 --fail-on-anomaly > out.csv")
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains("Benjamini and Hochberg") && run.errors.contains("whatever their"))
    let lines = try command.lines("out.csv").map { $0.components(separatedBy: ",") }
    #expect(
      lines[0] == [
        "id", "label", "score", "percentile", "p_value", "flag", "error", "reason_1", "reason_1_share",
        "reason_1_value", "reason_1_expected", "reason_1_direction", "reason_2", "reason_2_share",
        "reason_2_value", "reason_2_expected", "reason_2_direction",
      ])
    #expect(lines.count == 21 && lines.allSatisfy { $0.count == 17 })
    let odd = lines[20]
    #expect(odd[0] == "r400" && odd[5] == "1" && odd[7] == "flow" && odd[9] == "90.0" && odd[11] == "above")
    #expect(Double(odd[4]) == Double("\(Float(1.0 / 181))"))
    #expect(try command.run("calibrate c.misfit normal.csv").status == 2)
    #expect(try command.run("calibrate c.misfit normal.csv --in-place").status == 0)
    #expect(try command.run("calibrate c.misfit normal.csv -o -").status == 2)
  }

  @Test("an extrapolated rate is marked as such in all output")
  func extrapolation() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.numbers(rows: 500, columns: 3), to: "numbers.csv")
    #expect(try command.run("fit numbers.csv -o m.misfit --model pca --validation 0.5").status == 0)
    let run = try command.run("rank m.misfit numbers.csv --alpha 0.0001")
    #expect(run.errors.contains("Extrapolated") && run.errors.contains("Nothing guarantees the rate"))
    let json = try command.run("rank m.misfit numbers.csv --alpha 0.0001 --json").json()
    let decision = try #require(json["decision"] as? [String: Any])
    #expect(decision["extrapolated"] as? Bool == true && decision["rule"] as? String == "alpha")
    #expect(json["groups"] is [String: Any])
    let counted = try command.run("rank m.misfit numbers.csv --alpha 0.01")
    #expect(!counted.errors.contains("Extrapolated") && counted.errors.contains("at most 1 %"))
    let report = try command.run("report m.misfit numbers.csv -o out --alpha 0.0001")
    #expect(report.output.contains("extrapolated"))
  }

  @Test("compare --against names the column that changed")
  func against() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let moved = try command.lines("sensors.csv").enumerated().map { index, line -> String in
      var fields = line.components(separatedBy: ",")
      if index > 0, fields.count > 3 { fields[3] = "\((Double(fields[3]) ?? 0) + 40)" }
      return fields.joined(separator: ",")
    }
    try command.write(moved.joined(separator: "\n"), to: "moved.csv")
    let json = try command.run(
      "compare model.misfit moved.csv --against sensors.csv -o out --json"
    ).json()
    let columns = try #require(json["columns"] as? [[String: Any]])
    let value = try #require(columns.first { $0["feature"] as? String == "flow" }?["value"] as? [String: Any])
    #expect(abs((value["change"] as? Double ?? 0) - 40) < 1e-6)
    #expect(try command.lines("out/summary.json").count > 1)
  }
}
