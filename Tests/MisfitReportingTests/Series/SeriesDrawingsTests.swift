import Foundation
import MisfitPlots
import Testing
import _TestSupport

@testable import Misfit
@testable import MisfitReporting

@Suite struct SeriesDrawingsTests {
  /// Hosts `a` and `b`, of which `b` has a far value.
  private func scoring(rows: Int) throws -> Scoring {
    var text = "time,host,v\n"
    for row in 0..<rows {
      let time = String(
        format: "2024-01-%02d %02d:%02d", row / 1_440 + 1, row / 60 % 24, row % 60)
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

  @Test("the series with the largest score is first") func theSeriesWithTheLargestScoreIsFirst() throws {
    let drawings = try drawings(scoring(rows: 60))
    #expect(drawings.worstFirst.map(\.series) == [1, 0])
    #expect(drawings.plot(ofSeries: 1).title == "Series b")
  }

  @Test("the expected values are drawn with a band around them")
  func theExpectedValuesAreDrawnWithABandAroundThem() throws {
    let plot = try drawings(scoring(rows: 60)).plot(ofSeries: 0)
    #expect(plot.usualName == "band of 95 % of the learned rows")
    let panel = plot.panels[0]
    let (expected, usual) = (try #require(panel.expected), try #require(panel.usual))
    for bin in expected.low.indices where !expected.low[bin].isNaN {
      #expect(usual.low[bin] < expected.low[bin])
      #expect(usual.high[bin] > expected.high[bin])
    }
    #expect(plot.panels[1].usual == nil)
  }

  @Test("lines through few rows have no holes") func linesThroughFewRowsHaveNoHoles() throws {
    let plot = try drawings(scoring(rows: 60)).plot(ofSeries: 0)
    #expect(plot.panels.map(\.name) == ["v", "score"])
    for panel in plot.panels {
      let bins = panel.values.low.indices.filter { !panel.values.low[$0].isNaN }
      #expect(bins.count == 60)
      for (bin, next) in zip(bins, bins.dropFirst()) { #expect(next - bin - 1 <= plot.joinedBinCount) }
    }
  }

  @Test("the report of series has events and a plot for each series")
  func theReportOfSeriesHasEventsAndAPlotForEachSeries() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    _ = try DetectionReport(scoring(rows: 60)).write(to: out)
    let names = try FileManager.default.contentsOfDirectory(atPath: out)
    for name in ["events.csv", "series-1.svg", "series-2.svg", "series-1.png"] {
      #expect(names.contains(name))
    }
    let page = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(page.contains("The series, worst first"))
    #expect(page.contains("Series by their largest score"))
    #expect(page.contains("expected"))
  }
}
