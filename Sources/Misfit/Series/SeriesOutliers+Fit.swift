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
  /// Those that may be outliers, and the next one.
  private var candidates: ArraySlice<(deviation: Double, row: Int)> { largest.prefix(Self.skippedLimit + 1) }

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

  /// The number of largest deviations that show how heavy their tail is.
  private static let tailCount = 80
  /// The expected number of values beyond the limit on heavy tails, and of gaps among the largest ones.
  private static let expectedCount = 0.1

  /// The share of the steps between outliers that are equal if they recur.
  private static let regularShare = 0.7

  mutating func update(_ deviation: Double, row: Int) {
    count += 1
    if largest.count >= Self.tailCount, deviation <= largest[largest.count - 1].deviation { return }
    insert((deviation, row))
  }

  mutating func merge(_ other: LargestDeviations) {
    count += other.count
    for item in other.largest { insert(item) }
  }

  private mutating func insert(_ item: (deviation: Double, row: Int)) {
    let index = largest.firstIndex { $0.deviation < item.deviation } ?? largest.count
    largest.insert(item, at: index)
    if largest.count > Self.tailCount { largest.removeLast() }
  }

  /// Returns the largest deviation that is no outlier; nil with too few rows, or without a scale.
  ///
  /// A hundredth of the rows, at most 15, do not count. If all others do not deviate at all, the median of
  /// those that do counts, and a single one is an outlier if it is scored itself.
  func limit(areScored: Bool, findsRecurring: Bool = true) -> Double? {
    guard count >= Self.leastCount else { return nil }
    let skipped = min(Self.skippedLimit, count / 100)
    var base = largest[skipped].deviation
    let tailLimit = areScored ? heavyTailLimit(beyond: skipped, factor: Self.scoredFactor) : nil
    if base == 0 {
      let others = candidates.filter { $0.deviation > 0 }
      if others.count < 2, areScored { return 0 }
      base = others.isEmpty ? 0 : others[others.count / 2].deviation
    }
    var limit = base * (areScored ? Self.scoredFactor : Self.newFactor)
    let runs = occurrences(above: limit)
    // Some of those that recur may be within the limit.
    let seen =
      areScored
      ? findsRecurring ? recurring(occurrences(above: limit / 2)).max() : nil
      // What occurred more than once among rows that are known to be normal is normal.
      : runs.count > 1 ? runs.map(\.deviation).sorted()[runs.count - 2] : nil
    if let seen { limit = max(limit, Self.seenFactor * seen) }
    if let tailLimit { limit = max(limit, tailLimit) }
    return min(limit, .greatestFiniteMagnitude)
  }

  /// Returns the limit of values with a heavy tail, of which a few are beyond any multiple of the others; nil
  /// if a `factor` of the deviation after the first `skipped` ones is enough.
  ///
  /// The spacings of the logarithms of ordered values from a tail of index 1 / g, each times its rank, are
  /// exponential with mean g (Rényi, 1953); those after the skipped ones give g without them. The limit is
  /// where ``expectedCount`` values of such a tail are expected, or in the lowest gap among the skipped ones
  /// that is wider than ``expectedCount`` of such gaps.
  private func heavyTailLimit(beyond skipped: Int, factor: Double) -> Double? {
    let rankCount = min(count / 20, largest.count)
    guard rankCount > skipped + 10, largest[rankCount - 1].deviation > 0 else { return nil }
    func spacing(_ rank: Int) -> Double {
      let ratio = largest[rank - 1].deviation / largest[rank].deviation
      return Double(rank) * Mathematics.log(ratio)
    }
    let sum = (skipped + 1..<rankCount).reduce(0) { $0 + spacing($1) }
    let index = sum / Double(rankCount - skipped - 1)
    let base = largest[skipped].deviation
    let tail = Mathematics.exp(index * Mathematics.log(Double(skipped + 1) / Self.expectedCount))
    guard tail > factor, tail.isFinite else { return nil }
    let least = index * Mathematics.log(Double(max(skipped, 1)) / Self.expectedCount)
    let gap = (1..<max(skipped, 0) + 1).last { spacing($0) > least }
    let inGap = gap.map { (largest[$0 - 1].deviation * largest[$0].deviation).squareRoot() }
    return min(tail * base, max(factor * base, inGap ?? .infinity))
  }

  /// Returns the largest deviation of each run of rows beyond a limit, in the order of time.
  private func occurrences(above limit: Double) -> [(deviation: Double, row: Int)] {
    var runs: [(deviation: Double, row: Int)] = []
    var last = Int.min
    for item in candidates.filter({ $0.deviation > limit }).sorted(by: { $0.row < $1.row }) {
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
