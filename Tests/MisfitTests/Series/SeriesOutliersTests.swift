import MisfitCore
import MisfitIngest
import MisfitModels
import Testing
import _TestSupport

@testable import Misfit

@Suite struct SeriesOutliersTests {
  /// Series without anomalies.
  enum Kind: String, CaseIterable {
    case noise, season, autoregression, counts, sparse, trend, levels, twoColumns

    /// Returns the values of each column: [rows][columns].
    func values(rows: Int, seed: UInt64) -> [[Double]] {
      var generator = SeededGenerator(seed: seed, stream: 5)
      func unit() -> Double { Double(generator.nextUnitFloat()) }
      func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + unit() } }
      var last = 0.0
      return (0..<rows).map { row in
        switch self {
        case .noise: return [normal()]
        case .season: return [10 * Mathematics.sin(Double(row) * .pi / 12) + normal()]
        case .autoregression:
          last = 0.8 * last + normal()
          return [last]
        case .counts: return [Double(Int(6 * unit() * unit()))]
        // A few rows in a hundred have a count at all.
        case .sparse: return [unit() < 0.03 ? Double(1 + Int(3 * unit())) : 0]
        case .trend: return [0.5 * Double(row) + normal()]
        case .levels: return [(row / 60 % 2 == 0 ? 0 : 40) + normal()]
        case .twoColumns:
          last = 0.8 * last + normal()
          return [last, 100 - 5 * last + normal()]
        }
      }
    }
  }

  private static func text(_ values: [[Double]]) -> String {
    let names = (0..<values[0].count).map { "c\($0)" }
    return (["time"] + names).joined(separator: ",") + "\n"
      + values.enumerated().map { row, cells in
        ([SeriesSamples.time(row)] + cells.map { "\($0)" }).joined(separator: ",") + "\n"
      }.joined()
  }

  private static func options(isScored: Bool) -> FitOptions {
    var options = SeriesSamples.options(.automatic)
    options.rows.areScored = isScored
    return options
  }

  private static let spike = 171

  /// The range of the values is that of all rows, and at least 1.
  private static func values(_ kind: Kind, factor: Double, seed: UInt64 = 3) -> [[Double]] {
    var values = kind.values(rows: 240, seed: seed)
    let column = values[0].count - 1
    let all = values.map { $0[column] }
    let (low, high) = (all.min() ?? 0, all.max() ?? 0)
    values[spike][column] = high + factor * max(1, high - low)
    return values
  }

  private static let factors = [5, 10, 100, 1e6]

  @Test("a value far beyond all others leads, is flagged and is an event", arguments: Kind.allCases)
  func aValueFarBeyondAllOthersLeads(kind: Kind) throws {
    let learned = try SeriesSamples.source(Self.text(kind.values(rows: 240, seed: 4)))
    let detector = try Detector.fit(learned, options: Self.options(isScored: false))
    for factor in Self.factors {
      let values = Self.values(kind, factor: factor)
      try Self.checkSpike(in: SeriesSamples.source(Self.text(values)), values[0].count, by: detector)
    }
  }

  @Test("a learned value far beyond all others leads, is flagged and is an event", arguments: Kind.allCases)
  func aLearnedValueFarBeyondAllOthersLeads(kind: Kind) throws {
    for factor in Self.factors {
      let values = Self.values(kind, factor: factor)
      let source = try SeriesSamples.source(Self.text(values))
      let detector = try Detector.fit(source, options: Self.options(isScored: true))
      try Self.checkSpike(in: source, values[0].count, by: detector)
    }
  }

  private static func checkSpike(
    in source: some RecordSource, _ columnCount: Int, by detector: Detector
  ) throws {
    let scoring = try detector.score(source).scoringSeries()
    let scores = try scoring.scores()
    #expect(scores.indices.max { scores[$0] < scores[$1] } == spike)
    #expect(detector.decision().flags(scores[spike]) == true)
    let worst = try #require(try scoring.events().max { $0.score < $1.score })
    #expect(worst.peakRecord == spike + 1)
    #expect(worst.rowCount == 1)
    #expect(worst.columns.first?.name == "c\(columnCount - 1)")
    #expect(try scoring.largest(1).first?.reasons.first?.feature == worst.columns.first?.name)
  }

  @Test("series without outliers have none", arguments: Kind.allCases)
  func seriesWithoutOutliersHaveNone(kind: Kind) throws {
    for isScored in [true, false] {
      let source = try SeriesSamples.source(Self.text(kind.values(rows: 240, seed: 3)))
      let detector = try Detector.fit(source, options: Self.options(isScored: isScored))
      for seed: UInt64 in 5...6 {
        let other =
          isScored ? source : try SeriesSamples.source(Self.text(kind.values(rows: 240, seed: seed)))
        #expect(try detector.score(other).scoringSeries().series?.hasOutliers == false)
      }
    }
  }

  @Test("several spikes are events of their own") func severalSpikesAreEventsOfTheirOwn() throws {
    var values = Kind.season.values(rows: 500, seed: 9)
    let spikes = [150, 151, 163, 320, 455]
    for spike in spikes { values[spike][0] += 90 }
    let source = try SeriesSamples.source(Self.text(values))
    let detector = try Detector.fit(source, options: Self.options(isScored: true))
    let events = try detector.score(source).events()
    #expect(events.map(\.startRecord) == [151, 164, 321, 456])
    #expect(events.map(\.rowCount) == [2, 1, 1, 1])
  }

  @Test("spikes at regular times are no events", arguments: [true, false])
  func spikesAtRegularTimesAreNoEvents(isScored: Bool) throws {
    var values = Kind.noise.values(rows: 1200, seed: 9)
    // Some are within the limit without the others, and some beyond it.
    for row in stride(from: 40, to: 1200, by: 150) {
      values[row + row / 150 % 2][0] = row / 150 % 2 == 0 ? 6 : 9
    }
    let source = try SeriesSamples.source(Self.text(values))
    let detector = try Detector.fit(source, options: Self.options(isScored: isScored))
    #expect(try detector.score(source).scoringSeries().series?.hasOutliers == false)
    values[700][0] += 200
    let other = try SeriesSamples.source(Self.text(values))
    let events = try detector.score(other).events()
    #expect(events.max { $0.score < $1.score }?.peakRecord == 701)
  }

  @Test("a spike within a level shift is an event, and so is the shift")
  func aSpikeWithinALevelShiftIsAnEvent() throws {
    func value(_ row: Int) -> Double { SeriesSamples.bump(row) + SeriesSamples.noise(row) }
    let source = try SeriesSamples.source(
      SeriesSamples.table { value($0) + ((200..<240).contains($0) ? 9 : 0) + ($0 == 220 ? 60 : 0) })
    let learned = try SeriesSamples.source(SeriesSamples.table { value($0 + 480) })
    let detector = try Detector.fit(learned, options: SeriesSamples.options())
    let events = try detector.score(source).events()
    #expect(events.contains { $0.peakRecord == 221 && $0.rowCount == 1 })
    let shift = try #require(events.first { $0.rowCount > 20 })
    #expect((190...210).contains(shift.startRecord))
    #expect(shift.peakRecord != 221)
  }

  @Test("a frozen stretch has no outlier") func aFrozenStretchHasNoOutlier() throws {
    var values = Kind.noise.values(rows: 400, seed: 2)
    for row in 200..<300 { values[row][0] = values[200][0] }
    let source = try SeriesSamples.source(Self.text(values))
    let detector = try Detector.fit(source, options: Self.options(isScored: true))
    #expect(try detector.score(source).scoringSeries().series?.hasOutliers == false)
  }

  @Test("a series is compared with its own values") func aSeriesIsComparedWithItsOwnValues() throws {
    var generator = SeededGenerator(seed: 1, stream: 2)
    let lines = (0..<200).flatMap { row in
      ["small", "large"].map { name in
        let value = Double(generator.nextUnitFloat()) * (name == "large" ? 1000 : 1)
        return "\(SeriesSamples.time(row)),\(name),\(name == "small" && row == 120 ? 20 : value)\n"
      }
    }
    let source = try SeriesSamples.source("time,host,v\n" + lines.joined())
    var options = Self.options(isScored: true)
    options.series?.seriesColumn = "host"
    let worst = try #require(
      try Detector.fit(source, options: options).score(source).events().max { $0.score < $1.score })
    #expect(worst.series == "small")
    #expect(worst.peakRecord == 241)
  }
}
