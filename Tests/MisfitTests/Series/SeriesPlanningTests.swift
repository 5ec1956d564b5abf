import MisfitCore
import MisfitIngest
import Testing

@testable import Misfit

@Suite struct SeriesPlanningTests {
  private func error(_ text: String, _ options: SeriesOptions) -> SeriesError? {
    #expect(throws: SeriesError.self) {
      _ = try SeriesSamples.record(text, options)
    }
  }

  private static let table = SeriesSamples.table(rows: 40)

  @Test("an unknown column is an error with the nearest name")
  func anUnknownColumnIsAnErrorWithTheNearestName() throws {
    let time = try #require(error(Self.table, SeriesOptions(timeColumn: "tine")))
    #expect(time.kind == .noColumn("tine", nearest: "time"))
    #expect(time.diagnosis.remedy?.description.contains("did you mean \"time\"?") ?? false)
    let series = try #require(error(Self.table, SeriesOptions(seriesColumn: "w")))
    #expect(series.kind == .noColumn("w", nearest: nil))
  }

  @Test("several columns of dates are an error unless one is named")
  func severalColumnsOfDatesAreAnErrorUnlessOneIsNamed() throws {
    let text =
      "seen,made,v\n"
      + (0..<40).map { "\(SeriesSamples.time($0)),\(SeriesSamples.time(2 * $0)),\($0 % 7)\n" }.joined()
    #expect(error(text, SeriesOptions())?.kind == .severalTimes(["seen", "made"]))
    let record = try SeriesSamples.record(text, SeriesOptions(timeColumn: "made")).0
    #expect(record.timeColumn == 1)
    #expect(record.columnNames == ["v"])
  }

  @Test("text does not order the rows") func textDoesNotOrderTheRows() throws {
    let text = "time,v\n" + (0..<40).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 7)\n" }.joined()
    #expect(error(text, SeriesOptions(timeColumn: "time"))?.kind == .noTimes(column: "time"))
  }

  @Test("one column is not both time and series") func oneColumnIsNotBothTimeAndSeries() throws {
    let found = error(Self.table, SeriesOptions(timeColumn: "time", seriesColumn: "time"))
    #expect(found?.kind == .oneColumn("time"))
  }

  @Test("a table without numbers has nothing to judge") func aTableWithoutNumbersHasNothingToJudge() throws {
    let text = "time,v\n" + (0..<40).map { "\(SeriesSamples.time($0)),\($0 % 2 == 0 ? "a" : "b")\n" }.joined()
    #expect(error(text, SeriesOptions())?.kind == .noValues)
  }

  @Test("columns of text are passed by") func columnsOfTextArePassedBy() throws {
    let text =
      "time,level,v,w\n"
      + (0..<40).map { "\(SeriesSamples.time($0)),\($0 % 2 == 0 ? "a" : "b"),\($0 % 7),\($0 % 5)\n" }.joined()
    let record = try SeriesSamples.record(text, SeriesOptions()).0
    #expect(record.columnNames == ["v", "w"])
    #expect(record.timeColumn == 0)
  }

  private func planned(_ text: String, _ options: SeriesOptions) throws -> SeriesRecord {
    var (record, source) = try SeriesSamples.record(text, options)
    var reader = SeriesReader(record, source: source, threadCount: 1)
    let rows = try reader.read()
    record.windows.columnCount = record.columns.count
    var planning = SeriesPlanning(options, schema: record.schema, source: source.name)
    planning.plan(&record, for: rows)
    return record
  }

  @Test("the window is a multiple of the period") func theWindowIsAMultipleOfThePeriod() throws {
    let record = try planned(SeriesSamples.table(rows: 600), SeriesOptions())
    #expect(record.windows.length == 120)
    #expect(record.windows.stride == 7)
    #expect(record.windows.levelWeight != nil)
    #expect(record.step == 60)
  }

  @Test("a window fits three times into the rows") func aWindowFitsThreeTimesIntoTheRows() throws {
    let record = try planned(
      SeriesSamples.table(rows: 90) { SeriesSamples.noise($0) }, SeriesOptions())
    #expect(record.windows.length == 30)
  }

  @Test("windows of several columns are short and not centered")
  func windowsOfSeveralColumnsAreShortAndNotCentered() throws {
    let text =
      "time,v,w\n"
      + (0..<200).map { "\(SeriesSamples.time($0)),\(SeriesSamples.bump($0)),\(SeriesSamples.noise($0))\n" }
      .joined()
    let shape = try planned(text, SeriesOptions()).windows
    #expect(shape == WindowShape(length: 16, stride: 1, columnCount: 2, levelWeight: nil))
  }

  /// Eight shifts of 80 rows, with the rest of a day between them.
  @Test("a window fits between gaps if no rows between them are enough")
  func aWindowFitsBetweenGapsIfNoRowsBetweenThemAreEnough() throws {
    let text =
      "time,v\n"
      + (0..<640).map { "\(SeriesSamples.time($0 / 80 * 1_440 + $0 % 80)),\(SeriesSamples.noise($0))\n" }
      .joined()
    #expect(try planned(text, SeriesOptions()).windows.length == 26)
    #expect(try planned(text, SeriesOptions(gaps: .join)).windows.length == 128)
    #expect(try planned(text, SeriesOptions(window: 100)).windows.length == 100)
  }

  @Test("times without a regular step have none") func timesWithoutARegularStepHaveNone() throws {
    var minute = 0
    let text =
      "time,v\n"
      + (0..<100).map { row in
        minute += 1 + row * row % 17
        return "\(SeriesSamples.time(minute)),\(row % 7)\n"
      }.joined()
    #expect(try planned(text, SeriesOptions()).step == nil)
  }
}
