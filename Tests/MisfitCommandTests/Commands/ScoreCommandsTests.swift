import Foundation
import Testing

@Suite("misfit score, rank, encode, reconstruct, inspect")
struct ScoreCommandsTests {
  @Test("score writes one row a sample to a file or standard output")
  func score() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let printed = try command.run("score model.misfit sensors.csv")
    #expect(printed.status == 0)
    #expect(printed.lines.count == 41)
    #expect(printed.line(0) == "id,label,score,percentile,p_value,flag,error", "as the model was fitted")
    #expect(printed.errors == "misfit: note: sensors.csv: comma-separated, with a header\n")
    let odd = try #require(printed.lines.last).split(separator: ",")
    #expect(odd[0] == "r40" && odd[3] == "100.0" && odd[5] == "1", "the odd row is flagged: \(odd)")

    let named = try command.run("score model.misfit sensors.csv --id id --label kind -o scores.csv")
    #expect(named.status == 0 && named.output.isEmpty)
    let lines = try command.lines("scores.csv")
    #expect(lines[0] == "id,label,score,percentile,p_value,flag,error")
    #expect(lines[40].hasPrefix("r40,bad,"))
    #expect(try command.run("score model.misfit sensors.csv -o -").output == printed.output)
  }

  @Test("score writes the same numbers at any number of threads")
  func threads() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let one = try command.run("score model.misfit sensors.csv -q --threads 1")
    #expect(try command.run("score model.misfit sensors.csv -q --threads 4").output == one.output)
  }

  @Test("score --json prints a summary, and writes the table only to a file")
  func scoreJSON() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let json = try command.run("score model.misfit sensors.csv --json").json()
    #expect(json["samples"] as? Int == 40 && json["flagged"] as? Int == 1)
    #expect(json["scoresPath"] is NSNull)
    let filed = try command.run("score model.misfit sensors.csv --json -o scores.csv").json()
    #expect(filed["scoresPath"] as? String == "scores.csv")
    #expect(try command.lines("scores.csv").count == 41)
  }

  @Test("reordered and additional columns change nothing")
  func columns() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let rows = try command.lines("sensors.csv").map { $0.components(separatedBy: ",") }
    let reordered = rows.map { [$0[3], "1", $0[0], $0[4], $0[1], $0[2]].joined(separator: ";") }
    let text = reordered.joined(separator: "\r\n").replacingOccurrences(of: "flow;1;", with: "flow;more;")
    try command.write("\u{FEFF}" + text, to: "reordered.csv")
    let expected = try command.run("score model.misfit sensors.csv -q").output
    #expect(try command.run("score model.misfit reordered.csv -q").output == expected)
  }

  @Test("rank lists the most anomalous samples with their reasons, or the most normal ones")
  func rank() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("rank model.misfit sensors.csv --top 2 --reasons 1 --id id --label kind")
    #expect(run.status == 0 && run.lines.count == 3)
    #expect(
      run.line(0).split(separator: " ") == ["rank", "id", "label", "score", "percentile", "p-value", "flag"])
    #expect(run.line(1).hasPrefix("   1  r40  bad "))
    #expect(run.line(1).contains("flow 90 (in training "))
    let json = try command.run("rank model.misfit sensors.csv --top 3 --smallest --id id --json").json()
    let samples = try #require(json["samples"] as? [[String: Any]])
    let errors = samples.compactMap { $0["score"] as? Double }
    #expect(errors.count == 3 && errors == errors.sorted())
    #expect(samples[0]["rank"] as? Int == 1 && samples[0]["id"] is String)
  }

  @Test("encode writes the bottleneck's values as CSV and NPY")
  func encode() throws {
    let command = try BuiltCommand()
    try command.fitSensors("--hidden 2")
    let run = try command.run("encode model.misfit sensors.csv --id id")
    #expect(run.lines.count == 41 && run.line(0) == "id,label,code_1,code_2")
    #expect(run.line(1).hasPrefix("r1,"))
    let json = try command.run("encode model.misfit sensors.csv -o codes.npy --json").json()
    let storage = try #require(json["storage"] as? [String: Any])
    let size = try FileManager.default.attributesOfItem(atPath: command.path("codes.npy"))[.size] as? Int
    let source = try FileManager.default.attributesOfItem(atPath: command.path("sensors.csv"))[.size] as? Int
    #expect(storage["codeBytes"] as? Int == size && storage["sourceBytes"] as? Int == source)
    #expect(storage["floatBytes"] as? Int == 40 * 3 * 4)
    #expect(run.errors.contains("the data as stored is"))
    #expect(json["path"] as? String == "codes.npy" && json["samples"] as? Int == 40)
    let array = try NPYBytes(command.data("codes.npy"))
    #expect(array.header.contains("'shape': (40, 2)"))
    let first = run.line(1).split(separator: ",").dropFirst(2).compactMap { Float($0) }
    #expect(Array(array.values.prefix(2)) == first)
  }

  @Test("reconstruct writes CSV and NPY in the data's own units")
  func reconstruct() throws {
    let command = try BuiltCommand()
    try command.fitSensors(epochs: 40)
    let run = try command.run("reconstruct model.misfit sensors.csv")
    #expect(run.lines.count == 41 && run.line(0) == "id,label,temp,pressure,flow")
    let first = run.line(1).split(separator: ",").dropFirst(2).compactMap { Float($0) }
    #expect(first.count == 3 && 15...30 ~= first[0] && 2...6 ~= first[1], "\(first)")
    #expect(try command.run("reconstruct model.misfit sensors.csv -o back.npy").status == 0)
    let array = try NPYBytes(command.data("back.npy"))
    #expect(array.header.contains("'shape': (40, 3)"))
    #expect(Array(array.values.prefix(3)) == first)
  }

  @Test("inspect shows layers, schema and training")
  func inspect() throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let run = try command.run("inspect model.misfit")
    #expect(run.status == 0 && run.errors.isEmpty)
    for text in ["encoder.1 dense (code)", "24 parameters", "36 rows of sensors.csv, 4 held out", "pressure"]
    {
      #expect(run.output.contains(text), "\(text)")
    }
    let json = try command.run("inspect model.misfit --json").json()
    #expect((json["layers"] as? [Any])?.count == 4 && json["parameters"] as? Int == 24)
    let columns = try #require(json["columns"] as? [[String: Any]])
    #expect(columns.map { $0["name"] as? String } == ["temp", "pressure", "flow"])
    #expect((json["training"] as? [String: Any])?["epochs"] as? Int == 2)
  }
}

@Suite("Outputs that would overwrite an input")
struct OverwrittenInputTests {
  @Test(
    "are refused, and the input is unchanged",
    arguments: [
      "score model.misfit sensors.csv -o sensors.csv", "score model.misfit sensors.csv -o model.misfit",
      "encode model.misfit sensors.csv -o ./sensors.csv",
      "reconstruct model.misfit sensors.csv -o sensors.csv",
      "fit sensors.csv --id id --label kind --epochs 1 -o sensors.csv",
    ])
  func areRefused(_ line: String) throws {
    let command = try BuiltCommand()
    try command.fitSensors()
    let (data, model) = (try command.data("sensors.csv"), try command.data("model.misfit"))
    let run = try command.run(line)
    #expect(run.status == 2)
    #expect(run.errors.contains("would be overwritten, and it is what is read"))
    #expect(try command.data("sensors.csv") == data)
    #expect(try command.data("model.misfit") == model)
  }
}
