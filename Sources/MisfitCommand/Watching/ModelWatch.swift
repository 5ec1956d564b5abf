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
    /// The latest alarms, the events that were called normal, and the kinds of these by series; nil in states
    /// of earlier versions.
    var alarms: [Alarm]?
    var normalEvents: Set<String>?
    var normalKinds: [String: [ReasonKind]]?
  }

  /// An alarm that a user may call normal.
  struct Alarm: Codable {
    var row: Int
    var time: String
    var series: String
    var kind: ReasonKind
  }

  let scorer: ModelScorer
  private var state: State
  /// The state with the windows of the latest rows.
  var currentState: State {
    var current = state
    current.windows = scorer.windows?.latest
    return current
  }
  /// For each column of the model its index among the watched columns; nil for one whose cells are kept.
  private var indices: [Int?] = []
  private var columnCount = 0
  private let alpha: Double
  private let quietTime: QuietTime
  private let similarity: Double

  private static let step = 0.1
  /// How many times as large a score must be to alarm within the quiet time of another.
  private static let excess = 2.0

  /// Loads a model.
  init(_ path: String, _ options: WatchOptions, state: State?) throws {
    scorer = try ModelScorer(path, latest: state?.windows ?? [:])
    alpha = options.alpha
    quietTime = options.quietTime
    similarity = options.recipe.similarity
    self.state = state ?? State(threshold: -Mathematics.log(alpha))
    if self.state.normalEvents == nil { self.state.normalEvents = options.normalEvents }
  }

  /// The threshold of the scores without alarms.
  private var base: Double { -Mathematics.log(alpha) }

  /// Returns the columns of the model in a row of a stream.
  ///
  /// - Throws: ``StreamError`` if the stream does not have one of them.
  mutating func row(
    _ row: StreamRow, of parser: RowParser, path: String
  ) throws(StreamError) -> TableRow {
    let columns = parser.columns
    if indices.count != scorer.columns.count || columnCount != columns.count {
      columnCount = columns.count
      indices = []
      for (place, name) in scorer.columns.enumerated() {
        let index = columns.firstIndex(of: name)
        let isKept = place < row.cells.count && row.cells[place] != nil
        // Objects may gain members later.
        let isThere =
          parser.format?.notation == .jsonLines && scorer.readsCells
          || parser.format?.names.contains(name) == true
        guard index != nil || (isKept && isThere) else {
          let names = parser.format?.names ?? columns
          throw StreamError(.missingColumn(name, nearest: NearestSpelling.of(name, among: names)), path: path)
        }
        indices.append(index)
      }
    }
    return scorer.row(row, indices)
  }

  /// Scores rows in order; nil for one with a missing value.
  ///
  /// `modelRows` has the columns of the model, and `numbers` the numbers of the rows.
  mutating func findings(
    _ modelRows: [TableRow], of rows: [StreamRow], numbers: [Int]
  ) throws -> [Finding?] {
    let scores = try scorer.scores(of: modelRows, series: rows.map(\.series), reasonLimit: alpha)
    return rows.indices.map { index in scores[index].map { finding($0, rows[index], numbers[index]) } }
  }

  private mutating func finding(_ score: ModelScorer.Score, _ row: StreamRow, _ number: Int) -> Finding {
    state.rowCount += 1
    let isOver = -Mathematics.log(score.pValue) >= max(state.threshold, base)
    let isLoud = isOver && self.isLoud(row.seconds, score.score)
    let isKnown = isLoud ? isKnownKind(score, row, number) : false
    let isAlarm = isLoud && !isKnown
    if isLoud {
      (state.lastAlarm, state.lastSeconds, state.lastScore) = (state.rowCount, row.seconds, score.score)
    }
    state.threshold = max(base, state.threshold + Self.step * ((isAlarm ? 1 : 0) - alpha))
    return Finding(score: score.score, pValue: score.pValue, isAlarm: isAlarm, reasons: score.reasons)
  }

  // MARK: Normal events

  /// Returns whether an alarm is of a kind that was called normal, and remembers it.
  private mutating func isKnownKind(_ score: ModelScorer.Score, _ row: StreamRow, _ number: Int) -> Bool {
    let kind = ReasonKind(source: "model", parts: score.reasons.map(\.part))
    let alarm = Alarm(row: number, time: row.time, series: row.series, kind: kind)
    state.alarms = Array(((state.alarms ?? []) + [alarm]).suffix(Self.alarmLimit))
    if Self.isNamed(alarm, in: state.normalEvents ?? []) {
      addNormal(alarm)
      return true
    }
    return state.normalKinds?[row.series]?.contains { $0.contains(kind, similarity: similarity) } ?? false
  }

  /// Sets the events that were normal; rows like those of an earlier alarm among them do not alarm any more.
  mutating func setNormalEvents(_ events: Set<String>) {
    let added = events.subtracting(state.normalEvents ?? [])
    state.normalEvents = events
    for alarm in state.alarms ?? [] where Self.isNamed(alarm, in: added) { addNormal(alarm) }
  }

  private mutating func addNormal(_ alarm: Alarm) {
    var kinds = state.normalKinds?[alarm.series] ?? []
    guard !kinds.contains(alarm.kind) else { return }
    kinds.append(alarm.kind)
    state.normalKinds = state.normalKinds ?? [:]
    state.normalKinds?[alarm.series] = Array(kinds.suffix(Self.alarmLimit))
  }

  private static func isNamed(_ alarm: Alarm, in events: Set<String>) -> Bool {
    events.contains(alarm.time) || events.contains(String(alarm.row))
  }

  /// The number of alarms, and of kinds of a series, that are remembered.
  private static let alarmLimit = 256

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

extension FeatureError {
  /// The column as a part of the kind of an alarm.
  fileprivate var part: ReasonKind.Part {
    ReasonKind.Part(
      column: feature, share: share, difference: difference,
      text: difference == nil ? valueText : nil)
  }
}
