import Foundation
import MisfitPlots
import Testing
import _TestSupport

@testable import Misfit
@testable import MisfitReporting

@Suite struct SeriesDrawingsTests {
  /// Hosts `a` and `b`, of which `b` has a far value.
  private func scoring(rows: Int, step: (Int) -> Int = { $0 }) throws -> Scoring {
    var text = "time,host,v\n"
    for row in 0..<rows {
      let minute = step(row)
      let time = String(
        format: "2024-01-%02d %02d:%02d", minute / 1_440 + 1, minute / 60 % 24, minute % 60)
      text += "\(time),a,\(row % 6)\n\(time),b,\(row % 6 + (row == rows / 2 ? 40 : 0))\n"
    }
    var options = FitOptions(
      model: .principalComponents, series: SeriesOptions(seriesColumn: "host", window: 6))
    options.rows.areScored = true
    options.run.threadCount = 1
    let source = try CSVSource(text: text, name: "hosts.csv")
    return try Detector.fit(source, options: options).score(source)
  }

  private func drawings(_ scoring: Scoring) throws -> SeriesDrawings {
    let result = try #require(try scoring.scoringSeries().series)
    return SeriesDrawings(
      result: result, events: try scoring.events(), decision: scoring.detector.decision())
  }

  @Test func theSeriesWithTheLargestScoreIsFirst() throws {
    let drawings = try drawings(scoring(rows: 60))
    #expect(drawings.worstFirst == [1, 0])
    #expect(drawings.plot(ofSeries: 1).title == "Series b")
  }

  @Test func linesThroughFewRowsHaveNoHoles() throws {
    let plot = try drawings(scoring(rows: 60)).plot(ofSeries: 0)
    #expect(plot.panels.map(\.name) == ["v", "score"])
    for panel in plot.panels {
      #expect(panel.values.low.count == 60)
      #expect(!panel.values.low.contains { $0.isNaN })
    }
    #expect(!plot.bridgesHoles)
  }

  @Test func linesBetweenIrregularTimesAreBridged() throws {
    let plot = try drawings(scoring(rows: 60) { $0 * ($0 + 3) / 3 }).plot(ofSeries: 0)
    #expect(plot.bridgesHoles)
    #expect(plot.panels[0].values.low.contains { $0.isNaN })
  }

  @Test func theReportOfSeriesHasEventsAndAPlotForEachSeries() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    _ = try DetectionReport(scoring(rows: 60)).write(to: out)
    let names = try FileManager.default.contentsOfDirectory(atPath: out)
    for name in ["events.csv", "series-1.svg", "series-2.svg", "series-1.png"] {
      #expect(names.contains(name))
    }
    let page = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(page.contains("The series, worst first"))
    #expect(page.contains("expected"))
  }
}
