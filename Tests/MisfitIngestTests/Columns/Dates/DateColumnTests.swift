import MisfitCore
import Testing

@testable import MisfitIngest

@Suite("Columns of dates")
struct DateColumnTests {
  private static func text(_ name: String, _ cells: [String], _ other: String = "a") -> String {
    "\(name),y\n" + cells.map { "\($0),\(other)\n" }.joined()
  }

  private static func column(
    _ name: String, _ cells: [String], _ other: String = "a",
    _ change: (inout TypingOptions) -> Void = { _ in }
  ) throws -> TableColumn {
    var options = SourceOptions()
    change(&options.typing)
    return try TableInspection(CSVSource(text: text(name, cells, other), options: options)).columns[0]
  }

  @Test(
    "may be written as numbers, also in a table of numbers",
    arguments: [
      ("date", (1...28).map { "\(20_240_200 + $0)" }, DateNotation.digits, "2024-02-01 to 2024-02-28"),
      ("x", (1...28).map { "\(20_240_200 + $0 * 5 % 29)" }, .digits, "2024-02-01 to 2024-02-28"),
      (
        "month", (1...12).map { "2024" + ($0 < 10 ? "0" : "") + "\($0)" }.shuffledOnce, .digits,
        "2024-01-01 to 2024-12-01"
      ),
      (
        "ts", (0..<25).map { "\(1_709_251_200 + ($0 * 7 % 25) * 60)" }, .seconds,
        "2024-03-01 00:00 to 2024-03-01 00:24"
      ),
      (
        "created_at", (0..<25).map { "\(1_709_251_200_000 + ($0 * 7 % 25) * 60_000)" }, .milliseconds,
        "2024-03-01 00:00 to 2024-03-01 00:24"
      ),
      (
        "x", (0..<25).map { "\(1_709_251_200_000 + $0 * $0 * 60_000)" }, .milliseconds,
        "2024-03-01 00:00 to 2024-03-01 09:36"
      ),
      (
        "eventTime", (0..<25).map { "\(1_709_251_200 + ($0 * 7 % 25) * 60).25" }, .seconds,
        "2024-03-01 00:00 to 2024-03-01 00:24"
      ),
    ])
  func numbers(_ name: String, _ cells: [String], _ notation: DateNotation, _ content: String) throws {
    for other in ["a", "1.5"] {
      let column = try Self.column(name, cells, other)
      #expect(column.kind == .datetime && column.dates?.encoding.notation == notation)
      #expect(column.contentText() == content)
      #expect(column.remark?.contains("`SourceOptions.typing.kinds` = \(name)=numeric") == true)
      let data = try TrainingData.load(CSVSource(text: Self.text(name, cells, other)))
      #expect(data.schema.table?.columns[0].kind == .datetime)
    }
  }

  @Test(
    "are not detected in other numbers",
    arguments: [
      (0..<25).map { "\(1_709_251_200 + ($0 * 7 % 25) * 60)" }, (0..<25).map { "\(20_241_300 + $0)" },
      (0..<25).map { "\(1_990 + $0 * 3 % 25)" }, (0..<25).map { "\(200_101 + $0 * 13)" },
    ])
  func noDates(_ cells: [String]) throws { #expect(try Self.column("x", cells).kind != .datetime) }

  @Test(
    "are read if the kind of the column is given",
    arguments: [
      (["20240301", "20240402"], "2024-03-01"), (["1709251200", "1709337600"], "2024-03-01"),
      (["1709251200000", "1709337600000"], "2024-03-01"), (["2024-03", "2024-05"], "2024-03-01"),
      (["202403", "202405"], "2024-03-01"),
    ])
  func forced(_ cells: [String], _ earliest: String) throws {
    let column = try Self.column("x", cells) { $0.kinds = ["x": .datetime] }
    #expect(column.contentText().hasPrefix(earliest))
    let options = SourceOptions.with { $0.typing.kinds = ["x": .datetime] }
    let data = try TrainingData.load(CSVSource(text: Self.text("x", cells), options: options))
    #expect(data.schema.rowCount == 2)
  }

  @Test("have the requested order, and a guess has a remark")
  func order() throws {
    let cells = ["03/04/2024", "05/06/2024", "07/08/2024", "03/04/2024"]
    let guess = try Self.column("x", cells)
    #expect(
      guess.dates?.encoding.order == .monthFirst
        && guess.remark?.contains("`SourceOptions.typing.dateOrder` = dmy") == true)
    for order in [DateOrder.dayFirst, .monthFirst] {
      let column = try Self.column("x", cells) { $0.dateOrder = order }
      #expect(column.dates?.encoding.order == order && column.remark == nil)
    }
    #expect(try Self.column("x", ["24-03-31", "98-12-30", "24-05-01"]).dates?.encoding.order == .yearFirst)
    let known = try Self.column("x", ["2024-03-01", "2024-04-05", "2024-03-05"]) { $0.dateOrder = .yearFirst }
    #expect(known.kind == .datetime && known.contentText() == "2024-03-01 to 2024-04-05")
  }

  /// Twelve dates that can be read in both orders.
  private static let open = (1...12).map { ($0 < 10 ? "0" : "") + "\($0)/0\($0 % 9 + 1)/2024" }

  @Test("have one order in a table, that of the unambiguous dates")
  func tableOrder() throws {
    let plain = Self.open.enumerated().map { "\($0 + 13)" + $1.dropFirst(2) }
    let rows = zip(Self.open, plain).map { "\($0),\($1)\n" }.joined()
    let columns = try TableInspection(CSVSource(text: "d,e\n" + rows)).columns
    #expect(columns.map(\.dates?.encoding.order) == [.dayFirst, .dayFirst])
    #expect(columns[0].remark?.contains("is read day first, as the dates of \"e\" must be") == true)
    #expect(columns[1].remark == nil)
    // Two columns that differ say nothing of a third one.
    let other = plain.map { String($0.dropFirst(3).prefix(3) + $0.prefix(3) + $0.suffix(4)) }
    let three = zip(rows.split(separator: "\n"), other).map { "\($0),\($1)\n" }.joined()
    let differing = try TableInspection(CSVSource(text: "d,e,f\n" + three)).columns
    #expect(differing.map(\.dates?.encoding.order) == [.monthFirst, .dayFirst, .monthFirst])
    #expect(differing[0].remark?.contains("`SourceOptions.typing.dateOrder` = dmy") == true)
  }

  @Test("are an error at the first one that the order cannot read", arguments: [1, 6, 12])
  func wrongOrder(_ count: Int) throws {
    let cells = Self.open.prefix(12 - count) + (0..<count).map { "\(13 + $0)/01/2024" }
    let options = SourceOptions.with { $0.typing.dateOrder = .monthFirst }
    let text = Self.text("x", Array(cells))
    let error = ingestError { _ = try TrainingData.load(CSVSource(text: text, options: options)) }
    let diagnosis = try #require(error?.diagnosis)
    #expect(error?.position?.line == 14 - count && error?.position?.column == "x")
    #expect(diagnosis.problem.description.contains("\"13/01/2024\" is no date month first"))
    #expect(diagnosis.remedy?.description.contains("typing.dateOrder` = dmy") == true)
    let inspection = try TableInspection(CSVSource(text: text, options: options))
    #expect(inspection.columns[0].kind == .datetime && inspection.unreadCells?.count == count)
  }

  /// A table whose dates need no order, and a file that is read by it.
  private static func read(_ cells: [String], order: DateOrder? = nil) throws -> (
    values: [Double], notes: [String]
  ) {
    let known = try TrainingData.load(CSVSource(text: text("x", (1...12).map { "2024-03-\($0 + 10)" })))
    let options = SourceOptions.with {
      $0.expectedTable = known.schema.table
      $0.expectedColumns = known.schema.columnNames
      $0.typing.dateOrder = order
    }
    let source = try CSVSource(text: text("x", cells), options: options)
    return (
      try contents(of: source).rows.map { $0[0] }, source.layout.notes.filter { $0.contains("dateOrder") }
    )
  }

  @Test("of a model that needed no order are read in that of the new dates, with one note for a guess")
  func newOrder() throws {
    func day(_ month: Int, _ day: Int) throws -> Double {
      Double(try #require(CalendarDate.day(year: 2024, month: month, day: day))) * 86_400
    }
    let guess = try Self.read(["2024-03-01", "01/02/2024", "03/04/2024"])
    #expect(try guess.values == [day(3, 1), day(1, 2), day(3, 4)] && guess.notes.count == 1)
    #expect(guess.notes.first?.contains("01/02/2024") == true)
    let plain = try Self.read(["01/02/2024", "13/04/2024"])
    #expect(try plain.values == [day(2, 1), day(4, 13)] && plain.notes.isEmpty)
    let said = try Self.read(["01/02/2024"], order: .dayFirst)
    #expect(try said.values == [day(2, 1)] && said.notes.isEmpty)
    // Behind the first records, nothing says the order any more.
    let late = ingestError { _ = try Self.read(Array(repeating: "2024-03-01", count: 600) + ["01/02/2024"]) }
    #expect(late?.kind == .ambiguousDate("01/02/2024") && late?.position?.line == 602)
  }

  private static let ordinary = (0..<190).map { row in
    CalendarDate.text(seconds: 1_546_300_800 + Double(row * 37 % 365) * 86_400, withTime: false)
  }

  @Test(
    "keep their scale if one of them is off by centuries",
    arguments: ["9999-12-31", "1900-01-01", "2206-05-05"])
  func wild(_ date: String) throws {
    let clean = try #require(try Self.column("x", Self.ordinary).dates?.encoding)
    let column = try Self.column("x", Self.ordinary + [date])
    let encoding = try #require(column.dates?.encoding)
    #expect((encoding.offset - clean.offset).magnitude < 1 && (encoding.scale - clean.scale).magnitude < 1)
    #expect(encoding.sentinels == nil)
    #expect(column.missingCount == 0)
    // Other decades are far from the year of training.
    for year in [1950, 2035, 2100] {
      let day = try #require(CalendarDate.day(year: year, month: 1, day: 1))
      #expect(encoding.trend(Double(day) * 86_400).magnitude > 8)
    }
    let (far, near) = (encoding.trend(4e9), encoding.trend(1.56e9))
    #expect(
      (encoding.seconds(ofTrend: far) - 4e9).magnitude < 1
        && (encoding.seconds(ofTrend: near) - 1.56e9).magnitude < 1)
  }

  @Test("keep their scale if the far one is not in the sample of a long table")
  func wildInLongTable() throws {
    let cells = (0..<9_500).map { Self.ordinary[$0 % Self.ordinary.count] }
    for row in [17, 9_400] {
      var spoiled = cells
      spoiled[row] = "9999-12-31"
      let encoding = try #require(try Self.column("x", spoiled).dates?.encoding)
      #expect(encoding.scale < 130 * 86_400 && encoding.knee != nil)
    }
  }

  @Test(
    "are missing for a placeholder, a date far from all others in many cells",
    arguments: ["9999-12-31", "1900-01-01", "1970-01-01", "0001-01-01"], [4, 21, 300])
  func sentinel(_ date: String, _ count: Int) throws {
    let cells = Self.ordinary + Array(repeating: date, count: count)
    let column = try Self.column("x", cells)
    #expect(column.missingCount == count && column.hasIndicator)
    #expect(try column.contentText() == Self.column("x", Self.ordinary).contentText())
    #expect(column.remark?.contains(date) == true)
    let data = try TrainingData.load(CSVSource(text: Self.text("x", cells)))
    #expect(data.schema.table?.columns[0].dates?.encoding.sentinels?.count == 1)
  }

  @Test("of birth and busy days have no placeholders")
  func noSentinel() throws {
    let births =
      (0..<100).map { "\(1_940 + $0 * 7 % 60)-0\($0 % 9 + 1)-11" } + [
        "1900-01-01", "1900-01-01", "1900-01-01",
      ]
    #expect(try Self.column("x", births).dates?.encoding.sentinels == nil)
    let busy = Self.ordinary + Array(repeating: "2020-03-01", count: 60)
    #expect(try Self.column("x", busy).dates?.encoding.sentinels == nil)
    let clocks = (0..<40).map { "0\($0 % 9):15" } + Array(repeating: "23:59", count: 9)
    #expect(try Self.column("x", clocks).missingCount == 0)
  }
}

extension [String] {
  /// Not in ascending order.
  fileprivate var shuffledOnce: [String] { indices.map { self[$0 * 5 % count] } }
}
