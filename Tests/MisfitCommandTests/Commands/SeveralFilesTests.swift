import Foundation
import Testing

@Suite("Several files and JSON, for every verb")
struct SeveralFilesTests {
  private let command: BuiltCommand

  init() throws {
    command = try BuiltCommand()
    var records: [String] = []
    var reordered: [String] = []
    var objects: [String] = []
    for index in 1...60 {
      let (speed, rain, kind) = ("\(index % 7).5", "\(index % 5)", index % 2 == 0 ? "up" : "down")
      records.append("\(speed),\(rain),\(kind)\n")
      reordered.append("\(kind);\(rain);\(speed)\n")
      objects.append(#"{"rain": \#(rain), "kind": "\#(kind)", "speed": \#(speed)}"# + "\n")
    }
    try command.write("speed,rain,kind\n" + records.joined(), to: "whole.csv")
    try command.write("speed,rain,kind\n" + records[..<25].joined(), to: "parts/1.csv")
    try command.write("kind;rain;speed\n" + reordered[25..<40].joined(), to: "parts/2.csv")
    try command.write(objects[40...].joined(), to: "parts/3.jsonl")
    #expect(try command.run("fit whole.csv --label kind -o whole.misfit --model pca -q").status == 0)
    #expect(try command.run("fit parts --label kind -o parts.misfit --model pca -q").status == 0)
  }

  @Test("a table in several files is fitted and scored like one file")
  func equal() throws {
    let expected = try command.run("score whole.misfit whole.csv -q").lines.map { $0.drop { $0 != "," } }
    for data in ["parts", "parts/1.csv parts/2.csv parts/3.jsonl", "parts/?.*"] {
      for model in ["whole", "parts"] {
        let run = try command.run("score \(model).misfit \(data) -q --threads 2")
        #expect(run.lines.map { $0.drop { $0 != "," } } == expected, "\(model) \(data) \(run.errors)")
      }
    }
  }

  @Test(
    "every verb reads several files and JSON",
    arguments: [
      "inspect DATA", "fit DATA -o m.misfit --model pca", "score parts.misfit DATA", "rank parts.misfit DATA",
      "detect DATA -o out --model pca", "report parts.misfit DATA -o out",
      "compare parts.misfit whole.misfit DATA -o out",
      "compare parts.misfit DATA --against whole.csv -o out",
      "compare --hidden 1 --hidden 2 DATA -o out --epochs 1",
      "calibrate parts.misfit DATA -o c.misfit", "encode parts.misfit DATA", "reconstruct parts.misfit DATA",
    ])
  func verbs(_ line: String) throws {
    for data in [
      "parts", "parts/1.csv parts/2.csv parts/3.jsonl", "parts/3.jsonl", "parts/1.csv - parts/3.jsonl",
    ] {
      let input = data.contains("-") ? try command.data("parts/2.csv") : Data()
      let label = line.contains("hidden") || !line.contains("parts.misfit") ? " --label kind" : ""
      let run = try command.run(line.replacing("DATA", with: data) + label + " -q", input: input)
      #expect(run.status == 0, "\(data): \(run.errors)")
    }
  }

  @Test("classify reads folders and patterns for both of its tables")
  func classify() throws {
    let run = try command.run("classify parts parts/[12].csv --label kind -o out -q")
    #expect(run.status == 0 && run.output.contains("of 40 samples"), "\(run.errors)")
  }

  @Test("score lists all unreadable cells of all files, with a remedy")
  func unreadCells() throws {
    try command.write("speed,rain\n1,2\nfast,3\n", to: "bad/1.csv")
    try command.write("rain,speed\n2,fast\nwet,2\n4,slow\n1,1\n2,2\n3,3\n", to: "bad/2.csv")
    for data in ["bad", "bad/1.csv bad/2.csv"] {
      let run = try command.run("score parts.misfit \(data) -o out.csv -q")
      #expect(run.status == 2 && !command.exists("out.csv"))
      let message = try #require(run.errorLines.first)
      #expect(
        message.hasPrefix(
          "misfit: error: bad/1.csv:3: column \"speed\": \"fast\" is not a number; 4 cells in all"))
      #expect(message.hasSuffix("\"speed\": \"fast\" (2), \"slow\"; \"rain\": \"wet\""))
      #expect(run.errorLines[1].contains("--on-error missing"))
    }
    let piped = try command.run("score parts.misfit - -q", input: Data("speed,rain\n1,2\nfast,3\n".utf8))
    #expect(
      piped.errorLines.first == "misfit: error: standard input:3: column \"speed\": \"fast\" is not a number")
    let skipped = try command.run("score parts.misfit bad -q --on-error skip --rejects rejects.csv")
    #expect(skipped.lines.count == 5)
    let places = try command.lines("rejects.csv").map { $0.split(separator: ",").prefix(2) }
    #expect(
      places.map { $0.joined(separator: ":") } == [
        "file:line", "bad/1.csv:3", "bad/2.csv:2", "bad/2.csv:3", "bad/2.csv:4",
      ])
  }

  @Test(
    "a file of a folder or a pattern that is read is never overwritten",
    arguments: [
      "parts -o parts/1.csv", "parts/*.csv -o parts/2.csv", "parts/1.csv parts/2.csv -o ./parts/2.csv",
    ])
  func inputs(_ line: String) throws {
    let before = try ["parts/1.csv", "parts/2.csv"].map(command.data)
    for verb in ["score", "reconstruct", "encode"] {
      let run = try command.run("\(verb) parts.misfit \(line) -q")
      #expect(run.status == 2 && run.errors.contains("would be overwritten"), "\(verb): \(run.errors)")
    }
    #expect(try ["parts/1.csv", "parts/2.csv"].map(command.data) == before)
  }

  @Test("calibrate and compare recognize the files that a model was fitted on")
  func training() throws {
    for data in ["parts", "parts/1.csv parts/2.csv parts/3.jsonl"] {
      let run = try command.run("calibrate parts.misfit \(data) -o c.misfit")
      #expect(run.errors.contains("is what parts.misfit was fitted on"), "\(run.errors)")
    }
    let run = try command.run("calibrate parts.misfit parts/1.csv -o c.misfit")
    #expect(run.status == 0 && !run.errors.contains("was fitted on"), "\(run.errors)")
  }
}
