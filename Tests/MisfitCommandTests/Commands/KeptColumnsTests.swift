import Foundation
import Testing

@Suite("Tables in several files, and a table with its scores")
struct KeptColumnsTests {
  private let command: BuiltCommand

  init() throws {
    command = try BuiltCommand()
    try command.write(
      "speed,rain,note\n1,0.5,\"a, \"\"b\"\"\"\n2,0.25,\n3.50,0.75,x\n4,1,y\n", to: "table.csv")
    try command.write(
      "speed,rain\n" + (1...60).map { "\(Double($0 % 7) + 0.5),\($0 % 5)\n" }.joined(), to: "train.csv")
    #expect(try command.run("fit train.csv -o m.misfit --model pca -q").status == 0)
  }

  @Test("--keep writes columns unchanged after the scores")
  func keep() throws {
    let plain = try command.run("score m.misfit table.csv -q").lines
    let all = try command.run("score m.misfit table.csv -q --keep all").lines
    #expect(all[0] == plain[0] + ",speed,rain,note")
    #expect(all[1] == plain[1] + ",1,0.5,\"a, \"\"b\"\"\"")
    #expect(all[2] == plain[2] + ",2,0.25,")
    #expect(all[3] == plain[3] + ",3.50,0.75,x")
    let some = try command.run("score m.misfit table.csv -q --keep note,speed").lines
    #expect(some[0] == plain[0] + ",note,speed" && some[4] == plain[4] + ",y,4")
    #expect(try command.run("score m.misfit table.csv -q --keep all --threads 4").lines == all)
  }

  @Test("a kept column with the name of a score is followed by a number")
  func names() throws {
    try command.write("id,speed,rain,flag,label\n7,1,2,x,u\n", to: "named.csv")
    let header = try command.run("score m.misfit named.csv -q --keep all --id id").line(0)
    #expect(header.hasSuffix(",speed,rain,flag_2,label"))
  }

  @Test("an unknown column to keep is an error, and so is --keep without a table")
  func unknown() throws {
    let run = try command.run("score m.misfit table.csv --keep sped -o out.csv")
    #expect(run.status == 2 && run.errors.contains("--keep names \"sped\"") && run.errors.contains("speed"))
    #expect(!command.exists("out.csv"))
    #expect(try command.run("score m.misfit random:5x2 --keep all").status == 2)
  }

  @Test("rows are JSON lines with --format jsonl, or in a file with that extension")
  func lines() throws {
    let printed = try command.run("score m.misfit table.csv -q --format jsonl --keep all").lines
    #expect(printed[0].hasSuffix(#""speed":1,"rain":0.5,"note":"a, \"b\""}"#), "\(printed[0])")
    #expect(printed[1].hasSuffix(#""note":null}"#), "\(printed[1])")
    #expect(printed.count == 4)
    let row = try #require(
      try JSONSerialization.jsonObject(with: Data(printed[2].utf8)) as? [String: Any])
    #expect(
      row["id"] as? String == "3" && row["speed"] as? Double == 3.5 && row["rain"] as? Double == 0.75)
    #expect(try command.run("score m.misfit table.csv -q --keep all -o rows.jsonl").status == 0)
    #expect(try command.lines("rows.jsonl") == printed)
    let both = try command.run("score m.misfit table.csv --json --format jsonl")
    #expect(both.status == 2 && both.output.isEmpty)
  }

  @Test("cells are numbers in JSON only if they are valid JSON numbers, otherwise strings")
  func cells() throws {
    let cells = [
      ("007", "\"007\""), ("-0.5", "-0.5"), ("1e3", "1000.0"), (".5", "\".5\""), ("+1", "\"+1\""),
      ("1.", "\"1.\""),
      ("12345678901234567890", "\"12345678901234567890\""), ("9007199254740993", "\"9007199254740993\""),
      ("nan", "\"nan\""), ("Infinity", "\"Infinity\""), ("1e999", "\"1e999\""), ("\"a\nb\"", "\"a\\nb\""),
      ("\"=1+1\"", "\"=1+1\""),
    ]
    let rows = cells.map { "1,2,\($0.0)\n" }
    try command.write("speed,rain,code\n" + rows.joined(), to: "cells.csv")
    let lines = try command.run("score m.misfit cells.csv -q --format jsonl --keep code").lines
    #expect(lines.count == cells.count)
    for (line, cell) in zip(lines, cells) { #expect(line.hasSuffix("\"code\":\(cell.1)}"), "\(line)") }
  }

  @Test("--spreadsheet-safe covers the kept cells and names")
  func spreadsheets() throws {
    try command.write("speed,rain,=note\n1,2,=1+1\n", to: "formulas.csv")
    let lines = try command.run("score m.misfit formulas.csv -q --keep all --spreadsheet-safe").lines
    #expect(lines[0].hasSuffix(",'=note") && lines[1].hasSuffix(",'=1+1"), "\(lines)")
    try command.write(
      "speed,rain,kind,@id\n" + (0..<40).map { "\($0),\($0 % 7),=a\($0 % 2),+b\($0)\n" }.joined(), to: "n.csv"
    )
    let flags = "--id @id --label kind --spreadsheet-safe -q --hidden 1 --epochs 1"
    #expect(try command.run("detect n.csv -o out \(flags)").status == 0)
    for (file, cell) in [("scores", "'+b1,'=a1"), ("reasons", "1,'+b"), ("classes", "\n'=a0,20")] {
      #expect(try command.text("out/\(file).csv").contains(cell), "\(file)")
    }
    let line = "classify n.csv n.csv --id @id --label kind --spreadsheet-safe -q -o by"
    #expect(try command.run(line).status == 0)
    for (file, cell) in [("predictions", "'+b1,'=a1"), ("confusion-matrix", "\n'=a0")] {
      #expect(try command.text("by/\(file).csv").contains(cell), "\(file)")
    }
    try command.write("speed,rain\n1,2\n=x,3\n", to: "bad.csv")
    let rejects = "score m.misfit bad.csv -q --on-error skip --rejects r.csv --spreadsheet-safe"
    #expect(try command.run(rejects).status == 0)
    #expect(try command.text("r.csv").contains(",'=x,"))
  }

  @Test("a report is never written into the folder of its data")
  func amongData() throws {
    try command.write("x,y\n" + (0..<30).map { "\($0),\($0 % 7)\n" }.joined(), to: "tables/a.csv")
    let run = try command.run("detect tables -o ./tables/ -q --hidden 1 --epochs 1")
    #expect(run.status == 2 && run.errors.contains("another folder"))
  }

  @Test("several files are scored as one table, whatever the order of their columns")
  func several() throws {
    try command.write("rain;speed\n0,5;2\n0,25;1\n", to: "more/b.csv")
    try command.write("{\"speed\": 3, \"rain\": 1, \"more\": null}\n", to: "more/c.jsonl")
    let run = try command.run("score m.misfit table.csv more/b.csv more/c.jsonl -q --keep rain")
    #expect(run.status == 0)
    let rows = run.lines.dropFirst().map { $0.split(separator: ",") }
    #expect(
      rows.map { String($0[0]) } == (1...4).map { "table.csv:\($0)" } + ["b.csv:1", "b.csv:2", "c.jsonl:1"])
    let folder = try command.run("score m.misfit more -q --keep rain")
    #expect(folder.lines.dropFirst().elementsEqual(run.lines.dropFirst(5)))
    #expect(try command.run("score m.misfit more/*.csv -q").lines.count == 3)
  }
}
