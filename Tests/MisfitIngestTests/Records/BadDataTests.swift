import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Bad data")
struct BadDataTests {
  private static let good = (0..<40).map { "\($0 * $0 % 17).5,\($0 % 7),\($0 % 2 == 0 ? "a" : "b")" }

  /// Records 3 and 30 have a bad cell, record 11 too few fields, and record 40 too many.
  private static func text(hasLevels: Bool) -> String {
    var rows = good
    rows[2] = "heavy,1,a"
    rows[29] = "1.5,\"so \"\"so\"\"\",b"
    rows[10] = "7"
    rows[39] = "1,2,a,4,5"
    if !hasLevels { rows = rows.map { $0.replacing(",a", with: "").replacing(",b", with: "") } }
    return (hasLevels ? "x,n,k\n" : "x,n\n") + rows.joined(separator: "\n") + "\n"
  }

  private static func options(_ policy: BadDataPolicy, _ log: RejectLog? = nil) -> SourceOptions {
    var options = SourceOptions()
    options.badData = BadDataHandling(policy: policy, log: log)
    return options
  }

  @Test(
    "is skipped with its record, or read as missing", arguments: [true, false],
    [BadDataPolicy.skip, .missing])
  func policies(_ hasLevels: Bool, _ policy: BadDataPolicy) throws {
    let log = RejectLog()
    let source = try CSVSource(text: Self.text(hasLevels: hasLevels), options: Self.options(policy, log))
    for threadCount in [1, 3] {
      var loading = TrainingData.Options()
      loading.threadCount = threadCount
      let data = try TrainingData.load(source, options: loading)
      #expect(
        data.schema.rowCount == (policy == .skip ? 36 : 38)
          && data.training.rowCount + (data.validation?.rowCount ?? 0) == data.schema.rowCount)
      #expect(data.schema.table?.columns[0].missingCount == (policy == .skip ? 0 : 1))
      #expect(log.rejects.map(\.position.record) == [3, 11, 30, 40] && log.count == 4)
      #expect(log.rejects.map(\.position.line) == [4, 12, 31, 41])
      #expect(log.rejects.map(\.cell) == ["heavy", "", "so \"so\"", ""])
      #expect(log.rejects[1].record == "7")
    }
  }

  @Test(
    "does not change the numbers of the other records, whatever the batch size", arguments: [1, 2, 3, 64])
  func numbers(_ capacity: Int) throws {
    let data = try TrainingData.load(CSVSource(text: "x,n,k\n" + Self.good.joined(separator: "\n") + "\n"))
    let table = try #require(data.schema.table)
    let log = RejectLog()
    let source = try CSVSource(text: Self.text(hasLevels: true), options: Self.options(.skip, log)).typed(
      by: table)
    var (ids, lines): ([String], [Int]) = ([], [])
    try source.forEachBatch(ofUpTo: capacity) { batch in
      for row in 0..<batch.rowCount {
        ids.append(batch.id(ofRow: row))
        lines.append(batch.lines[row])
        #expect(batch.value(row: row, column: 1) == Double((batch.number(ofRow: row) - 1) % 7))
      }
    }
    #expect(ids == (1...39).filter { ![3, 11, 30].contains($0) }.map(String.init))
    #expect(lines == ids.map { (Int($0) ?? 0) + 1 })
  }

  @Test("is an error that names all bad cells, or the error of a single one")
  func stop() throws {
    var rows = Self.good
    rows[2] = "heavy,1,a"
    func fit() throws {
      _ = try TrainingData.load(CSVSource(text: "x,n,k\n" + rows.joined(separator: "\n") + "\n"))
    }
    let one = try #require(throws: IngestError.self) { try fit() }
    #expect(one.kind == .notANumber("heavy") && one.position?.line == 4)
    rows[20] = "heavy,soon,a"
    let all = try #require(throws: IngestError.self) { try fit() }
    #expect(all.position?.line == 4)
    #expect(
      all.diagnosis.problem
        == "\"heavy\" is not a number; 3 cells in all cannot be read: \"x\": \"heavy\" (2); \"n\": \"soon\"")
    #expect(all.diagnosis.remedy?.description.contains("missingWords` = \"heavy,soon\"") == true)
  }

  @Test("is also found by an inspection of the columns", arguments: BadDataPolicy.allCases)
  func inspection(_ policy: BadDataPolicy) throws {
    var rows = Self.good
    (rows[2], rows[20]) = ("heavy,1,a", "heavy,soon,a")
    let source = try CSVSource(
      text: "x,n,k\n" + rows.joined(separator: "\n") + "\n", options: Self.options(policy, RejectLog()))
    let table = try TableInspection(source)
    #expect(table.unreadCells?.count == 3 && table.columns.map(\.unreadCount) == [2, 1, nil])
    #expect(table.columns[0].missingCount == (policy == .missing ? 2 : 0))
  }

  @Test("in columns of dates is any text that is not a date")
  func dates() throws {
    let text = "when,k\n" + (1...28).map { "2024-02-\($0),a\n" }.joined() + "soon,b\n,a\n-,a\n"
    let column = try TableInspection(CSVSource(text: text)).columns[0]
    #expect(column.kind == .datetime && column.unreadCount == 1 && column.missingCount == 2)
    let data = try TrainingData.load(CSVSource(text: text, options: Self.options(.missing)))
    #expect(data.schema.table?.columns[0].missingCount == 3)
  }

  @Test("of pairs cannot be skipped")
  func pairs() throws {
    let source = try CSVSource(text: "a\n1\n2\n", options: Self.options(.skip))
    #expect(throws: IngestError(.skipsPairs, at: InputPosition(source: "text"))) {
      try PairedSource(input: CSVSource(text: "a\n1\n2\n"), target: source)
    }
  }
}
