import Foundation
import Testing

@Suite("misfit check, and misfit verify")
struct CheckCommandTests {
  private let command: BuiltCommand

  init() throws {
    command = try BuiltCommand()
    try command.write(Self.table(rows: 0..<300), to: "train.csv")
    try command.write(Self.table(rows: 300..<500), to: "new.csv")
    #expect(try command.run("fit train.csv -o m.misfit --model pca -q").status == 0)
  }

  /// Rows of two numbers, a count with ties, a level and a column with some missing cells.
  private static func table(
    rows: Range<Int>, _ edit: (_ row: Int, _ cells: inout [String]) -> Void = { _, _ in }
  ) -> String {
    "load,speed,count,host,gap\n"
      + rows.map { row in
        var state = UInt64(truncatingIfNeeded: row &+ 1) &* 0x9E37_79B9_7F4A_7C15
        func uniform() -> Double {
          state ^= state >> 29
          state = state &* 0xBF58_476D_1CE4_E5B9
          state ^= state >> 32
          return Double(state >> 11) / 0x1p53
        }
        let load = uniform() + uniform() + uniform()
        var cells = [
          "\(load)", "\(2 * load + uniform())", "\(Int(uniform() * 4))", ["a", "b", "c"][Int(uniform() * 3)],
          uniform() < 0.1 ? "" : "\(uniform())",
        ]
        edit(row - rows.lowerBound, &cells)
        return cells.joined(separator: ",") + "\n"
      }.joined()
  }

  private func findings(of path: String, _ flags: String = "") throws -> (
    status: Int32, kinds: [String], text: String
  ) {
    let run = try command.run("check m.misfit \(path) --json -q \(flags)")
    let json = try run.json()
    let findings = try #require(json["findings"] as? [[String: Any]])
    let failing = findings.filter { $0["fails"] as? Bool == true }
    return (
      run.status,
      failing.map { "\($0["kind"] as? String ?? "") \($0["column"] as? String ?? "-")" },
      findings.compactMap { $0["text"] as? String }.joined(separator: "\n")
    )
  }

  @Test("data like training passes, and so do thirty rows of it")
  func passes() throws {
    let run = try command.run("check m.misfit new.csv")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.line(0) == "new.csv: passed. Nothing fails in 200 rows.")
    try command.write(Self.table(rows: 600..<630), to: "few.csv")
    #expect(try command.run("check m.misfit few.csv -q").status == 0)
    #expect(
      try command.run("check m.misfit new.csv --json -q --threads 1").output
        == command.run("check m.misfit new.csv --json -q --threads 4").output)
  }

  @Test("a missing column fails, and a new one is noted")
  func columns() throws {
    let lines = Self.table(rows: 300..<400).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)
    }
    try command.write(
      lines.map { $0.dropFirst().joined(separator: ",") + "\n" }.joined(), to: "short.csv")
    let missing = try findings(of: "short.csv")
    #expect(missing.status == 1 && missing.kinds == ["columns load"])
    try command.write(
      lines.enumerated().map { $1.joined(separator: ",") + ($0 == 0 ? ",extra\n" : ",1\n") }.joined(),
      to: "wide.csv")
    let new = try findings(of: "wide.csv")
    #expect(new.status == 0 && new.text.contains("the model does not know the column \"extra\""))
  }

  @Test("an unseen level, a type, a burst of missing cells, a drift and a trend are each named")
  func faults() throws {
    try command.write(
      Self.table(rows: 300..<500) { row, cells in
        if row >= 180 { cells[3] = "new" }
        if row == 7 { cells[2] = "seven" }
        if (60..<90).contains(row) { cells[4] = "" }
        cells[0] = "\((Double(cells[0]) ?? 0) + Double(row) / 100)"
      }, to: "faulty.csv")
    let found = try findings(of: "faulty.csv")
    #expect(found.status == 1)
    for kind in ["types count", "levels host", "missing gap", "drift load", "trend load"] {
      #expect(found.kinds.contains(kind), "\(kind) is not in \(found.kinds)")
    }
    #expect(!found.kinds.contains("drift host") && !found.kinds.contains("drift count"))
    #expect(found.text.contains("\"new\" (20)") && found.text.contains("\"seven\""))
    let allowed = try findings(of: "faulty.csv", "--allow types,levels,missing,drift,trend,rows,size")
    #expect(allowed.status == 0 && allowed.text == found.text)
  }

  @Test("the page and the JUnit file say the same")
  func files() throws {
    try command.write(Self.table(rows: 300..<400) { $1[3] = "<&" }, to: "levels.csv")
    let run = try command.run("check m.misfit levels.csv -q -o out/ --junit out.xml")
    #expect(run.status == 1 && run.lines.last == "report out/report.html")
    let page = try command.text("out/report.html")
    #expect(page.contains("host has a level that training did not have"))
    let parser = XMLRecorder(try command.text("out.xml"))
    #expect(parser.failures.contains { $0.contains("\"<&\" (100)") })
    #expect(parser.cases.contains("load") && parser.cases.contains("columns"))
  }

  @Test("the p-value of the number of flagged rows is adjusted, as those of columns are")
  func adjustedRows() throws {
    try command.write(
      Self.table(rows: 300..<500) { row, cells in if row < 10 { cells[1] = "20" } }, to: "high.csv")
    let json = try command.run("check m.misfit high.csv --json -q").json()
    let findings = try #require(json["findings"] as? [[String: Any]])
    let rows = try #require(findings.first { $0["kind"] as? String == "rows" })
    let (adjusted, plain) = (rows["pValue"] as? Double ?? 0, json["flaggedPValue"] as? Double ?? 0)
    #expect(plain > 0 && abs(adjusted / plain - 2.5) < 1e-9, "\(adjusted), \(plain)")
  }

  @Test("a file that cannot be written is an error before data is read")
  func paths() throws {
    for line in ["check m.misfit none.csv --junit none/a.xml", "inspect none.csv -o none/a.html"] {
      let run = try command.run(line)
      #expect(run.status == 2 && run.errors.contains("the folder to write into"), "\(run.errors)")
    }
  }

  @Test("a budget is a number of rows, of a day or of all")
  func budgets() throws {
    let json = try command.run("check m.misfit new.csv --budget 20 --json -q").json()
    #expect(json["alpha"] as? Double == 0.1)
    #expect(try command.run("check m.misfit new.csv --budget 5/day -q").output.contains("flagged at 2.5 %"))
    let both = try command.run("check m.misfit new.csv --budget 20 --alpha 0.1")
    #expect(both.status == 2 && both.errors.contains("--alpha and --budget"))
    #expect(try command.run("check m.misfit none.csv").status == 2)
  }

  @Test("verify repeats a recorded run, and sees a changed model, changed data and changed scores")
  func verify() throws {
    #expect(try command.run("score m.misfit new.csv -o s.csv -q").status == 0)
    #expect(!command.exists("s.csv.misfit.json"))
    let without = try command.run("verify s.csv")
    #expect(without.status == 2 && without.errors.contains("--record"))
    #expect(try command.run("score m.misfit new.csv -o s.csv -q --record --reasons 2").status == 0)
    let same = try command.run("verify s.csv")
    #expect(same.status == 0 && same.line(0) == "s.csv: the same to the bit", "\(same.errors)")
    let scores = try command.text("s.csv")
    try command.write(scores.replacingOccurrences(of: ",0,", with: ",1,"), to: "s.csv")
    #expect(try command.run("verify s.csv").status == 1)
    try command.write(scores, to: "s.csv")
    try command.write(Self.table(rows: 301..<500), to: "new.csv")
    let changed = try command.run("verify s.csv")
    #expect(changed.status == 1 && changed.line(0).contains("new.csv has changed"))
  }

  @Test("verify repeats a report, and a detection with its model")
  func folders() throws {
    #expect(try command.run("report m.misfit new.csv -o out -q --record").status == 0)
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(try command.text("out/summary.json").utf8))
        as? [String: Any])
    let record = try #require(summary["record"] as? [String: Any])
    #expect((record["model"] as? [String: Any])?["path"] as? String == "m.misfit")
    #expect(try command.run("verify out/").status == 0)
    #expect(try command.run("detect new.csv -o found -q --record --model pca").status == 0)
    #expect(try command.run("verify found/scores.csv").status == 0)
    let refused = try command.run("score m.misfit new.csv --record")
    #expect(refused.status == 2 && refused.errors.contains("--record needs files"))
  }

  @Test("a model of an earlier version is checked by what it has")
  func earlierModel() throws {
    for name in ["typed-pca.misfit", "typed.csv"] {
      try FileManager.default.copyItem(
        atPath: Self.models.appending(path: name).path(), toPath: command.path(name))
    }
    let run = try command.run("check typed-pca.misfit typed.csv -q")
    #expect(run.status != 2 && run.output.contains("the model has no profile of its columns"))
  }

  private static let models = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden/Models")
}

/// The cases and failures of a JUnit file, cut out of its text.
private struct XMLRecorder {
  var cases: [String] = []
  var failures: [String] = []

  init(_ text: String) {
    for part in text.split(separator: "<testcase ").dropFirst() {
      cases.append(Self.attribute("name", of: part))
      if part.contains("<failure ") { failures.append(Self.attribute("message", of: part)) }
    }
  }

  private static func attribute(_ name: String, of text: Substring) -> String {
    let start = text.range(of: " \(name)=\"") ?? text.range(of: "\(name)=\"")
    let value = start.map { text[$0.upperBound...].prefix { $0 != "\"" } } ?? ""
    return value.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&quot;", with: "\"")
      .replacingOccurrences(of: "&amp;", with: "&")
  }
}
