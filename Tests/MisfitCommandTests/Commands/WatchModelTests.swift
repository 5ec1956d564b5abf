import Foundation
import Testing

/// `misfit watch` with models of rows and of windows.
@Suite("misfit watch with models")
struct WatchModelTests {
  @Test("a model finds rows whose numbers are usual alone, and a restart keeps its numbers")
  func model() throws {
    let command = try BuiltCommand()
    var lines = ["a,b,c"]
    for row in 0..<3000 {
      let x = sin(Double(row) * 0.37) + cos(Double(row) * 0.11)
      let b = row == 2600 ? -2 * x : 2 * x
      lines.append("\(x),\(b + 0.01 * sin(Double(row) * 1.7)),\(1 - x + 0.01 * cos(Double(row) * 2.3))")
    }
    try command.write(lines[...2000].joined(separator: "\n") + "\n", to: "learn.csv")
    try command.write(([lines[0]] + lines[2001...]).joined(separator: "\n") + "\n,1,2\n", to: "new.csv")
    #expect(try command.run("fit learn.csv --model pca -o m.misfit -q").status == 0)
    let run = try command.run("watch new.csv --model m.misfit --alpha 0.01 -q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count == 1002 && run.lines[601].contains(",1,b "), "\(run.lines[601])")
    let scores = try command.run("score m.misfit new.csv --on-error skip -q").lines.dropFirst()
    let modelScores = run.lines.dropFirst().dropLast().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)[13]
    }
    for (own, other) in zip(modelScores, scores) {
      let expected = other.split(separator: ",")[1]
      #expect(Double(own).map { Float($0) } == Float(expected))
    }
    // Columns that are not watched are read by the model all the same.
    let one = try command.run("watch new.csv --model m.misfit --columns b --alpha 0.01 --json -q")
    let oneScores = try one.lines.map { try Self.object($0)["model"] as? [String: Any] }
    let isLastScored = oneScores.last.map { $0 != nil } ?? true
    #expect(oneScores.count == 1001 && !isLastScored, "\(one.errors)")
    for (own, other) in zip(oneScores.dropLast(), scores) {
      #expect((own?["score"] as? Double).map { Float($0) } == Float(other.split(separator: ",")[1]))
    }
    let events = try command.run("watch new.csv --model m.misfit --only-model --events --alpha 0.01 -q")
    #expect(events.lines.contains { $0.hasPrefix("row 601: anomalous by the model: ") }, "\(events.output)")
  }

  @Test("a model of a table with levels and dates scores rows as `score` does", arguments: [false, true])
  func mixedTable(isJSON: Bool) throws {
    let command = try BuiltCommand()
    let lines = (0..<900).map { row in
      let host = ["web", "db", "cache"][row % 3]
      let load = 50 + 10 * Double(row % 3) + sin(Double(row) * 0.7)
      let share = row % 50 == 7 ? "" : "\(row * 7 % 100)%"
      let state = row == 850 ? "burning" : row % 7 == 0 ? "idle" : "on"
      return "2024-03-\(10 + row / 90) 10:00,\(host),\(load),\(share),\(state),\"x, \(row % 4)\"\n"
    }
    let header = "day,host,load,share,state,kind\n"
    try command.write(header + lines[..<600].joined(), to: "learn.csv")
    try command.write(header + lines[600...].joined(), to: "new.csv")
    #expect(try command.run("fit learn.csv --model pca -o m.misfit -q").status == 0)
    let scored = try command.run("score m.misfit new.csv --format jsonl -q")
    let expected = try scored.lines.map { try Self.object($0)["score"] as? Double }
    if isJSON {
      let names = header.dropLast().split(separator: ",")
      let objects = lines[600...].map { line in
        let cells = line.dropLast().replacing("\"", with: "").split(
          separator: ",", maxSplits: 5, omittingEmptySubsequences: false)
        return "{" + zip(names, cells).map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}\n"
      }
      try command.write(objects.joined(), to: "new.csv")
    }
    // A column that is not watched is read by the model all the same.
    let run = try command.run("watch new.csv --model m.misfit --ignore load --alpha 0.01 --json -q")
    #expect(run.status == 0, "\(run.errors)")
    let models = try run.lines.map { try Self.object($0)["model"] as? [String: Any] }
    #expect(models.map { $0?["score"] as? Double } == expected && expected.count == 300)
    let reasons = models[250]?["reasons"] as? String
    #expect(reasons?.hasPrefix("state \"burning\" (expected ") == true)
  }

  private static func object(_ line: some StringProtocol) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test("a model of windows scores a stream, and a restart keeps its windows")
  func windows() throws {
    let command = try BuiltCommand()
    try command.write(WatchTests.header + WatchTests.rows(700), to: "learn.csv")
    let fit = try command.run("fit learn.csv --time time --ignore host,load -o m.misfit -q")
    #expect(fit.status == 0, "\(fit.errors)")
    // A day of 96 rows whose course is upside down.
    let lines = WatchTests.rows(300, from: 700).split(separator: "\n").enumerated().map { index, line in
      var cells = line.split(separator: ",").map { String($0) }
      if index >= 192, let cpu = Double(cells[2]) { cells[2] = "\(40 - cpu)" }
      return cells.joined(separator: ",") + "\n"
    }
    try command.write(WatchTests.header + lines.joined(), to: "new.csv")
    let flags = "--ignore host,load --model m.misfit --only-model --alpha 0.02 -q"
    let whole = try command.run("watch new.csv \(flags)")
    #expect(whole.status == 0 && whole.lines.count == 301, "\(whole.errors)")
    let alarms = whole.lines.indices.filter { whole.lines[$0].contains(",1,cpu ") }
    #expect(alarms.first.map { (193...300).contains($0) } == true, "\(alarms)")
    for count in [150, 300] {
      try command.write(WatchTests.header + lines[..<count].joined(), to: "part.csv")
      _ = try command.shell("cat part.csv > growing.csv")
      let run = try command.run("watch growing.csv \(flags) --state w.state -o out.csv")
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try command.text("out.csv") == whole.output)
  }

  @Test("a usual course that fails to come is reported by its shape, also after a restart")
  func shapes() throws {
    let command = try BuiltCommand()
    var text = "time,cpu\n"
    var state: UInt64 = 1
    for row in 0..<1500 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let hasBump = (16..<32).contains(row % 48) && row / 48 != 27
      let value = (hasBump ? 80 : 20) + Double(state >> 40) / Double(1 << 24)
      text += String(format: "2024-03-%02d %02d:%02d,%.3f\n", 1 + row / 48, row % 48 / 2, row % 2 * 30, value)
    }
    try command.write(text, to: "m.csv")
    let flags = "--learn 600 --refresh-every 500 --quiet-for 2h -q"
    let whole = try command.run("watch m.csv \(flags) -o whole.out")
    #expect(whole.status == 0, "\(whole.errors)")
    let events = try command.run("watch m.csv \(flags) --events")
    let shape = events.lines.filter { $0.contains("anomalous by its shape: cpu 2") }
    #expect(shape.count == 1 && shape[0].contains("(expected "), "\(events.output)")
    let json = try command.run("watch m.csv \(flags) --json")
    #expect(json.lines.contains { $0.contains("\"alarmBy\":[\"shape\"]") })
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<4 {
      _ = try command.run("watch m.csv \(flags) --state w.state -o out.csv") { process in
        usleep(UInt32.random(in: 1000...300_000, using: &generator))
        kill(process.processIdentifier, SIGKILL)
      }
    }
    #expect(try command.run("watch m.csv \(flags) --state w.state -o out.csv").status == 0)
    #expect(try command.data("out.csv") == command.data("whole.out"))
    let other = try command.run("watch m.csv --state w.state -o out.csv -q")
    #expect(other.status == 2, "a state with models of windows needs them")
    let wrong = try command.run("watch m.csv --refresh-every 3d")
    #expect(wrong.status == 2 && wrong.message.contains("--refresh-every needs something to learn"))
  }
}
