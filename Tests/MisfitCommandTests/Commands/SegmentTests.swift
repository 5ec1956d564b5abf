import Foundation
import Testing

@Suite("Segments: report --by and compare --by")
struct SegmentTests {
  private let command: BuiltCommand

  /// A model of two columns that does not know region and app, and tables with them; in the new one,
  /// app 3 of region eu has a fault.
  init() throws {
    command = try BuiltCommand()
    func table(_ seed: Int, fault: Double) -> String {
      var text = "region,app,speed,load\n"
      for index in 0..<400 {
        let (region, app) = (["eu", "us", "asia"][index % 3], index / 3 % 5)
        let number = index * 7_919 + seed * 104_729
        let load = Double(number % 997) / 100 + (region == "eu" && app == 3 ? fault : 0)
        text += "\(region),\(app),\(Double(number % 877) / 100),\(load)\n"
      }
      return text
    }
    try command.write(table(3, fault: 0), to: "train.csv")
    try command.write(table(1, fault: 0), to: "old.csv")
    try command.write(table(2, fault: 15), to: "new.csv")
    #expect(try command.run("fit train.csv --ignore region,app -o m.misfit --model local -q").status == 0)
  }

  @Test("a report names the segment on its page, in a file and in its summary")
  func report() throws {
    let run = try command.run("report m.misfit new.csv --by region,app -o out -q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("higher than expected in region eu, app 3, of"), "\(run.output)")
    let lines = try command.lines("out/segments.csv")
    #expect(lines[0].hasPrefix("region,app,rank,rows,flagged,expected,share"), "\(lines[0])")
    #expect(lines[1].hasPrefix("eu,3,1,27,"), "\(lines[1])")
    #expect(try command.text("out/report.html").contains("region eu, app 3"))
    let summary = try #require(
      try JSONSerialization.jsonObject(with: command.data("out/summary.json")) as? [String: Any])
    let found = try #require((summary["segments"] as? [String: Any])?["found"] as? [[String: Any]])
    #expect((found[0]["values"] as? [String: String]) == ["region": "eu", "app": "3"])
  }

  @Test("a clean table names none")
  func clean() throws {
    let run = try command.run("report m.misfit old.csv --by region,app -o out -q")
    #expect(run.output.contains("no segment scores higher than expected"), "\(run.output)")
    #expect(try command.exists("out/segments.csv"))
  }

  @Test("compare names the segment whose scores rose")
  func compare() throws {
    let run = try command.run("compare m.misfit new.csv --against old.csv --by region,app -o out -q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("higher than before in region eu, app 3, of"), "\(run.output)")
    #expect(try command.lines("out/segments.csv")[1].hasPrefix("eu,3,1,27,"))
  }

  @Test(
    "what cannot be done is refused",
    arguments: [
      ("report m.misfit new.csv --by regoin -o out", "--by names \"regoin\", which is no column of new.csv"),
      ("report m.misfit new.csv --by regoin -o out", "did you mean \"region\"?"),
      ("compare m.misfit new.csv --against old.csv --by regoin -o out", "--by names \"regoin\""),
      ("report m.misfit random:10x2 --by region -o out", "--by is for the columns of tables"),
      ("report m.misfit new.csv --by a,b,c,d,e -o out", "up to 4 different columns"),
      ("report m.misfit new.csv --by app,app -o out", "up to 4 different columns"),
      ("compare m.misfit m.misfit new.csv --by app -o out", "--against"),
    ])
  func refusals(line: String, message: String) throws {
    let run = try command.run(line)
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
  }

  @Test("a column with the name of a figure gets a number")
  func takenNames() throws {
    let table = try command.text("old.csv").replacingOccurrences(of: "region,app", with: "rank,p_value")
    try command.write(table, to: "taken.csv")
    let run = try command.run("report m.misfit taken.csv --by rank,p_value -o out -q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try command.lines("out/segments.csv")[0]
        == "rank_2,p_value_2,rank,rows,flagged,expected,share,share_low,share_high,p_value,fdr")
  }
}
