import Foundation
import Testing

/// `misfit watch` as a process.
@Suite("misfit watch")
struct WatchTests {
  /// Returns rows of a noisy daily course with a spike and a step, as CSV.
  static func rows(_ count: Int, from first: Int = 0, series: Int = 1) -> String {
    var text = ""
    var state: UInt64 = 42
    for row in 0..<first + count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(state >> 40) / Double(1 << 24) - 0.5
      let course = 20 + 5 * sin(Double(row) * 2 * .pi / 96) + noise + (row == 900 ? 30 : 0)
      let load = row >= 1200 ? 300 + noise : 100 + noise
      guard row >= first else { continue }
      let time = String(format: "2024-03-%02d %02d:%02d", 1 + row / 1440, row / 60 % 24, row % 60)
      text += "\(time),web\(row % series),\(course),\(load)\n"
    }
    return text
  }

  static let header = "time,host,cpu,load\n"

  @Test("writes a line for each row, and the same numbers for JSON lines")
  func formats() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(300), to: "m.csv")
    let csv = try command.run("watch m.csv --ignore host -q").output.split(separator: "\n")
    #expect(csv.count == 301)
    #expect(csv[0].hasPrefix("row,time,series,score,p_value,threshold,alarm,event,column,value,expected"))
    let objects = Self.rows(300).split(separator: "\n").map { line in
      let cells = line.split(separator: ",")
      return "{\"time\":\"\(cells[0])\",\"v\":{\"cpu\":\(cells[2]),\"load\":\(cells[3])},\"list\":[1,{}]}\n"
    }
    try command.write(objects.joined(), to: "m.jsonl")
    let json = try command.run("watch m.jsonl --json -q").output.split(separator: "\n")
    #expect(json.count == 300)
    for index in [0, 150, 299] {
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(json[index].utf8)) as? [String: Any])
      let cells = csv[index + 1].split(separator: ",", omittingEmptySubsequences: false)
      let (score, expected) = (object["score"] as? Double ?? .nan, Double(cells[3]) ?? .nan)
      #expect(abs(score - expected) < 1e-12)
      #expect(object["time"] as? String == String(cells[1]))
    }
  }

  @Test("finds the spike and the step in words for a chat")
  func events() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(1500), to: "m.csv")
    let lines = try command.run("watch m.csv --events --ignore host -q").output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("2024-03-01 15:00: anomalous: cpu ") })
    #expect(lines.contains { $0.hasPrefix("2024-03-01 20:00: anomalous: load ") })
    #expect(lines.contains { $0.contains("the level of load moved from 100 to 300") })
    #expect(lines.contains { $0.hasSuffix(": normal again") })
    let quiet = try command.run(arguments: ["watch", "m.csv", "--events", "--unless", "cpu < 1000"])
    #expect(!quiet.output.contains("anomalous"))
  }

  @Test("a file in parts, with a state, gives the lines of the whole file")
  func parts() throws {
    let command = try BuiltCommand()
    let text = Self.header + Self.rows(400, series: 3)
    try command.write(text, to: "whole.csv")
    #expect(try command.run("watch whole.csv --by host -q -o whole.out").status == 0)
    let bytes = Array(text.utf8)
    for end in [0, 10, 30, 5000, 5001, 9000, bytes.count] {
      try Data(bytes[..<end]).write(to: URL(fileURLWithPath: command.path("growing.tmp")))
      // The same file, longer.
      _ = try command.shell("cat growing.tmp > growing.csv")
      // A partial last line waits for its end.
      let run = try command.run("watch growing.csv --by host --state w.state -q -o growing.out --follow") {
        process in
        Thread.sleep(forTimeInterval: 0.4)
        kill(process.processIdentifier, SIGINT)
      }
      #expect(run.status == 130, "\(run.errors)")
    }
    #expect(try command.data("growing.out") == command.data("whole.out"))
  }

  @Test(
    "an encoded table with decimal commas is read as its plain form, also in parts",
    arguments: ["utf-16", "windows-1252"])
  func notation(encoding: String) throws {
    let command = try BuiltCommand()
    let rows = Self.rows(120, series: 2)
    try command.write(Self.header + rows, to: "plain.csv")
    #expect(try command.run("watch plain.csv --by host -q -o plain.out").status == 0)
    let text = (Self.header + rows).replacing(",", with: ";").replacing(".", with: ",")
      .replacing("web1", with: "wéb1").replacing("host", with: "größe")
    let bytes = try #require(text.data(using: encoding == "utf-16" ? .utf16 : .windowsCP1252))
    for end in [1, 50, 3001, bytes.count] {
      try bytes[..<end].write(to: URL(fileURLWithPath: command.path("growing.tmp")))
      _ = try command.shell("cat growing.tmp > growing.csv")
      let run = try command.run(
        "watch growing.csv --by größe --encoding \(encoding) --state w.state -q -o growing.out")
      #expect(run.status == 0, "\(run.errors)")
    }
    let expected = try command.text("plain.out").replacing("web1", with: "wéb1")
    #expect(try command.text("growing.out") == expected)
  }

  @Test("a rotated and an emptied file are followed")
  func rotation() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(200), to: "m.csv")
    let run = try command.run("watch m.csv --follow --ignore host --state w.state -q") { process in
      Thread.sleep(forTimeInterval: 0.5)
      _ = try? command.shell("mv m.csv m.csv.1")
      try? command.write(Self.header + Self.rows(100, from: 200), to: "m.csv")
      Thread.sleep(forTimeInterval: 0.6)
      // Emptied and written again, shorter than before.
      _ = try? command.shell("printf '' > m.csv")
      Thread.sleep(forTimeInterval: 0.5)
      let rest = Self.header + Self.rows(50, from: 300)
      try? command.write(rest, to: "rest.csv")
      _ = try? command.shell("cat rest.csv >> m.csv")
      Thread.sleep(forTimeInterval: 0.6)
      kill(process.processIdentifier, SIGTERM)
    }
    #expect(run.status == 143, "\(run.errors)")
    try command.write(Self.header + Self.rows(350), to: "all.csv")
    #expect(run.output == (try command.run("watch all.csv --ignore host -q").output))
  }

  @Test("cells without numbers never stop a stream")
  func badCells() throws {
    let command = try BuiltCommand()
    let bad = "2024-03-09 00:00,web0,oops,7\n2024-03-09 00:01,web0,,8\n\nshort\n2024-03-09 00:02,web0,1,nan\n"
    try command.write(Self.header + Self.rows(30) + bad, to: "m.csv")
    let run = try command.run("watch m.csv")
    #expect(run.status == 0)
    #expect(run.output.split(separator: "\n").count == 34)
    #expect(run.errors.contains("column \"cpu\": 1 cells are not numbers"))
    #expect(run.errors.contains("column \"host\" has no numbers and is not watched"))
  }

  @Test("an input is never overwritten, and a rule of an unknown column is an error")
  func wrongArguments() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(30), to: "m.csv")
    let same = try command.run("watch m.csv -o m.csv -q")
    #expect(same.status == 2)
    #expect(try command.text("m.csv") == Self.header + Self.rows(30))
    let unknown = try command.run(arguments: ["watch", "m.csv", "--unless", "cpi < 5"])
    #expect(unknown.status == 2)
    #expect(unknown.message == "misfit: error: m.csv: there is no column \"cpi\"")
    #expect(try command.run("watch m.csv --least load=3 -q").status == 0)
  }

  @Test("a state keeps what was given about the rows, and its output")
  func stateOptions() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(30) + "2024-03-09", to: "m.csv")
    let first = try command.run("watch m.csv --columns cpu --state w.state -o out.csv")
    #expect(first.status == 0 && first.errors.contains("left for the next run"), "\(first.errors)")
    #expect(first.errors.contains("no row was scored for alarms yet"))
    #expect(try command.text("out.csv").split(separator: "\n").count == 31)
    let other = try command.run("watch m.csv --columns load --state w.state -o out.csv")
    #expect(other.status == 2 && other.message.contains("w.state began with --columns cpu"))
    try command.write("precious\n", to: "other.txt")
    let wrong = try command.run("watch m.csv --state w.state -o other.txt")
    #expect(wrong.status == 2 && wrong.message.contains("not the output of the state"), "\(wrong.errors)")
    #expect(try command.text("other.txt") == "precious\n")
    try FileManager.default.removeItem(atPath: command.path("w.state.journal"))
    let second = try command.shell(
      "printf ' 00:00,web,1,2\n' >> m.csv; $misfit watch m.csv --state w.state -o out.csv")
    #expect(second.errors.contains("w.state.journal is missing"), "\(second.errors)")
    #expect(try command.text("out.csv").contains("\n31,2024-03-09 00:00,"))
  }

  @Test("options that need a time or a column complain of a missing one")
  func missingTime() throws {
    let command = try BuiltCommand()
    try command.write("a,b\n1,2\n3,4\n", to: "m.csv")
    let quiet = try command.run("watch m.csv --quiet-for 30m")
    #expect(quiet.status == 2 && quiet.message.contains("need a column of time"), "\(quiet.errors)")
    try command.write("{\"a\":1}\n", to: "m.jsonl")
    let rule = try command.run("watch m.jsonl --least b=1")
    #expect(rule.status == 0 && rule.errors.contains("no object of 1 had a member \"b\""))
    for (times, hint) in [("25:00/26:00", "write 2024"), ("2024-03-02/2024-03-01", "must be before")] {
      let run = try command.run("watch m.csv --maintenance \(times)")
      #expect(run.status == 2 && run.errors.contains(hint), "\(run.errors)")
    }
  }

  @Test("daily maintenance is in universal time")
  func maintenanceZone() throws {
    let command = try BuiltCommand()
    try command.write("time,a\n2024-03-01T02:30,1\n2024-03-01T02:30+02:00,2\n", to: "m.csv")
    let lines = try command.run("watch m.csv --maintenance 02:00/04:00 -q").lines
    #expect(lines.map { $0.contains(",a,") } == [false, false, true], "\(lines)")
  }

  @Test("a file that was overwritten in place is read from its start")
  func overwritten() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(20), to: "m.csv")
    #expect(try command.run("watch m.csv --state w.state -q").lines.count == 21)
    try command.write(Self.header + Self.rows(30, from: 20), to: "n.csv")
    let run = try command.shell("cat n.csv > m.csv; $misfit watch m.csv --state w.state")
    #expect(run.lines.count == 30 && run.errors.contains("another file than before"), "\(run.errors)")
    let array = try command.shell("printf '[{}]' > a.json; $misfit watch a.json")
    #expect(array.status == 2 && array.errors.contains("try: jq -c '.[]' a.json | misfit watch -"))
  }

  @Test("a second run on one state is refused")
  func lock() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(30), to: "m.csv")
    _ = try command.run("watch m.csv --follow --state w.state -o out.csv") { process in
      Thread.sleep(forTimeInterval: 0.4)
      let second = try? command.run("watch m.csv --state w.state")
      #expect(second?.message.contains("another run of misfit watch uses w.state") == true)
      kill(process.processIdentifier, SIGINT)
    }
  }

  @Test("a closed pipe ends it quietly")
  func closedPipe() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(3000), to: "m.csv")
    let run = try command.shell("$misfit watch m.csv | head -1")
    #expect(run.output.split(separator: "\n").count == 1 && run.errors.isEmpty, "\(run.errors)")
  }

  @Test("many series in little memory have the lines of much memory")
  func memoryLimit() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(1400, series: 700), to: "m.csv")
    let much = try command.run("watch m.csv --by host -q")
    let little = try command.run("watch m.csv --by host -q --memory-limit 1M --state w.state")
    #expect(much.status == 0 && little.output == much.output)
    try command.write(Self.header + Self.rows(1400, from: 1400, series: 700), to: "n.csv")
    let continued = try command.run("watch n.csv --by host -q --memory-limit 1M --state w.state")
    try command.write(Self.header + Self.rows(2800, series: 700), to: "both.csv")
    let both = try command.run("watch both.csv --by host -q")
    #expect(much.output + continued.output == both.output)
  }

  @Test("rows explain themselves with several columns in their units")
  func reasons() throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(1000), to: "m.csv")
    let lines = try command.run("watch m.csv --ignore host --reasons 2 -q").lines
    #expect(lines[901].contains("cpu 5") && lines[901].contains("; load "), "\(lines[901])")
    #expect(lines[901].contains("(usually ") && lines[901].contains(", nearest seen "))
    let json = try command.run("watch m.csv --ignore host --reasons 1 --json -q").lines
    #expect(json[900].contains("\"columns\":[{\"column\":\"cpu\""), "\(json[900])")
  }

  /// Rotation as logrotate does it: to a name with a date, or by a copy of which the original is emptied.
  @Test("rows of a file that was rotated while nobody read it are not lost", arguments: [false, true])
  func rotatedWhileDown(isCopied: Bool) throws {
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(100), to: "m.csv")
    let flags = "watch m.csv --ignore host --state w.state -q -o out.csv"
    #expect(try command.run(flags).status == 0)
    try command.write(Self.rows(50, from: 100), to: "more.txt")
    try command.write(Self.header + Self.rows(30, from: 150), to: "new.txt")
    let rotation =
      isCopied
      ? "cat more.txt >> m.csv; cp m.csv m.csv-20261128; cat new.txt > m.csv"
      : "cat more.txt >> m.csv; mv m.csv m.csv-20261128; cp new.txt m.csv"
    _ = try command.shell(rotation)
    let run = try command.run(flags)
    #expect(run.status == 0, "\(run.errors)")
    try command.write(Self.header + Self.rows(180), to: "all.csv")
    #expect(try command.run("watch all.csv --ignore host -q").output == command.text("out.csv"))
  }

  @Test("members of objects that count are not watched, as columns that do")
  func counters() throws {
    let command = try BuiltCommand()
    let lines = (0..<80).map { "{\"id\":\(1000 + $0),\"v\":\($0 * $0 % 17)}\n" }
    try command.write(lines.joined(), to: "m.jsonl")
    let run = try command.run("watch m.jsonl --json")
    #expect(run.errors.contains("not watched: \"id\""), "\(run.errors)")
    #expect(!run.output.contains("\"column\":\"id\""))
    let named = try command.run("watch m.jsonl --columns id,v --json")
    #expect(!named.errors.contains("not watched"))
  }

  @Test("an event that is called normal during a run stays silent when it comes again")
  func normalEvents() throws {
    let command = try BuiltCommand()
    var lines = Self.rows(1400).split(separator: "\n").map { String($0) }
    for row in [1100, 1300] {
      var cells = lines[row].split(separator: ",").map { String($0) }
      cells[2] = row == 1100 ? "120" : "130"
      lines[row] = cells.joined(separator: ",")
    }
    let (first, last) = (lines[..<1200].joined(separator: "\n"), lines[1200...].joined(separator: "\n"))
    try command.write(Self.header + first + "\n", to: "m.csv")
    try command.write(last + "\n", to: "last.txt")
    try command.write("", to: "normal.txt")
    let flags = "--columns cpu --similar 0.01 --normal normal.txt --events"
    let run = try command.run("watch m.csv --follow \(flags)") { process in
      Thread.sleep(forTimeInterval: 1)
      // Named by its row in the stream.
      _ = try? command.shell("echo 1101 >> normal.txt")
      Thread.sleep(forTimeInterval: 0.5)
      _ = try? command.shell("cat last.txt >> m.csv")
      Thread.sleep(forTimeInterval: 1)
      kill(process.processIdentifier, SIGINT)
    }
    #expect(run.errors.contains("1 normal events, 1 of them earlier alarms"), "\(run.errors)")
    #expect(run.output.contains("cpu 120") && !run.output.contains("cpu 130"), "\(run.output)")
    try command.write("", to: "normal.txt")
    let without = try command.run("watch m.csv \(flags)")
    #expect(without.output.contains("cpu 130"), "\(without.output)")
  }

  /// 200 kills if `MISFIT_KILLS=200`.
  @Test("kills at any moment lose no row, and print and learn none twice")
  func kills() throws {
    let count = ProcessInfo.processInfo.environment["MISFIT_KILLS"].flatMap(Int.init) ?? 6
    let command = try BuiltCommand()
    try command.write(Self.header + Self.rows(6000, series: 2), to: "m.csv")
    #expect(try command.run("watch m.csv --by host -q -o whole.out").status == 0)
    var killCount = 0
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<count {
      let run = try command.run("watch m.csv --by host -q --state w.state -o out.csv") { process in
        usleep(UInt32.random(in: 1000...400_000, using: &generator))
        kill(process.processIdentifier, SIGKILL)
      }
      if run.wasKilled {
        killCount += 1
      } else {
        try FileManager.default.removeItem(atPath: command.path("w.state"))
      }
    }
    #expect(try command.run("watch m.csv --by host -q --state w.state -o out.csv").status == 0)
    #expect(try command.data("out.csv") == command.data("whole.out"), "after \(killCount) kills")
  }
}
