import Foundation
import Testing
import _TestSupport

@testable import Misfit
@testable import MisfitReporting

@Suite struct EventTableTests {
  private func event(
    _ start: String, score: Double, series: String? = nil, columns: [SeriesEvent.Column]
  ) -> SeriesEvent {
    SeriesEvent(
      series: series, start: start, peak: start, end: start + "9", startRecord: 3, peakRecord: 4,
      endRecord: 6, rowCount: 4, score: score, columns: columns, rows: 2..<6, seriesIndex: 0)
  }

  private let cpu = SeriesEvent.Column(name: "cpu", share: 0.75, value: 97.25, expected: 20.5)
  private let disk = SeriesEvent.Column(name: "disk", share: 0.25, value: 8, expected: 9)

  private func written(_ events: [SeriesEvent], columns: [String]) throws -> String {
    let folder = try TemporaryFolder()
    let path = folder.file("events.csv")
    try EventTable.write(events, columns: columns, to: path, escapesFormulas: true)
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test("events are rows of csvwith the largest score first")
  func eventsAreRowsOfCSVWithTheLargestScoreFirst() throws {
    let events = [
      event("10:0", score: 2, series: "a", columns: [cpu, disk]),
      event("11:0", score: 7.125, series: "b,c", columns: [disk, cpu]),
    ]
    #expect(
      try written(events, columns: ["cpu", "disk"]) == """
        series,start,peak,end,start_row,peak_row,end_row,rows,score,column,cpu,cpu_expected,disk,disk_expected
        "b,c",11:0,11:0,11:09,3,4,6,4,7.125,disk,97.25,20.5,8,9
        a,10:0,10:0,10:09,3,4,6,4,2,cpu,97.25,20.5,8,9

        """)
  }

  @Test("without events there is only a header") func withoutEventsThereIsOnlyAHeader() throws {
    let text = try written([], columns: ["v"])
    #expect(text == "series,start,peak,end,start_row,peak_row,end_row,rows,score,column,v,v_expected\n")
    #expect(EventTable.table(of: []) == nil)
  }

  @Test("names that spreadsheets would run are escaped") func namesThatSpreadsheetsWouldRunAreEscaped() throws
  {
    let text = try written([event("=1+1", score: 1, series: "=cmd", columns: [cpu])], columns: ["cpu"])
    #expect(!text.contains("\n=") && !text.contains(",=1"))
  }

  @Test("events of equal score keep their order") func eventsOfEqualScoreKeepTheirOrder() {
    let events = ["a", "b", "c"].map { event($0, score: 1, columns: [cpu]) }
    #expect(EventTable.worstFirst(events).map(\.start) == ["a", "b", "c"])
  }

  @Test("a reason names columns with their values and what was expected")
  func aReasonNamesColumnsWithTheirValuesAndWhatWasExpected() {
    #expect(
      event("x", score: 1, columns: [cpu, disk]).reasonText(atMost: 3)
        == "cpu 97.25 (expected 20.5), disk 8 (expected 9)")
    #expect(event("x", score: 1, columns: [cpu, disk]).reasonText(atMost: 1) == "cpu 97.25 (expected 20.5)")
  }

  @Test("an event of one row has one time") func anEventOfOneRowHasOneTime() {
    var single = event("10:00", score: 1, columns: [cpu])
    single.end = single.start
    #expect(single.timeText == "10:00")
    #expect(event("10:0", score: 1, columns: [cpu]).timeText == "10:0 to 10:09")
  }

  @Test("a page shows the first200 events and counts all") func aPageShowsTheFirst200EventsAndCountsAll()
    throws
  {
    let events = (0..<230).map { event("\($0)", score: Double($0), columns: [cpu]) }
    let table = try #require(EventTable.table(of: events))
    #expect(table.rows.count == 200)
  }
}
