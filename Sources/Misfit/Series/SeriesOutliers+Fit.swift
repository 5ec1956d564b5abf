import MisfitCore
import MisfitModels

extension SeriesOutliers {
  /// Learns limits from rows; nil if no column has enough rows.
  ///
  /// `areScored` means that the rows may have outliers themselves. The limits are then lower, and are not
  /// raised by the few that look like one, unless these recur at regular times.
  ///
  /// `raise` is that of the scores of the rows' windows.
  init?(learnedFrom rows: SeriesRows, _ record: SeriesRecord, areScored: Bool, raise: ScoreRaise) {
    self.raise = raise
    limits = []
    limitsBySeries = [:]
    let names = rows.series.count * record.columns.count <= Self.limitCount ? rows.names : []
    for column in record.columns.indices {
      let deviations = SeriesDeviations(rows, column: column, record: record)
      var all = LargestDeviations()
      for (index, series) in rows.series.enumerated() {
        var own = LargestDeviations()
        for segment in rows.segments(of: series) {
          deviations.forEach(in: segment) { row, deviation in
            if rows.records[row] >= 0 { own.update(deviation.magnitude, row: row) }
          }
        }
        all.merge(own)
        guard rows.series.count > 1, !names.isEmpty, let limit = own.limit(areScored: areScored), limit > 0
        else { continue }
        limitsBySeries[names[index], default: Array(repeating: nil, count: record.columns.count)][column] =
          limit
      }
      let recurs = rows.series.count == 1
      limits.append(all.limit(areScored: areScored, findsRecurring: recurs))
    }
    guard limits.contains(where: { $0 != nil }) else { return nil }
  }

  /// The maximum number of limits of single series.
  private static let limitCount = 1 << 14
}

/// The rows with the largest deviations of a column.
struct LargestDeviations {
  private(set) var count = 0
  /// The largest deviations, in descending order.
  private(set) var largest: [(deviation: Double, row: Int)] = []

  /// The maximum number of rows that are taken for outliers among those to learn from.
  private static let skippedLimit = 15
  /// The least number of rows that have a limit.
  static let leastCount = 100
  /// The limit, as a multiple of the largest deviation without these rows: for rows that are scored
  /// themselves, and for others.
  ///
  /// On the 30 given series of the Numenta benchmark, values beyond the first are 37 events, 15 of them in
  /// labelled times; without the rule for regular times 54.
  private static let (scoredFactor, newFactor) = (3.0, 4.0)
  /// The limit, as a multiple of a deviation that occurred before.
  private static let seenFactor = 1.5

  /// The share of the steps between outliers that are equal if they recur.
  private static let regularShare = 0.7

  mutating func update(_ deviation: Double, row: Int) {
    count += 1
    if largest.count > Self.skippedLimit, deviation <= largest[largest.count - 1].deviation { return }
    insert((deviation, row))
  }

  mutating func merge(_ other: LargestDeviations) {
    count += other.count
    for item in other.largest { insert(item) }
  }

  private mutating func insert(_ item: (deviation: Double, row: Int)) {
    let index = largest.firstIndex { $0.deviation < item.deviation } ?? largest.count
    largest.insert(item, at: index)
    if largest.count > Self.skippedLimit + 1 { largest.removeLast() }
  }

  /// Returns the largest deviation that is no outlier; nil with too few rows, or without a scale.
  ///
  /// A hundredth of the rows, at most 15, do not count. If all others do not deviate at all, the median of
  /// those that do counts, and a single one is an outlier if it is scored itself.
  func limit(areScored: Bool, findsRecurring: Bool = true) -> Double? {
    guard count >= Self.leastCount else { return nil }
    let skipped = min(Self.skippedLimit, count / 100)
    var base = largest[skipped].deviation
    if base == 0 {
      let others = largest.filter { $0.deviation > 0 }
      if others.count < 2, areScored { return 0 }
      base = others.isEmpty ? 0 : others[others.count / 2].deviation
    }
    var limit = base * (areScored ? Self.scoredFactor : Self.newFactor)
    let candidates = occurrences(above: limit)
    // Some of those that recur may be within the limit.
    let seen =
      areScored
      ? findsRecurring ? recurring(occurrences(above: limit / 2)).max() : nil
      // What occurred more than once among rows that are known to be normal is normal.
      : candidates.count > 1 ? candidates.map(\.deviation).sorted()[candidates.count - 2] : nil
    if let seen { limit = max(limit, Self.seenFactor * seen) }
    return min(limit, .greatestFiniteMagnitude)
  }

  /// Returns the largest deviation of each run of rows beyond a limit, in the order of time.
  private func occurrences(above limit: Double) -> [(deviation: Double, row: Int)] {
    var runs: [(deviation: Double, row: Int)] = []
    var last = Int.min
    for item in largest.filter({ $0.deviation > limit }).sorted(by: { $0.row < $1.row }) {
      if !runs.isEmpty, item.row <= last + 2 {
        if item.deviation > runs[runs.count - 1].deviation { runs[runs.count - 1] = item }
      } else {
        runs.append(item)
      }
      last = item.row
    }
    return runs
  }

  /// Returns the deviations of those that occur at regular times through at least half of the rows.
  private func recurring(_ runs: [(deviation: Double, row: Int)]) -> [Double] {
    guard runs.count >= 3 else { return [] }
    let steps = zip(runs, runs.dropFirst()).map { $1.row - $0.row }
    let step = steps.sorted()[steps.count / 2]
    let slack = max(2, step / 20)
    func isRegular(_ run: (deviation: Double, row: Int)) -> Bool {
      runs.contains { other in
        abs(abs(other.row - run.row) - step) <= slack && other.deviation < 2.5 * run.deviation
          && run.deviation < 2.5 * other.deviation
      }
    }
    // Some of a few random times are about equally far apart.
    let regularSteps = steps.count { abs($0 - step) <= slack }
    guard Double(regularSteps) >= Self.regularShare * Double(steps.count) else { return [] }
    let members = runs.filter(isRegular)
    return members.count >= max(3, count / step / 2) ? members.map(\.deviation) : []
  }
}
