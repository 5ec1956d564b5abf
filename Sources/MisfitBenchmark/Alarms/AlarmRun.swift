import Misfit

/// A measurement of false alarms: how often a model flags new normal samples at nominal rates of 1 % and 5 %.
///
/// It fits on fresh data repeatedly, and scores fresh samples of the same distribution.
struct AlarmRun {
  var kind = AlarmData.Kind.table
  var model = ModelChoice.automatic
  var rowCount = 100
  var runCount = 200
  /// The number of new samples in a run.
  var freshCount = 500
  var architecture: String?
  var calibration = CalibrationMethod.automatic
  var firstSeed: UInt64 = 1
  var threadCount = 1
  /// The number of false alarms that are marked as normal before the measurement.
  var markCount = 0
  /// Whether the model is calibrated on fresh rows after they were marked.
  var isRecalibrated = false
  /// Whether the data are series: see ``SeriesAlarms``.
  var isOfSeries = false
  /// The correlation of neighboring rows of series.
  var coefficient = 0.5
  /// The folder of normal images that each run learns from and scores; nil for synthetic data.
  var imageFolder: String?

  static let help = """
    usage: misfit-benchmark alarms [--data table|images|series] [--model NAME] [--architecture TEXT]
                                   [--rows N] [--runs N] [--fresh N] [--calibration auto|cross|split]
                                   [--seed N] [--threads N] [--coefficient X] [--marks N]
                                   [--recalibrated yes] [--images FOLDER]

    Fits on N normal rows, scores fresh normal rows, and prints the share that is flagged at 1 % and at
    5 %: its mean over the runs, the interval of that mean (1.96 standard errors), and the number of runs
    in which the first fresh row was flagged, with the 95 % range of a binomial distribution.

    With --marks, the N highest of 500 other normal rows are marked as normal first; --recalibrated yes then
    calibrates on as many fresh rows as it was fitted on.

    With --images, each run learns from N of the folder's images, drawn at random, in patches of 8 x 8
    pixels every 2, and scores the others.

    Series are autoregressive, with the given correlation of neighboring rows: the share of rows above the
    threshold at 1 %, the number of events in 1,000 rows, and the share of runs without any.
    """

  /// Parses the arguments after `alarms`.
  ///
  /// - Throws: ``BenchmarkError`` of the kind `usage`.
  init(_ words: [String]) throws(BenchmarkError) {
    var rest = words[...]
    while let flag = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError(.usage("\(flag) needs a value")) }
      let wrong = BenchmarkError(.usage("\(flag) cannot be \(value)"))
      func count() throws(BenchmarkError) -> Int {
        guard let number = Int(value), number >= 1 else { throw wrong }
        return number
      }
      func choice<Value: RawRepresentable<String>>(_: Value.Type) throws(BenchmarkError) -> Value {
        guard let choice = Value(rawValue: value) else { throw wrong }
        return choice
      }
      switch flag {
      case "--data" where value == "series": isOfSeries = true
      case "--data": kind = try choice(AlarmData.Kind.self)
      case "--model": model = try choice(ModelChoice.self)
      case "--calibration": calibration = try choice(CalibrationMethod.self)
      case "--architecture": architecture = value
      case "--rows": rowCount = try count()
      case "--runs": runCount = try count()
      case "--fresh": freshCount = try count()
      case "--threads": threadCount = try count()
      case "--marks": markCount = try count()
      case "--images": imageFolder = value
      case "--recalibrated": isRecalibrated = value == "yes"
      case "--coefficient":
        guard let number = Double(value), (0..<1).contains(number) else { throw wrong }
        coefficient = number
      case "--seed": firstSeed = UInt64(try count())
      default: throw BenchmarkError(.usage("unknown flag \(flag)"))
      }
    }
  }

  /// The shares of flagged samples in one run.
  struct Shares: Hashable {
    /// The share above the model's own threshold, at 1 %.
    var usual: Double
    /// The share with p-values of at most 1 %, and of at most 5 %.
    var atOne: Double
    var atFive: Double
    /// Whether the first fresh sample was flagged, by the same three rules.
    var first: [Bool]
  }

  /// Fits and scores once.
  ///
  /// - Throws: any error of fitting and scoring.
  func shares(run: Int) throws -> Shares {
    let seed = firstSeed &+ UInt64(run)
    var options = FitOptions()
    options.model = model
    options.network.architecture = architecture
    options.scores.calibration = calibration
    options.seed = seed
    options.run.threadCount = threadCount
    let (learned, fresh) = try sources(seed: seed)
    var detector = try Detector.fit(learned, options: options)
    if markCount > 0 { detector = try marked(detector, seed: seed) }
    var scoring = try detector.score(fresh)
    scoring.threadCount = threadCount
    let scores = try scoring.scores()
    let rules = [DecisionRule.modelThreshold, .falseAlarmRate(0.01), .falseAlarmRate(0.05)]
    let flags = rules.map { rule in
      let decision = detector.decision(rule)
      return scores.map { decision.flags($0) ?? false }
    }
    let shares = flags.map { Double($0.count { $0 }) / Double($0.count) }
    return Shares(usual: shares[0], atOne: shares[1], atFive: shares[2], first: flags.map { $0[0] })
  }

  /// Returns the samples to learn from, and the new ones.
  private func sources(seed: UInt64) throws -> (learned: any RecordSource, fresh: any RecordSource) {
    guard let imageFolder else {
      return (
        AlarmData(kind, rowCount: rowCount, seed: 2 * seed),
        AlarmData(kind, rowCount: freshCount, seed: 2 * seed + 1)
      )
    }
    let tiles = ImagePreparation.Tiles(side: 8, stride: 2, score: .peak, smoothing: 3, dilation: 4)
    let images = try ImageFolderSource(imageFolder, preparation: ImagePreparation(tiles: tiles))
    var order = Array(images.imageIDs.indices)
    guard order.count > rowCount else { throw BenchmarkError(.usage("--images needs more than --rows")) }
    var generator = SeededGenerator(seed: seed, stream: 0xA1B)
    for last in order.indices.reversed().dropLast() {
      order.swapAt(last, generator.nextIndex(below: last + 1))
    }
    return (images.selecting(Array(order[..<rowCount])), images.selecting(Array(order[rowCount...])))
  }

  /// Returns a detector with the highest of other normal rows marked as normal.
  private func marked(_ detector: Detector, seed: UInt64) throws -> Detector {
    let other = AlarmData(kind, rowCount: 500, seed: seed | 1 << 40)
    let worst = try detector.score(other).largest(markCount)
    let ids = Dictionary(uniqueKeysWithValues: worst.map { ($0.id, Feedback.Verdict.normal) })
    let marked = try detector.marking(ids, in: other)
    return isRecalibrated
      ? try marked.calibrated(on: AlarmData(kind, rowCount: rowCount, seed: seed | 1 << 41)) : marked
  }

  /// Runs everything, and prints a line of figures.
  ///
  /// - Throws: any error of fitting and scoring.
  func run() throws {
    guard !isOfSeries else { return try runSeries() }
    let (seconds, all) = try Stopwatch.time { try (0..<runCount).map { try shares(run: $0) } }
    let parts = [
      text("threshold 1 %", all.map(\.usual), all.map { $0.first[0] }, rate: 0.01),
      text("p <= 0.01", all.map(\.atOne), all.map { $0.first[1] }, rate: 0.01),
      text("p <= 0.05", all.map(\.atFive), all.map { $0.first[2] }, rate: 0.05),
    ]
    let name = architecture ?? model.name
    print(
      "\(imageFolder ?? kind.rawValue) \(name) \(rowCount) rows, \(runCount) runs from seed \(firstSeed): "
        + parts.joined(separator: "; ")
        + "; \(NumberText.duration(seconds: seconds / Double(runCount))) a run")
  }

  private func text(_ name: String, _ shares: [Double], _ first: [Bool], rate: Double) -> String {
    let count = Double(shares.count)
    let mean = shares.reduce(0, +) / count
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    let half = 1.96 * (variance / count).squareRoot()
    func percent(_ share: Double) -> String { NumberText.fixed(share * 100, decimals: 2) }
    let range = Self.binomialRange(count: shares.count, rate: rate)
    return
      "\(name): \(percent(mean)) % +- \(percent(half)), sd \(percent(variance.squareRoot())), "
      + "first \(first.count { $0 }) (\(range.lowerBound) to \(range.upperBound))"
  }

  /// Returns the central range of successes that a binomial distribution has with a probability of at least
  /// 95 %.
  static func binomialRange(count: Int, rate: Double) -> ClosedRange<Int> {
    var probability = 1.0
    for _ in 0..<count { probability *= 1 - rate }
    var (sum, lower, successes) = (probability, 0, 0)
    while sum < 0.975, successes < count {
      if sum < 0.025 { lower = successes + 1 }
      probability *= Double(count - successes) / Double(successes + 1) * rate / (1 - rate)
      successes += 1
      sum += probability
    }
    return lower...successes
  }
}
