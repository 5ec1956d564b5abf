import MisfitCore
import MisfitIngest
import MisfitModels
import Testing
import _TestSupport

@testable import Misfit

@Suite struct SeriesFitTests {
  /// Each family of models.
  private static let models: [ModelChoice] = [
    .principalComponents, .wide, .local, .neighbors, .global, .autoencoder, .ensemble,
  ]

  @Test("every model judges windows", arguments: models) func everyModelJudgesWindows(model: ModelChoice)
    throws
  {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 240))
    var options = SeriesSamples.options(model, window: 12)
    options.training.epochs = 1
    if model == .autoencoder || model == .ensemble { options.network.hidden = [4] }
    let detector = try Detector.fit(source, options: options)
    #expect(detector.scoresWindows)
    let scores = try detector.score(source).scores()
    #expect(scores.count == 240)
    #expect(scores.allSatisfy { $0.isFinite })
    #expect(Set(scores).count > 200)
  }

  @Test("windows longer than the rows are an error with a remedy")
  func windowsLongerThanTheRowsAreAnErrorWithARemedy() throws {
    let error = #expect(throws: SeriesError.self) {
      try Detector.fit(
        SeriesSamples.source(SeriesSamples.table(rows: 60)), options: SeriesSamples.options(window: 64))
    }
    #expect(error?.kind == .tooShort(rowCount: 60, needed: 65))
    #expect(error?.diagnosis.remedy != nil)
  }

  @Test("two windows are enough") func twoWindowsAreEnough() throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 25))
    let detector = try Detector.fit(source, options: SeriesSamples.options(window: 24))
    #expect(try detector.score(source).scores().count == 25)
  }

  @Test(
    "an option without meaning is refused",
    arguments: ["targets", "validation", "resume", "scaling", "calibration"])
  func anOptionWithoutMeaningIsRefused(name: String) throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 60))
    var options = SeriesSamples.options()
    let option: OptionName
    switch name {
    case "targets": (options.rows.targetSource, option) = (source, .targetSource)
    case "validation": (options.rows.validationSource, option) = (source, .validation)
    case "resume": (options.run.resumes, option) = (true, .resumes)
    case "scaling": (options.scaling, option) = (.minMax, .scaling)
    default: (options.scores.calibration, option) = (.split, .calibration)
    }
    let error = #expect(throws: SeriesError.self) { try Detector.fit(source, options: options) }
    #expect(error?.kind == .notForSeries(option))
  }

  @Test("images are refused") func imagesAreRefused() throws {
    let error = #expect(throws: SeriesError.self) {
      try Detector.fit(DataSource.open("digits"), options: SeriesSamples.options())
    }
    #expect(error?.kind == .images)
  }

  @Test("a time that counts the rows orders them") func aTimeThatCountsTheRowsOrdersThem() throws {
    let text =
      "t,v\n" + (0..<200).map { "\($0),\(SeriesSamples.bump($0) + SeriesSamples.noise($0))\n" }.joined()
    var options = SeriesSamples.options()
    options.series?.timeColumn = "t"
    let detector = try Detector.fit(SeriesSamples.source(text), options: options)
    let record = try #require(detector.record.series)
    #expect(record.columnNames == ["v"])
    #expect(record.step == 1)
  }

  /// A thousand times the period would be `kinds`; without it, the only host is a constant that is left out.
  @Test("a column with one name is one series") func aColumnWithOneNameIsOneSeries() throws {
    let text =
      "time,host,v\n" + (0..<120).map { "\(SeriesSamples.time($0)),a,\(SeriesSamples.bump($0))\n" }.joined()
    var options = SeriesSamples.options()
    options.series?.seriesColumn = "host"
    options.rows.areScored = true
    let source = try SeriesSamples.source(text)
    let series = try #require(
      try Detector.fit(source, options: options).score(source).scoringSeries().series)
    #expect(series.seriesCount == 1)
    #expect(series.name(ofSeries: 0) == "a")
  }

  @Test("a gross value is the largest score whether learned or not")
  func aGrossValueIsTheLargestScoreWhetherLearnedOrNot() throws {
    let text = SeriesSamples.table { SeriesSamples.bump($0) + SeriesSamples.noise($0) + ($0 == 200 ? 40 : 0) }
    let source = try SeriesSamples.source(text)
    for areScored in [true, false] {
      var options = SeriesSamples.options()
      options.rows.areScored = areScored
      let scores = try Detector.fit(source, options: options).score(source).scores()
      #expect(scores.indices.max { scores[$0] < scores[$1] } == 200)
    }
  }

  @Test(
    "rows in another order have the same scores", arguments: [ModelChoice.neighbors, .principalComponents])
  func rowsInAnotherOrderHaveTheSameScores(model: ModelChoice) throws {
    let lines = SeriesSamples.table(rows: 200).split(separator: "\n")
    let order = (0..<200).map { $0 * 77 % 200 }
    let other = ([lines[0]] + order.map { lines[$0 + 1] }).joined(separator: "\n")
    let detector = try Detector.fit(
      SeriesSamples.source(lines.joined(separator: "\n")), options: SeriesSamples.options(model))
    let shuffled = try Detector.fit(SeriesSamples.source(other), options: SeriesSamples.options(model))
    let scores = try detector.score(SeriesSamples.source(lines.joined(separator: "\n"))).scores()
    let others = try detector.score(SeriesSamples.source(other)).scores()
    #expect(others == order.map { scores[$0] })
    let learned = try shuffled.score(SeriesSamples.source(other)).scores()
    for (one, two) in zip(learned, others) { #expect(abs(one - two) <= 1e-4 * abs(one)) }
  }

  @Test(
    "the bits are the same at any number of threads",
    arguments: [ModelChoice.neighbors, .principalComponents])
  func theBitsAreTheSameAtAnyNumberOfThreads(model: ModelChoice) throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 300))
    let all = try [1, 2, 5].map { count in
      var options = SeriesSamples.options(model)
      options.run.threadCount = count
      let detector = try Detector.fit(source, options: options)
      var scoring = try detector.score(source)
      scoring.threadCount = count
      return try scoring.scores().map(\.bitPattern) + [detector.calibration.threshold.value.bitPattern]
    }
    #expect(all[0] == all[1])
    #expect(all[0] == all[2])
  }

  @Test("other rows under the name of the learned ones are scored themselves")
  func otherRowsUnderTheNameOfTheLearnedOnesAreScoredThemselves() throws {
    let learned = try SeriesSamples.source(SeriesSamples.table(rows: 120))
    var options = SeriesSamples.options()
    options.rows.areScored = true
    let detector = try Detector.fit(learned, options: options)
    let others = try SeriesSamples.source(
      SeriesSamples.table(rows: 120) { SeriesSamples.bump($0) + ($0 == 60 ? 30 : 0) })
    let scores = try detector.score(learned).scores()
    let otherScores = try detector.score(others).scores()
    let (largest, otherLargest) = (try #require(scores.max()), try #require(otherScores.max()))
    #expect(otherLargest > largest)
  }

  @Test("unknown series in new data are scored") func unknownSeriesInNewDataAreScored() throws {
    func text(_ hosts: [String]) -> String {
      "time,host,v\n"
        + (0..<100).flatMap { row in
          hosts.map {
            "\(SeriesSamples.time(row)),\($0),\(SeriesSamples.bump(row) + SeriesSamples.noise(row))\n"
          }
        }.joined()
    }
    var options = SeriesSamples.options()
    options.series?.seriesColumn = "host"
    let detector = try Detector.fit(SeriesSamples.source(text(["a", "b"])), options: options)
    let scoring = try detector.score(SeriesSamples.source(text(["b", "new", "other"]))).scoringSeries()
    let series = try #require(scoring.series)
    #expect((0..<series.seriesCount).map(series.name(ofSeries:)) == ["b", "new", "other"])
    let scores = try scoring.scores()
    #expect(scores.count == 300)
    for row in stride(from: 0, to: 300, by: 3) { #expect(scores[row] == scores[row + 1]) }
  }

  @Test("more than64 series are scored apart") func moreThan64SeriesAreScoredApart() throws {
    let text =
      "time,host,v\n"
      + (0..<20).flatMap { row in
        (0..<70).map { "\(SeriesSamples.time(row)),h\($0),\($0 + row % 5)\n" }
      }.joined()
    var options = SeriesSamples.options(.principalComponents, window: 5)
    options.series?.seriesColumn = "host"
    options.series?.stride = 5
    options.rows.areScored = true
    let source = try SeriesSamples.source(text)
    let scoring = try Detector.fit(source, options: options).score(source).scoringSeries()
    #expect(scoring.series?.seriesCount == 70)
    #expect(try scoring.scores().count == 1_400)
  }

  @Test("the threshold of judged rows is the quantile that is asked for, even the usual one")
  func theThresholdOfJudgedRowsIsTheQuantileThatIsAskedFor() throws {
    let source = try SeriesSamples.source(SeriesSamples.table(rows: 240))
    var options = SeriesSamples.options()
    options.rows.areScored = true
    #expect(try Detector.fit(source, options: options).calibration.threshold.quantile == nil)
    options.scores.quantile = 0.99
    #expect(try Detector.fit(source, options: options).calibration.threshold.quantile == 0.99)
  }

  @Test("single rows cannot be scored") func singleRowsCannotBeScored() throws {
    let detector = try Detector.fit(
      SeriesSamples.source(SeriesSamples.table(rows: 60)), options: SeriesSamples.options())
    #expect(throws: SeriesError.self) { try detector.score(["v": 3.0]) }
  }
}
