import Misfit
import MisfitAnalytics

/// A measurement of segments: how often a fault in one of many pairs is named first, and how often clean
/// rows name a segment.
struct SegmentRun {
  private var runCount = 100
  private var regionCount = 10
  private var appCount = 100
  private var rowsPerPair = 50
  private var faultyShare = 0.2
  private var shift = 2.0

  static let help = """
    usage: misfit-benchmark segments [--runs N] [--regions N] [--apps N] [--rows N] [--share X] [--shift X]

    Fits the default model on 2,000 normal rows of eight columns, scores fresh rows of all pairs of a region
    and an app (100,000 in all, drawn from a pool of 20,000 scored rows), and plants a fault in one pair: a
    share of its rows has one column shifted by a number of standard deviations. Prints how often the pair is
    named first, how often it is the only one, and how often rows without a fault name a segment.
    """

  /// Parses the arguments after `segments`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let flag = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(flag) needs a value")) }
      guard let number = Double(value), number > 0 else {
        throw BenchmarkError(.usage("\(flag) cannot be \(value)"))
      }
      switch flag {
      case "--runs": runCount = Int(number)
      case "--regions": regionCount = Int(number)
      case "--apps": appCount = Int(number)
      case "--rows": rowsPerPair = Int(number)
      case "--share": faultyShare = number
      case "--shift": shift = number
      default: throw BenchmarkError(.usage("unknown flag \(flag)"))
      }
    }
  }

  /// Runs everything, and prints a line of figures.
  ///
  /// - Throws: any error of fitting and scoring.
  func run() throws {
    let detector = try Detector.fit(AlarmData(.table, rowCount: 2_000, seed: 1))
    let normal = try detector.score(AlarmData(.table, rowCount: 20_000, seed: 2)).scores()
    let faulty = try detector.score(shifted(AlarmData(.table, rowCount: 5_000, seed: 3))).scores()
    var (first, alone, clean) = (0, 0, 0)
    for run in 0..<runCount {
      var generator = SeededGenerator(seed: UInt64(run), stream: 0x5E6)
      let pair = [
        "r\(generator.nextIndex(below: regionCount))", "a\(generator.nextIndex(below: appCount))",
      ]
      let found = segments(normal, faulty, pair, detector, &generator).analysis().found
      if found.first?.values.map(\.text) == pair {
        first += 1
        if found.count == 1 { alone += 1 }
      }
      if segments(normal, faulty, nil, detector, &generator).analysis().found.isEmpty { clean += 1 }
    }
    print(
      """
      \(regionCount * appCount) pairs of \(rowsPerPair) rows, \(Int(faultyShare * 100)) % of one pair \
      shifted by \(shift): named first in \(first) of \(runCount), alone in \(alone); no segment in \(clean) \
      of \(runCount) without a fault
      """)
  }

  private func segments(
    _ normal: [Double], _ faulty: [Double], _ pair: [String]?, _ detector: Detector,
    _ generator: inout SeededGenerator
  ) -> SegmentScores {
    var segments = SegmentScores(columns: ["region", "app"])
    let threshold = detector.calibration.threshold
    for region in 0..<regionCount {
      for app in 0..<appCount {
        let cells = ["r\(region)", "a\(app)"]
        for _ in 0..<rowsPerPair {
          let isFaulty = cells == pair && generator.nextUnitDouble() < faultyShare
          let pool = isFaulty ? faulty : normal
          let score = pool[generator.nextIndex(below: pool.count)]
          segments.update(cells, score: score, isFlagged: threshold.flags(score) ?? false)
        }
      }
    }
    return segments
  }

  /// Returns the rows of a source with the first column shifted by standard deviations, which are about 1.
  private func shifted(_ source: AlarmData) throws -> MemorySource {
    var rows: [[Double]] = []
    try source.forEachBatch { batch in
      for row in 0..<batch.rowCount {
        rows.append((0..<batch.width).map { batch.value(row: row, column: $0) + ($0 == 0 ? shift : 0) })
      }
    }
    return try MemorySource(rows: rows, columns: source.layout.columns)
  }
}
