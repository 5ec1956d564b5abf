import Foundation
import Testing

@Suite("misfit tell")
struct TellTests {
  private let command: BuiltCommand

  /// A model of two columns, and a table whose last ten rows have a load far above all others.
  init() throws {
    command = try BuiltCommand()
    func row(_ index: Int, _ extra: Int) -> String {
      "\(Double(index * 37 % 61) / 10),\(Double(index * 53 % 59) / 10 + Double(extra))\n"
    }
    try command.write("speed,load\n" + (1...80).map { row($0, 0) }.joined(), to: "train.csv")
    try command.write(
      "speed,load\n" + (81...120).map { row($0, 0) }.joined() + (121...130).map { row($0, 40) }.joined(),
      to: "new.csv")
    #expect(try command.run("fit train.csv -o m.misfit --model local -q").status == 0)
  }

  private func flagged(_ model: String) throws -> Int {
    try command.run("score \(model) new.csv --json -q").json()["flagged"] as? Int ?? -1
  }

  @Test("rows like marked rows are no longer flagged, and inspect lists the feedback")
  func normal() throws {
    let before = try flagged("m.misfit")
    try command.write("41\n42\n43\n44\n45\n", to: "ids.txt")
    let run = try command.run("tell m.misfit --normal ids.txt --data new.csv -o marked.misfit -q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("5 rows marked as normal") && run.output.contains("by load"), "\(run.output)")
    #expect(try flagged("marked.misfit") == before - 10)
    #expect(try flagged("m.misfit") == before)
    #expect(try command.run("inspect marked.misfit").output.contains("feedback    5 rows marked as normal"))
    #expect(!(try command.run("inspect m.misfit").output.contains("feedback")))
    let list = try command.run("tell marked.misfit --list --json").json()
    let rows = (list["feedback"] as? [String: Any])?["rows"] as? [[String: Any]]
    #expect(rows?.count == 5 && rows?[0]["id"] as? String == "41")
    #expect(try command.run("tell marked.misfit --forget all --in-place").status == 0)
    #expect(try command.data("marked.misfit") == command.data("m.misfit"))
  }

  @Test("scores that were written with --keep all hold the rows; others are checked against the data")
  func scores() throws {
    #expect(try command.run("score m.misfit new.csv --keep all -o kept.csv -q").status == 0)
    #expect(try command.run("score m.misfit new.csv -o scores.csv -q").status == 0)
    let kept = try command.run("tell m.misfit --normal 41,42 --from kept.csv -o a.misfit -q")
    #expect(kept.status == 0, "\(kept.errors)")
    let both = try command.run("tell m.misfit --normal 41,42 --from scores.csv --data new.csv -o b.misfit -q")
    #expect(both.status == 0, "\(both.errors)")
    #expect(
      try command.run("score a.misfit new.csv -q").output == command.run("score b.misfit new.csv -q").output)
    let alone = try command.run("tell m.misfit --normal 41 --from scores.csv -o c.misfit")
    #expect(alone.status == 2 && alone.errors.contains("--keep all"), "\(alone.errors)")
    let wrong = try command.run("tell m.misfit --normal 41 --from scores.csv --data train.csv -o c.misfit")
    #expect(
      wrong.status == 2 && wrong.errors.contains("row \"41\" of train.csv has the score"), "\(wrong.errors)")
    #expect(!command.exists("c.misfit"))
  }

  @Test("a rule makes rows normal in the units of the data")
  func rules() throws {
    let run = try command.run(arguments: ["tell", "m.misfit", "--unless", "load > 30", "-o", "marked.misfit"])
    #expect(run.status == 0 && run.output.contains("normal if load > 30"), "\(run.errors)")
    #expect(try flagged("marked.misfit") == flagged("m.misfit") - 10)
    let unknown = try command.run(arguments: ["tell", "m.misfit", "--unless", "lod > 30", "--in-place"])
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean \"load\"?"))
  }

  @Test(
    "what cannot be done is refused",
    arguments: [
      ("tell m.misfit", "no feedback to add"), ("tell m.misfit --normal 41 --data new.csv", "needs a path"),
      ("tell m.misfit --normal 41 -o a.misfit", "in no file"),
      ("tell m.misfit --list --in-place", "--list changes no model"),
      ("tell m.misfit --list --calibrate-on new.csv", "misfit calibrate m.misfit new.csv"),
      ("tell m.misfit --least load=3 --data new.csv -o a.misfit", "no row of the data is marked"),
      ("tell m.misfit --normal , --data new.csv -o a.misfit", ", has no ids"),
      ("tell m.misfit --normal train.csv --data new.csv -o a.misfit", "a line with 2 fields"),
      ("tell m.misfit --normal 999 --data new.csv -o a.misfit", "no row has the id"),
      ("tell m.misfit --normal 41 --anomaly 41 --data new.csv -o a.misfit", "as normal and as an anomaly"),
      ("tell m.misfit --forget 41 --in-place", "has no feedback"),
      ("tell m.misfit --normal 41 --data new.csv -o new.csv", "would be overwritten"),
    ])
  func refusals(line: String, message: String) throws {
    let run = try command.run(line)
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
  }
}
