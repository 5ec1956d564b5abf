import MisfitCore
import MisfitKernels

extension GlobalDistance {
  /// Returns which rows remain when the `share` with the highest scores is left out; at least two do.
  ///
  /// The scores are those of a model fitted to the same rows.
  ///
  /// Memory: 5 bytes per row.
  ///
  /// - Throws: ``ModelError`` for fewer than three rows, and errors of reading the rows.
  package static func trimmed(
    _ rows: any EpochRows, share: Double, roles: [InputRole]? = nil, seed: UInt64, on pool: WorkerPool
  ) throws -> [Bool] {
    let model = try fit(rows, roles: roles, seed: seed, on: pool)
    let scores = FloatBuffer(count: rows.rowCount).all
    try NumericThread.scope { () throws -> Void in
      try ModelPass(model.plans(rowsWereLearned: true)).run(
        over: rows, on: pool,
        finish: { shard, result in
          if let found = result.scores { scores[shard.rows].copy(from: found) }
        })
    }
    let values = scores.array
    let keptCount = max(2, Int((Double(values.count) * (1 - share)).rounded(.up)))
    return lowest(keptCount, of: values)
  }

  /// Returns for each score whether it is among the `count` lowest; of equal scores the first are lower.
  static func lowest<Score: Comparable>(_ count: Int, of scores: [Score]) -> [Bool] {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var isLow = Array(repeating: false, count: scores.count)
    for row in order.prefix(count) { isLow[row] = true }
    return isLow
  }
}
