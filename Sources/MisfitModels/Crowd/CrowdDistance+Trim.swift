import MisfitCore
import MisfitKernels

extension CrowdDistance {
  /// All rows but the share that a crowd learned from them finds oddest: at least two are kept.
  ///
  /// Memory: 5 bytes a row.
  ///
  /// - Throws: ``ModelError`` for fewer than three rows, and what reading the rows may throw.
  package static func trimmed(
    _ rows: any EpochRows, share: Double, roles: [InputRole]? = nil, seed: UInt64, on pool: WorkerPool
  ) throws -> [Bool] {
    let crowd = try fit(rows, roles: roles, seed: seed, on: pool)
    let scores = FloatBuffer(count: rows.rowCount).all
    try rows.beginEpoch(0, shuffled: false)
    try NumericThread.scope { () throws -> Void in
      try ShardedPlan(crowd.plans(rowsWereLearned: true)).run(
        rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
        load: { rows.gather($0, into: $1) },
        finish: { range, result in
          if let found = result.scores { scores[range].copy(from: found) }
        }, conclude: { _ in })
    }
    let values = scores.array
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let count = max(2, Int((Double(values.count) * (1 - share)).rounded(.up)))
    var isKept = Array(repeating: false, count: values.count)
    for row in order.prefix(count) { isKept[row] = true }
    return isKept
  }
}
