import MisfitCore
import MisfitKernels

extension GlobalDistance {
  /// The options of a fit.
  package struct Options: Sendable, Hashable, Codable {
    /// The maximum number of rows to learn from, a random sample.
    package var sampleLimit = 10_000
    /// The maximum number of these rows that become references.
    package var referenceLimit = 1_000
    /// The share of the rows with the highest scores that is left out of the second fit.
    package var trimmedShare = 0.1

    /// Creates the default options.
    package init() {}
  }

  /// Fits a model to rows that may include anomalies.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - options: The sizes of the samples and the trimmed share.
  ///   - excludesSelf: Whether the learned rows will be scored, each without itself among its neighbors.
  ///   - roles: The role of each input; nil if all are numbers.
  ///   - seed: The seed of the random samples.
  ///   - pool: The threads.
  ///   - noting: Receives the size of the sample, and the indices in the sample of the rows left out.
  /// - Complexity: O(S·(R·D + S log S)) for S sampled rows and R references.
  /// - Throws: ``ModelError`` for fewer than three rows, and errors of reading the rows.
  package static func fit(
    _ rows: any EpochRows, options: Options = Options(), excludesSelf: Bool = true,
    roles: [InputRole]? = nil, seed: UInt64, on pool: WorkerPool,
    noting: (_ sampleCount: Int, _ leftOut: [Int]) -> Void = { _, _ in }
  ) throws -> GlobalDistance {
    guard rows.rowCount >= 3 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 3)) }
    return try NumericThread.scope { () throws -> GlobalDistance in
      let sample = try ReferenceRows.sample(of: rows, limit: max(3, options.sampleLimit), seed: seed)
      let learner = GlobalDistanceLearner(
        sample: sample, options: options, excludesSelf: excludesSelf, roles: roles, seed: seed, pool: pool)
      let learned = learner.learned()
      noting(sample.count, learned.isKept.indices.filter { !learned.isKept[$0] })
      return learned.model
    }
  }

  /// Fits a model to all rows of a sample, at least three, and returns their leave-one-out scores too.
  static func fit(
    sample: ReferenceRows, excludesSelf: Bool, roles: [InputRole]?, seed: UInt64, on pool: WorkerPool
  ) -> (model: GlobalDistance, scores: [Double]) {
    let learner = GlobalDistanceLearner(
      sample: sample, options: Options(), excludesSelf: excludesSelf, roles: roles, seed: seed, pool: pool)
    let (model, raw, _) = learner.learned()
    return (model, LogScore.means(of: raw, by: model.scores))
  }
}

/// A fit of models to one sample of rows.
private struct GlobalDistanceLearner {
  let sample: ReferenceRows
  let options: GlobalDistance.Options
  let excludesSelf: Bool
  let roles: [InputRole]?
  let seed: UInt64
  let pool: WorkerPool

  /// The names in model files, which never change: "bent" is the compressed distance.
  private static let componentNames = ["clipped", "bent", "rarity"]

  /// Fits a model to all rows, and then one without the rows with the highest scores.
  func learned() -> (model: GlobalDistance, raw: [[Double]], isKept: [Bool]) {
    let (model, raw) = model(isKept: Array(repeating: true, count: sample.count))
    let isKept = rowsToKeep(by: model, raw)
    guard isKept.contains(false) else { return (model, raw, isKept) }
    let (trimmed, trimmedRaw) = self.model(isKept: isKept)
    return (trimmed, trimmedRaw, isKept)
  }

  /// Fits a model to the kept rows and standardizes its scores by all rows; returns their raw scores too.
  private func model(isKept: [Bool]) -> (model: GlobalDistance, raw: [[Double]]) {
    let columns = ColumnScales(rows: sample, isKept: isKept, roles: roles)
    let histograms = ColumnHistograms(rows: sample, isKept: isKept, columns: columns, roles: roles)
    let reference = reference(isKept)
    func model(_ scores: [LogScore]) -> GlobalDistance {
      GlobalDistance(
        reference: reference, columns: columns, histograms: histograms, scores: scores,
        excludesSelf: excludesSelf)
    }
    let raw = rawScores(by: model([]))
    return (model(zip(Self.componentNames, raw).map { LogScore($0, of: $1) }), raw)
  }

  /// Returns which rows remain without the share with the highest scores.
  private func rowsToKeep(by model: GlobalDistance, _ raw: [[Double]]) -> [Bool] {
    let totals = (0..<sample.count).map { row in
      zip(model.scores, raw).reduce(0.0) { $0 + $1.0.value(of: $1.1[row]) }
    }
    let keptCount = max(2, Int((Double(sample.count) * (1 - options.trimmedShare)).rounded(.up)))
    return GlobalDistance.lowest(keptCount, of: totals)
  }

  /// Draws the references from the kept rows.
  private func reference(_ isKept: [Bool]) -> ReferenceRows {
    var generator = SeededGenerator(seed: seed, stream: SeedStream.globalDistance.value)
    let order = Permutation.random(count: sample.count, using: &generator).map { Int($0) }
    let chosen = order.filter { isKept[$0] }.prefix(max(2, options.referenceLimit))
    return ReferenceRows(sample.rows.selecting(Array(chosen)))
  }

  /// Returns the three lists of raw leave-one-out scores of all rows of the sample.
  private func rawScores(by model: GlobalDistance) -> [[Double]] {
    let count = sample.count
    let raw = Rows(count: 3, width: count)
    let pass = RowPass(rowsPerShard: model.reference.rowsPerShard) {
      GlobalDistancePlan(model, excludesSelf: true)
    }
    pass.run(rowCount: count, on: pool) { shard, plan in
      plan.input(rows: shard.rows.count).copy(from: sample.rows[shard.rows].slice)
      plan.find(rows: shard.rows.count)
      for (row, index) in shard.rows.enumerated() {
        for (component, score) in plan.rawScores(ofRow: row, withColumns: false).enumerated() {
          raw[component][index] = Float(score)
        }
      }
    }
    return raw.indices.map { component in raw[component].array.map { Double($0) } }
  }
}
