import Foundation
import Testing

@Suite("Arrow data and compressed scores")
struct ArrowCommandTests {
  private let command: BuiltCommand
  private static let table = "table.arrows"

  init() throws {
    command = try BuiltCommand()
    var rows = "name,a,b,c\n"
    for index in 0..<80 {
      rows += "r\(index),\(index % 7).5,\(Double(index % 9) / 4),\(index % 3 == 0 ? "up" : "down")\n"
    }
    try command.write(rows, to: "table.csv")
    #expect(try command.run("fit table.csv --id name -o m.misfit -q").status == 0)
    // The kept columns are the table, as texts.
    let written = try command.run("score m.misfit table.csv --keep name,a,b,c -o kept.arrow -q")
    #expect(written.status == 0, "\(written.errors)")
  }

  @Test("every verb reads Arrow files and streams, and they have the scores of their text")
  func verbs() throws {
    let run = try command.shell(
      "$misfit score m.misfit table.csv --keep a,b,c --format arrow -q > table.arrows")
    #expect(run.status == 0)
    let expected = try command.run("score m.misfit table.csv -q").lines
    for data in ["kept.arrow", "table.arrows"] {
      let scores = try command.run("score m.misfit \(data) --id id -q")
      #expect(scores.lines == expected, "\(data): \(scores.errors)")
      let bytes = try command.data(data)
      #expect(try command.run("score m.misfit - --id id -q", input: bytes).lines == expected)
      #expect(try command.run("score m.misfit \(data) \(data) --id id -q").lines.count == 161)
    }
    let flags = "--id id --ignore score,percentile,p_value,flag,error,name -q"
    let refit = try command.run("fit kept.arrow \(flags) -o again.misfit")
    #expect(refit.status == 0, "\(refit.errors)")
    #expect(try command.run("score again.misfit table.csv --id name -q").lines == expected)
    for line in [
      "rank m.misfit kept.arrow --top 2 -q", "detect kept.arrow \(flags) -o out", "inspect kept.arrow -q",
      "report m.misfit kept.arrow -o report -q", "reconstruct m.misfit kept.arrow -q",
      "calibrate m.misfit kept.arrow -o calibrated.misfit -q",
    ] {
      let run = try command.run(line)
      #expect(run.status == 0, "\(line): \(run.errors)")
    }
  }

  @Test("scores are compressed by the ending of their path")
  func compressed() throws {
    let expected = try command.run("score m.misfit table.csv -q").output
    for name in ["s.csv.gz", "s.csv.zst", "s.CSV.GZ"] {
      #expect(try command.run("score m.misfit table.csv -o \(name) -q").status == 0)
      let bytes = try command.data(name)
      #expect(Array(bytes.prefix(2)) == (name.hasSuffix("zst") ? [0x28, 0xb5] : [0x1f, 0x8b]))
      // What is written is read.
      let rows = try command.run("inspect \(name)")
      #expect(rows.line(0).hasPrefix("80 rows"), "\(rows.output)\(rows.errors)")
    }
    let unpacked = try command.shell("gzip -dc s.csv.gz")
    #expect(unpacked.output == expected)
    #expect(try command.run("score m.misfit table.csv -o s.jsonl.gz --reasons 2 -q").status == 0)
    let line = try command.shell("gzip -dc s.jsonl.gz | head -1").output
    #expect(line.hasPrefix(#"{"id":"r0""#) && line.contains(#""reasons":[{"feature":"#), "\(line)")
    #expect(
      try command.run("score m.misfit table.csv --output-format jsonl --reasons 2 -q").line(0) + "\n" == line)
  }

  @Test("Parquet is named, with commands that pipe it in")
  func parquet() throws {
    try command.write(Data("PAR1".utf8) + Data([0x15, 0, 0x15, 0]), to: "x.parquet")
    let run = try command.run("score m.misfit x.parquet")
    #expect(run.status == 2)
    #expect(run.message.hasSuffix("x.parquet: this is a Parquet file, which is not read"))
    #expect(run.errors.contains("COPY (FROM 'x.parquet') TO '/dev/stdout' (FORMAT arrows)"))
    #expect(run.errors.contains("pyarrow.parquet"))
  }

  @Test("damage is an error with its byte")
  func damaged() throws {
    try command.write(try command.data("kept.arrow").prefix(3000), to: "cut.arrow")
    let run = try command.run("score m.misfit cut.arrow --id id -o none.csv")
    #expect(run.status == 2 && run.message.contains("cut.arrow"), "\(run.errors)")
    #expect(!command.exists("none.csv"))
  }
}
