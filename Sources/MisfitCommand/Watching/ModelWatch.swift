import Misfit
import MisfitStreams

/// The alarms of a model beside those of the columns, with a budget of their own.
///
/// A row's score is the logarithm of 1 / p; the threshold follows as that of the columns.
struct ModelWatch {
  /// What the model says about a row.
  struct Finding {
    var score: Double
    var pValue: Double
    var isAlarm: Bool
    var reasons: [FeatureError]
  }

  /// The state that a restart needs.
  struct State: Codable {
    var threshold: Double
    var rowCount = 0
    var lastAlarm: Int?
    var lastSeconds: Double?
    var lastScore: Double?
    /// The last rows of each series, for a model of windows; nil otherwise.
    var windows: [String: [Float]]?
  }

  let scorer: ModelScorer
  private var state: State
  /// The state with the windows of the latest rows.
  var currentState: State {
    var current = state
    current.windows = scorer.windows?.latest
    return current
  }
  private let alpha: Double
  private let quietTime: QuietTime

  private static let step = 0.1
  /// How many times as large a score must be to alarm within the quiet time of another.
  private static let excess = 2.0

  /// Loads a model.
  init(_ path: String, _ options: WatchOptions, state: State?) throws {
    scorer = try ModelScorer(path, latest: state?.windows ?? [:])
    alpha = options.alpha
    quietTime = options.quietTime
    self.state = state ?? State(threshold: -Mathematics.log(alpha))
  }

  /// The threshold of the scores without alarms.
  private var base: Double { -Mathematics.log(alpha) }

  /// Scores rows in order; nil for one with a missing value.
  ///
  /// `values` are those of the model's columns.
  mutating func findings(_ values: [[Double]], of rows: [StreamRow]) throws -> [Finding?] {
    let scores = try scorer.scores(of: values, series: rows.map(\.series), reasonLimit: alpha)
    return zip(scores, rows).map { score, row in score.map { finding($0, row.seconds) } }
  }

  private mutating func finding(_ score: ModelScorer.Score, _ seconds: Double?) -> Finding {
    state.rowCount += 1
    let isOver = -Mathematics.log(score.pValue) >= max(state.threshold, base)
    let isAlarm = isOver && isLoud(seconds, score.score)
    if isAlarm {
      (state.lastAlarm, state.lastSeconds, state.lastScore) = (state.rowCount, seconds, score.score)
    }
    state.threshold = max(base, state.threshold + Self.step * ((isAlarm ? 1 : 0) - alpha))
    return Finding(score: score.score, pValue: score.pValue, isAlarm: isAlarm, reasons: score.reasons)
  }

  /// Returns whether the quiet time has passed, or the score is far above the one that began it.
  ///
  /// P-values cannot tell: they end at one over the number of calibration rows.
  private func isLoud(_ seconds: Double?, _ score: Double) -> Bool {
    guard let lastAlarm = state.lastAlarm else { return true }
    if let last = state.lastScore, score >= Self.excess * last { return true }
    switch quietTime {
    case .rows(let count): return state.rowCount - lastAlarm > count
    case .seconds(let length):
      guard let seconds, let last = state.lastSeconds else { return true }
      return seconds - last > length || seconds < last
    }
  }
}
