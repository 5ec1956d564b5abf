import MisfitCore
import MisfitKernels

/// The weights of the broad component scores of a table, found without labels.
///
/// A group of similar rows is left out of the references and takes the part of the anomalies: how well does a
/// score separate it from other rows that were left out too? Groups are clusters of the rows, and of their
/// inverse hyperbolic sines. A score with a larger mean logit of the areas under the curve than it has on
/// most tables gets a larger weight.
struct GroupWeights {
  let sample: ReferenceRows
  let roles: [InputRole]?
  let pool: WorkerPool

  /// The maximum number of rows that are examined.
  static let sampleLimit = 1_500
  /// The number of clusters.
  private static let groupCount = 4
  /// The least number of rows: with fewer, all weights are equal.
  private static let leastCount = 16
  /// The mean logit of each score on 22 tables of ADBench.
  private static let usualLogits = [2.336, 2.491, 1.636, 1.672]
  /// The factor of the logits in the exponents of the weights.
  private static let sharpness = 4.0

  /// The weights if no group says anything.
  static let equal = Array(repeating: 1 / Double(BroadScores.names.count), count: BroadScores.names.count)

  /// Returns the weight of each broad score; their sum is 1.
  ///
  /// Draws a sample of `reference`, and computes the same bits with any number of threads.
  static func weights(
    of reference: ReferenceRows, roles: [InputRole]?, seed: UInt64, on pool: WorkerPool
  ) -> [Double] {
    guard reference.count >= leastCount else { return equal }
    var generator = SeededGenerator(seed: seed, stream: SeedStream.groups.value)
    let order = Permutation.random(count: reference.count, using: &generator).map { Int($0) }
    let chosen = order.prefix(sampleLimit).sorted()
    let sample = ReferenceRows(reference.rows.selecting(chosen))
    let weights = GroupWeights(sample: sample, roles: roles, pool: pool)
    return weights.softmax(of: weights.logits(using: &generator))
  }

  /// Returns the logits of the four scores for each usable group of both clusterings.
  private func logits(using generator: inout SeededGenerator) -> [[Double]] {
    let compressed = sample.mapped { LocalReconstruction.compress($0, into: $1) }
    let count = min(Self.groupCount, max(2, sample.count / 8))
    var logits: [[Double]] = []
    for view in [sample, compressed] {
      let clusters = GroupClusters.assignments(of: view.rows, count: count, using: &generator)
      for cluster in 0..<count {
        let group = clusters.indices.filter { clusters[$0] == cluster }
        guard isUsable(group.count) else { continue }
        let outside = clusters.indices.filter { clusters[$0] != cluster }
        let order = Permutation.random(count: outside.count, using: &generator).map { outside[Int($0)] }
        logits.append(self.logits(of: group, outside: order))
      }
    }
    return logits
  }

  private func isUsable(_ count: Int) -> Bool {
    let share = Double(count) / Double(sample.count)
    return count >= 3 && share >= 0.01 && share <= 0.6 && sample.count - count >= 8
  }

  /// Returns the logits of one group: a quarter of the rows outside it are held out, the others are the
  /// references.
  private func logits(of group: [Int], outside: [Int]) -> [Double] {
    let heldOutCount = max(1, outside.count / 4)
    let references = outside.dropFirst(heldOutCount).sorted()
    let tested = Array(outside.prefix(heldOutCount)) + group
    let unscaled = ReferenceRows(sample.rows.selecting(references))
    // The scales of the sample know the group.
    let columns = ColumnScales(
      rows: unscaled, isKept: Array(repeating: true, count: unscaled.count), roles: roles)
    func scaled(_ rows: Rows) -> ReferenceRows {
      ReferenceRows(rows).mapped { columns.standardize($0, into: $1) }
    }
    let trial = GroupTrial(reference: scaled(unscaled.rows), roles: roles, pool: pool)
    return trial.scores(of: scaled(sample.rows.selecting(tested)).rows).map { scores in
      let area = RankedArea.area(
        of: Array(scores.dropFirst(heldOutCount)), above: Array(scores.prefix(heldOutCount)))
      let bounded = min(max(area, 0.002), 0.998)
      return Mathematics.log(bounded / (1 - bounded))
    }
  }

  private func softmax(of logits: [[Double]]) -> [Double] {
    guard !logits.isEmpty else { return Self.equal }
    let excess = Self.usualLogits.indices.map { score in
      logits.reduce(0) { $0 + $1[score] } / Double(logits.count) - Self.usualLogits[score]
    }
    let largest = excess.max() ?? 0
    let powers = excess.map { Mathematics.exp(Self.sharpness * ($0 - largest)) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

/// The broad scores of rows that are no references, by a small set of references.
private struct GroupTrial {
  let reference: ReferenceRows
  let roles: [InputRole]?
  let pool: WorkerPool

  /// Returns the four lists of raw scores of `rows`.
  func scores(of rows: Rows) -> [[Double]] {
    let baselines = FloatBuffer(count: reference.count).all
    pass(over: reference.rows, excludesSelf: true) { index, row, search, _ in
      baselines[index] = Float(search.meanDistance(ofRow: row, nearest: search.neighborCount))
    }
    let mean = baselines.array.reduce(0) { $0 + Double($1) } / Double(reference.count)
    let broad = BroadScores(
      .init(weights: GroupWeights.equal, reference: reference, roles: roles), reference: reference,
      baselines: baselines, meanBaseline: mean)
    let scores = Rows(count: BroadScores.names.count, width: rows.count)
    pass(over: rows, excludesSelf: false) { index, row, search, residual in
      let neighbors = (0..<search.neighborCount).map { search.index(ofRow: row, at: $0) }
      let distance = search.meanDistance(ofRow: row, nearest: search.neighborCount)
      scores[0][index] = Float(residual())
      scores[1][index] = Float(broad.density(distance, of: neighbors))
      scores[2][index] = Float(broad.distanceToMiddle(rows[index]))
      scores[3][index] = Float(broad.rarity(rows[index]))
    }
    return scores.indices.map { component in scores[component].array.map { Double($0) } }
  }

  /// Finds the 20 nearest references of each row; `use` gets the index of the row among `rows` and in the
  /// search, and a function that returns its distance to its reconstruction.
  private func pass(
    over rows: Rows, excludesSelf: Bool, use: (Int, Int, NeighborSearch, () -> Double) -> Void
  ) {
    let rowsPerShard = reference.rowsPerShard
    let pass = RowPass(rowsPerShard: rowsPerShard) {
      GroupTrialPlan(reference, excludesSelf: excludesSelf, rowCapacity: rowsPerShard)
    }
    pass.run(rowCount: rows.count, on: pool) { shard, plan in
      plan.search.find(of: rows[shard.rows])
      for (row, index) in shard.rows.enumerated() {
        use(index, row, plan.search) { plan.residual(of: rows[index], reference, row: row) }
      }
    }
  }
}

/// The buffers of one thread of a ``GroupTrial``.
private final class GroupTrialPlan: @unchecked Sendable {
  let search: NeighborSearch
  private var residuals: NeighborResiduals

  init(_ reference: ReferenceRows, excludesSelf: Bool, rowCapacity: Int) {
    search = NeighborSearch(
      among: reference, neighborCount: LocalReconstruction.neighborCount, excludesSelf: excludesSelf,
      rowCapacity: rowCapacity)
    residuals = NeighborResiduals(neighborCount: search.neighborCount, width: reference.width)
  }

  func residual(of values: FloatSlice, _ reference: ReferenceRows, row: Int) -> Double {
    residuals.load(values, reference, search, row: row)
    return residuals.residual(
      of: 0, neighbors: search.neighborCount, regularization: BroadScores.regularization)
  }
}

/// The area under the receiver operating characteristic, by ranks.
enum RankedArea {
  /// Returns the probability that a score of `anomalous` is above one of `normal`, with ties as one half.
  ///
  /// - Precondition: neither is empty.
  static func area(of anomalous: [Double], above normal: [Double]) -> Double {
    precondition(!anomalous.isEmpty && !normal.isEmpty, "two groups")
    let all = (normal.map { ($0, false) } + anomalous.map { ($0, true) }).sorted { $0.0 < $1.0 }
    var (start, below, wins) = (0, 0, 0.0)
    while start < all.count {
      var end = start
      while end < all.count, all[end].0 == all[start].0 { end += 1 }
      // NaN equals nothing.
      end = max(end, start + 1)
      let tied = all[start..<end].count { !$0.1 }
      wins += Double(end - start - tied) * (Double(below) + Double(tied) / 2)
      below += tied
      start = end
    }
    return wins / (Double(anomalous.count) * Double(normal.count))
  }
}
