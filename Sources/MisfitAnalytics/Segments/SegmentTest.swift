import MisfitCore

/// The test of segments against the other rows, or against their own earlier rows.
struct SegmentTest {
  private let scores: SegmentScores
  /// The weight of each row among all rows; empty if segments are compared with their own earlier rows.
  private let weights: [Double]
  private var isExcluded: [Bool]
  /// The moments of the weights of all rows that are not excluded.
  private var pool: Moments

  init(_ scores: SegmentScores) {
    self.scores = scores
    isExcluded = Array(repeating: false, count: scores.rowCount)
    weights =
      scores.referenceCount > 0
      ? [] : Self.weights(of: Array(0..<Int32(scores.rowCount)), by: scores.scores)
    pool = Moments()
    for weight in weights { pool.update(weight) }
  }

  /// Leaves out the rows of a segment from now on.
  mutating func exclude(_ candidate: SegmentScores.Candidate) {
    for row in candidate.rows { isExcluded[Int(row)] = true }
    pool = Moments()
    for (row, weight) in weights.enumerated() where !isExcluded[row] { pool.update(weight) }
  }

  /// Returns the logarithm of the probability that chance gives a segment scores as high; 0 without rows.
  func logPValue(of candidate: SegmentScores.Candidate) -> Double {
    let rows = candidate.rows.filter { !isExcluded[Int($0)] }
    guard scores.referenceCount > 0 else {
      return Self.logPValue(sum: rows.reduce(0) { $0 + weights[Int($1)] }, count: rows.count, of: pool)
    }
    // Earlier rows are ranked together with those of the segment that are compared with them.
    let own = Self.weights(of: rows, by: scores.scores)
    var pool = Moments()
    var (sum, count) = (0.0, 0)
    for (row, weight) in zip(rows, own) {
      pool.update(weight)
      guard Int(row) >= scores.referenceCount else { continue }
      sum += weight
      count += 1
    }
    return Self.logPValue(sum: sum, count: count, of: pool)
  }

  /// Returns the logarithm of the probability that as many weights drawn from a pool have a sum as large.
  ///
  /// The distribution of the sum is approximated by a shifted gamma distribution with its mean, variance and
  /// skewness (Mielke and Berry, "Permutation methods", 2001); it is symmetric for half of the pool. A
  /// skewness below 0.01 is taken for 0.01, which makes the probability larger.
  private static func logPValue(sum: Double, count: Int, of pool: Moments) -> Double {
    guard count >= SegmentAnalysis.leastRowCount, pool.count > max(count, 2), let mean = pool.mean,
      let variance = pool.populationVariance, variance > 0, let skewness = pool.skewness
    else { return 0 }
    let (drawn, all) = (Double(count), Double(pool.count))
    let left = all - drawn
    let deviation = (drawn * variance * left / (all - 1)).squareRoot()
    let skew = skewness * (left - drawn) / (all - 2) * ((all - 1) / (drawn * left)).squareRoot()
    let shape = 4 / (max(skew, 0.01) * max(skew, 0.01))
    return GammaTail.logarithm(
      shape: shape, x: shape + (sum - drawn * mean) / deviation * shape.squareRoot())
  }

  /// Returns, for each of some rows, the negative logarithm of the share of them that score at least as high.
  private static func weights(of rows: [Int32], by scores: [Double]) -> [Double] {
    let order = rows.indices.sorted { scores[Int(rows[$0])] > scores[Int(rows[$1])] }
    var weights = Array(repeating: 0.0, count: rows.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      let score = scores[Int(rows[order[start]])]
      while end < order.count, scores[Int(rows[order[end]])] == score { end += 1 }
      let weight = -Mathematics.log(Double(end) / Double(rows.count))
      for place in order[start..<end] { weights[place] = weight }
      start = end
    }
    return weights
  }

  /// Returns a segment with its counts.
  func segment(
    _ candidate: SegmentScores.Candidate, logPValue: Double, rate: Double, rank: Int?
  ) -> Segment {
    func flagged(_ rows: some Sequence<Int32>) -> Int { rows.count { scores.isFlagged[Int($0)] } }
    let isCompared = scores.referenceCount > 0
    let own = candidate.rows.filter { Int($0) >= scores.referenceCount }
    let ownFlagged = flagged(own)
    let others = isCompared ? candidate.rows.count - own.count : scores.rowCount - own.count
    let othersFlagged =
      isCompared ? flagged(candidate.rows) - ownFlagged : scores.flaggedCount - ownFlagged
    return Segment(
      values: zip(candidate.columns, candidate.texts).map {
        Segment.Value(column: scores.columns[$0], text: $1)
      }, rowCount: own.count, flaggedCount: ownFlagged,
      expectedCount: Double(own.count) * Double(othersFlagged) / Double(max(others, 1)),
      logPValue: logPValue, falseDiscoveryRate: rate, rank: rank)
  }
}
