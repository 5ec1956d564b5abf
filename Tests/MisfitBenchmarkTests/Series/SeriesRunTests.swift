import MisfitCore
import Testing
import _TestSupport

@testable import MisfitBenchmark

@Suite struct SeriesRunTests {
  @Test(
    "an invalid command line is refused",
    arguments: [[], ["--data"], ["--data", "x", "--what"], ["--data", "x", "--model", "no"]])
  func anInvalidCommandLineIsRefused(words: [String]) {
    #expect(throws: BenchmarkError.self) { try SeriesRun(words) }
  }

  @Test("arguments are parsed") func argumentsAreParsed() throws {
    let run = try SeriesRun(["--data", "x", "--only", "taxi", "--window", "32", "--no-peers", "--json"])
    #expect(run.folder == "x")
    #expect(run.only == "taxi")
    #expect(run.window == 32)
    #expect(!run.hasPeers)
    #expect(run.writesJSON)
  }

  @Test("a folder without benchmarks is an error") func aFolderWithoutBenchmarksIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(throws: BenchmarkError.self) { try SeriesRun(["--data", folder.path]).run() }
  }

  /// Rows a minute apart, in the wrong order.
  private var shuffled: NABSeries {
    var series = NABSeries(name: "s", values: (0..<100).map(Double.init), windows: [40...49])
    series.times = (0..<100).map { Self.time($0) }
    series.values.swapAt(10, 45)
    series.times.swapAt(10, 45)
    return series
  }

  private static func time(_ minute: Int) -> String {
    "2024-01-01 \(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60):00"
  }

  @Test("labelled rows are in the order of time") func labelledRowsAreInTheOrderOfTime() {
    let series = LabelledSeries(shuffled)
    #expect(series.values == (0..<100).map(Double.init))
    #expect(series.isAnomaly.indices.filter { series.isAnomaly[$0] } == Array(40...49))
    #expect(series.learnedCount == 15)
    #expect(series.hasEvents)
  }

  @Test("a series is fitted scored and measured beside its peers")
  func aSeriesIsFittedScoredAndMeasuredBesideItsPeers() throws {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<600).map { row in
      Mathematics.sin(Double(row) / 6) + 0.1 * Double(generator.nextUnitFloat()) + (row == 400 ? 9 : 0)
    }
    let series = LabelledSeries(
      name: "spike", times: (0..<600).map(Self.time), values: values,
      isAnomaly: values.indices.map { (390..<410).contains($0) })
    let figures = try SeriesRun(["--data", "-", "--threads", "1"]).figures(of: series)
    #expect(
      figures.volumes.map(\.name)
        == ["misfit", "sub-PCA", "5-NN centered", "5-NN raw", "spread, largest", "spread, mean"])
    #expect(figures.volumes[0].volume.underPrecision > 0.3)
    #expect(figures.json.contains(#""series":"spike""#))
    let mean = WindowFigures(meanOf: [figures, figures])
    #expect(mean.volumes[0].volume == figures.volumes[0].volume)
    #expect(mean.lines.count == 6)
  }

  @Test("a detector that some series lack is left out of the mean")
  func aDetectorThatSomeSeriesLackIsLeftOutOfTheMean() {
    let volume = RangeVolume(underPrecision: 0.5, underROC: 0.5)
    var (one, two) = (WindowFigures(series: "a"), WindowFigures(series: "b"))
    one.add("misfit", volume)
    one.add("peer", volume)
    two.add("misfit", RangeVolume(underPrecision: 1, underROC: 0))
    let mean = WindowFigures(meanOf: [one, two])
    #expect(mean.volumes.map(\.name) == ["misfit"])
    #expect(mean.volumes[0].volume == RangeVolume(underPrecision: 0.75, underROC: 0.25))
  }
}
