import Foundation
import Testing

@Suite("misfit classify")
struct ClassifyTests {
  @Test("classify writes predictions, matrix and summary, and prints accuracy, times and recall")
  func files() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "sensors.csv")
    let run = try command.run("classify sensors.csv sensors.csv --id id --label kind -k 1 -o out/")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.line(0)
        == "accuracy  100.00 %: 40 of 40 samples by 1 neighbor among 40, 3 scaled features")
    #expect(run.errors.contains("TRAIN and TEST are the same file"))
    #expect(run.line(1).hasPrefix("time      ") && run.line(1).hasSuffix("to read and encode"))
    #expect(run.line(2).hasPrefix("memory    "))
    #expect(run.output.contains("bad    1        100.0 %  100.0 %"))
    let files = try FileManager.default.contentsOfDirectory(atPath: command.path("out")).sorted()
    #expect(
      files == [
        "confusion-matrix.csv", "confusion-matrix.png", "confusion-matrix.svg", "predictions.csv",
        "summary.json",
      ])
    #expect(try command.lines("out/predictions.csv")[40] == "r40,bad,bad,1,1")
    #expect(try command.lines("out/confusion-matrix.csv") == ["label,bad,ok", "bad,1,0", "ok,0,39"])
  }

  @Test("classify compares codes with --model, reads IDX labels of both sources, and prints --json")
  func model() throws {
    let command = try BuiltCommand()
    try command.write(SampleData.idx(30, [4, 4]), to: "x.idx")
    try command.write(SampleData.idxLabels(30), to: "y.idx")
    #expect(try command.run("fit x.idx --epochs 1 --hidden 3 -o m.misfit -q").status == 0)
    let run = try command.run(
      "classify x.idx x.idx --labels y.idx --test-labels y.idx --model m.misfit --neighbors 3 -o out --json")
    #expect(run.status == 0, "\(run.errors)")
    let json = try run.json()
    #expect(json["width"] as? Int == 3 && json["samples"] as? Int == 30 && json["neighbors"] as? Int == 3)
    #expect(
      json["accuracy"] is Double && json["searchSeconds"] is Double && json["folder"] as? String == "out")
    #expect((json["classes"] as? [Any])?.count == 3)
  }

  @Test(
    "classify reports problems of labels and shapes",
    arguments: [
      ("a.csv a.csv --ignore id,kind", "a.csv: the samples have no labels"),
      ("a.csv odd.csv --id id --label kind", "no training sample has the label \"strange\""),
      ("a.csv short.csv --id id --label kind", "short.csv"),
      ("a.csv a.csv --label kind --tile 4", "labels belong to whole images"),
      ("- - --label kind", "standard input cannot be both TRAIN and TEST"),
      ("a.csv a.csv --label id --ignore kind --memory-limit 1MB --model none.misfit", "none.misfit"),
    ])
  func errors(arguments: String, message: String) throws {
    let command = try BuiltCommand()
    try command.write(SampleData.sensors(), to: "a.csv")
    try command.write("id,temp,pressure,flow,kind\nr1,1,2,3,strange\nr2,1,2,3,ok\n", to: "odd.csv")
    try command.write("id,temp,kind\nr1,1,ok\nr2,2,ok\n", to: "short.csv")
    let run = try command.run("classify \(arguments) -o out")
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
  }
}
