import MisfitCore
import MisfitIngest
import Testing

@testable import Misfit

@Suite struct SeriesReaderTests {
  private static let kinds: [String: ColumnKind] = ["time": .datetime, "v": .numeric]

  /// Returns a table of times in minutes, and values.
  private func table(_ rows: [(minute: Int?, value: String)]) -> String {
    "time,v\n" + rows.map { "\($0.minute.map(SeriesSamples.time) ?? ""),\($0.value)\n" }.joined()
  }

  private func read(
    _ rows: [(minute: Int?, value: String)], gaps: SeriesGaps = .automatic, step: Double? = 60
  ) throws -> (rows: SeriesRows, findings: SeriesFindings) {
    try SeriesSamples.read(
      table(rows), SeriesOptions(timeColumn: "time", gaps: gaps), step: step, kinds: Self.kinds)
  }

  @Test("late rows are put in order") func lateRowsArePutInOrder() throws {
    let (rows, findings) = try read([(0, "1"), (3, "4"), (1, "2"), (2, "3"), (4, "5")])
    #expect(rows.column() == [1, 2, 3, 4, 5])
    #expect(rows.records == [0, 2, 3, 1, 4])
    #expect(rows.rowsOfRecords() == [0, 3, 1, 2, 4])
    #expect(findings == SeriesFindings(lateCount: 2))
  }

  @Test("rows of one time stay in their order") func rowsOfOneTimeStayInTheirOrder() throws {
    let (rows, findings) = try read([(0, "1"), (1, "2"), (1, "3"), (1, "4"), (2, "5")])
    #expect(rows.column() == [1, 2, 3, 4, 5])
    #expect(findings == SeriesFindings(repeatedCount: 2))
  }

  @Test("rows without a time follow the row before them") func rowsWithoutATimeFollowTheRowBeforeThem() throws
  {
    let (rows, findings) = try read([(1, "3"), (nil, "4"), (0, "1"), (nil, "2"), (2, "5")])
    #expect(rows.column() == [1, 2, 3, 4, 5])
    #expect(findings.untimedCount == 2)
  }

  @Test("a row without a time follows the rows of its own series")
  func aRowWithoutATimeFollowsTheRowsOfItsOwnSeries() throws {
    let (a, b) = (SeriesSamples.time(0), SeriesSamples.time(5_000))
    let text = "time,host,v\n\(b),b,1\n\(a),a,10\n,b,2\n,a,20\n\(SeriesSamples.time(5_001)),b,3\n"
    let rows = try SeriesSamples.read(
      text, SeriesOptions(timeColumn: "time", seriesColumn: "host"), step: 60, kinds: Self.kinds
    ).rows
    #expect(rows.names == ["b", "a"])
    #expect(rows.column() == [1, 2, 3, 10, 20])
    #expect(rows.segments.count == 2)
  }

  @Test("interleaved series are separated") func interleavedSeriesAreSeparated() throws {
    let text =
      "time,host,v\n"
      + (0..<6).map { "\(SeriesSamples.time($0 / 2)),\($0 % 2 == 0 ? "b" : "a"),\($0)\n" }.joined()
    let rows = try SeriesSamples.read(
      text, SeriesOptions(timeColumn: "time", seriesColumn: "host"), kinds: Self.kinds
    ).rows
    #expect(rows.names == ["b", "a"])
    #expect(rows.series == [0..<3, 3..<6])
    #expect(rows.segments == rows.series)
    #expect(rows.column() == [0, 2, 4, 1, 3, 5])
  }

  /// Steps of 1, then 3 (two rows missing), then 2, then 7.
  private static let gapped: [(minute: Int?, value: String)] = [
    (0, "0"), (1, "1"), (4, "4"), (6, "6"), (13, "13"),
  ]

  @Test(
    "gaps end windows",
    arguments: [
      (SeriesGaps.automatic, [0..<2, 2..<4, 4..<5], 2, 1), (.split, [0..<2, 2..<3, 3..<4, 4..<5], 3, 0),
      (.join, [0..<5], 0, 3),
    ])
  func gapsEndWindows(gaps: SeriesGaps, segments: [Range<Int>], splits: Int, joins: Int) throws {
    let (rows, findings) = try read(Self.gapped, gaps: gaps)
    #expect(rows.segments == segments)
    #expect(rows.series == [0..<5])
    #expect(findings == SeriesFindings(splitCount: splits, joinedCount: joins))
  }

  @Test("gaps are filled on the line between the neighbors") func gapsAreFilledOnTheLineBetweenTheNeighbors()
    throws
  {
    let (rows, findings) = try read(Self.gapped, gaps: .fill)
    #expect(rows.count == 14)
    for (row, value) in rows.column().enumerated() { #expect(abs(value - Float(row)) < 1e-5) }
    #expect(rows.records == [0, 1, -1, -1, 2, -1, 3, -1, -1, -1, -1, -1, -1, 4])
    #expect(rows.segments == [0..<14])
    #expect(findings == SeriesFindings(filledCount: 9))
  }

  @Test("a gap that would need millions of rows is an error") func aGapThatWouldNeedMillionsOfRowsIsAnError()
    throws
  {
    let rows: [(minute: Int?, value: String)] = [(0, "1"), (1, "2"), (43_000, "3")]
    let error = #expect(throws: SeriesError.self) {
      try SeriesSamples.read(
        table(rows), SeriesOptions(timeColumn: "time", gaps: .fill), step: 0.001, kinds: Self.kinds)
    }
    guard case .tooManyRows = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("missing values are filled within a segment") func missingValuesAreFilledWithinASegment() throws {
    let (rows, findings) = try read([
      (0, ""), (1, "1"), (2, ""), (3, ""), (4, "4"), (5, ""), (60, ""), (61, "7"),
    ])
    #expect(findings.missingCount == 5)
    #expect(rows.segments == [0..<6, 6..<8])
    for (value, expected) in zip(rows.column(), [1, 1, 2, 3, 4, 4, 7, 7] as [Float]) {
      #expect(abs(value - expected) < 1e-5)
    }
  }

  @Test("more series than levels stay apart") func moreSeriesThanLevelsStayApart() throws {
    let text =
      "host,v\n" + (0..<300).map { "h\($0 % 100),\($0 % 100)\n" }.joined()
    let rows = try SeriesSamples.read(text, SeriesOptions(seriesColumn: "host")).rows
    #expect(rows.names.count == 100)
    #expect(Set(rows.names).count == 100)
    for (index, series) in rows.series.enumerated() {
      #expect(series.count == 3)
      #expect(series.allSatisfy { rows.column()[$0] == Float(index) })
    }
  }

  @Test(
    "numbers that differ in the last digit are different series",
    arguments: [nil, ColumnKind.numeric, .categorical])
  func numbersThatDifferInTheLastDigitAreDifferentSeries(kind: ColumnKind?) throws {
    let text =
      "dev,v\n" + (0..<30).map { "100000000\($0 % 3),\($0 % 3)\n" }.joined()
    let rows = try SeriesSamples.read(
      text, SeriesOptions(seriesColumn: "dev"), kinds: kind.map { ["dev": $0] } ?? [:]
    ).rows
    #expect(rows.names == ["1000000000", "1000000001", "1000000002"])
    #expect(rows.column() == [0, 1, 2].flatMap { Array(repeating: Float($0), count: 10) })
  }

  private static let known = [(0, "1"), (1, "2"), (2, ""), (3, "4"), (9, "5"), (10, "")]

  @Test("rows that are cut again are those of another reading", arguments: SeriesGaps.allCases)
  func rowsThatAreCutAgainAreThoseOfAnotherReading(gaps: SeriesGaps) throws {
    let text = table(Self.known.map { ($0.0, $0.1) })
    var (record, source) = try SeriesSamples.record(
      text, SeriesOptions(timeColumn: "time", gaps: gaps), kinds: Self.kinds)
    var reader = SeriesReader(record, source: source, threadCount: 1)
    let rows = try reader.read()
    #expect(rows.segments == [0..<6])
    #expect(rows.column() == [1, 2, 3, 4, 5, 5])
    record.step = 60
    var findings = reader.findings
    let cut = rows.cut(by: record, &findings)
    guard gaps != .fill else { return }
    var other = SeriesReader(record, source: source, threadCount: 1)
    let again = try other.read()
    #expect(cut.segments == again.segments)
    #expect(cut.column() == again.column())
    #expect(findings == other.findings)
  }

  @Test("rows are recognized, and others are not")
  func rowsAreRecognizedAndOthersAreNot() throws {
    let rows = try read(Self.known.map { ($0.0, $0.1) }).rows
    func isEqual(_ change: (inout [(minute: Int?, value: String)]) -> Void) throws -> Bool {
      var other: [(minute: Int?, value: String)] = Self.known.map { ($0.0, $0.1) }
      change(&other)
      let (record, source) = try SeriesSamples.record(
        table(other), SeriesOptions(timeColumn: "time"), step: 60, kinds: Self.kinds)
      var reader = SeriesReader(record, source: source, threadCount: 1)
      return try reader.areRecords(of: rows) { _ in }
    }
    #expect(try isEqual { _ in })
    #expect(try !isEqual { $0[0].value = "1.5" })
    #expect(try !isEqual { $0[2].value = "3" })
    #expect(try !isEqual { $0[3].value = "" })
    #expect(try !isEqual { $0[1].minute = 0 })
    #expect(try !isEqual { $0.removeLast() })
    #expect(try !isEqual { $0.append((11, "6")) })
  }
}
