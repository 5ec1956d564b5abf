import MisfitCore
import MisfitKernels

extension CrowdDistance {
  /// How a crowd is learned.
  package struct Options: Sendable, Hashable, Codable {
    /// The most rows that are looked at, a random sample.
    package var sampleLimit = 10_000
    /// The most of them that stand for the crowd.
    package var referenceLimit = 1_000
    /// The share of the rows that is left out as the oddest, before the crowd is learned again.
    package var trimmedShare = 0.1

    /// The defaults.
    package init() {}
  }

  /// Learns from rows, odd ones among them.
  ///
  /// `leavesOutItself` is for rows that will be scored themselves; `roles` says what the inputs are where not
  /// all are numbers of columns of their own. `noting` is told how many rows were looked at, and which of
  /// them were left out as the oddest, by their place among those looked at.
  ///
  /// - Complexity: O(S·(R·D + S log S)) for S sampled rows and R references.
  /// - Throws: ``ModelError`` for fewer than three rows, and what reading the rows may throw.
  package static func fit(
    _ rows: any EpochRows, options: Options = Options(), leavesOutItself: Bool = true,
    roles: [InputRole]? = nil, seed: UInt64, on pool: WorkerPool,
    noting: (_ sampleCount: Int, _ leftOut: [Int]) -> Void = { _, _ in }
  ) throws -> CrowdDistance {
    guard rows.rowCount >= 3 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 3)) }
    return try NumericThread.scope { () throws -> CrowdDistance in
      let sample = try ReferenceRows.sample(of: rows, limit: max(3, options.sampleLimit), seed: seed)
      let learner = CrowdLearner(
        sample: sample, options: options, leavesOutItself: leavesOutItself, roles: roles, seed: seed,
        pool: pool)
      let learned = learner.learned()
      noting(sample.count, learned.kept.indices.filter { !learned.kept[$0] })
      return learned.model
    }
  }

  /// Learns from all rows of a sample, at least three; gives the score of each, left out of its own
  /// neighbours, too.
  static func fit(
    sample: ReferenceRows, leavesOutItself: Bool, roles: [InputRole]?, seed: UInt64, on pool: WorkerPool
  ) -> (model: CrowdDistance, scores: [Double]) {
    let learner = CrowdLearner(
      sample: sample, options: Options(), leavesOutItself: leavesOutItself, roles: roles, seed: seed,
      pool: pool)
    let (model, raw, _) = learner.learned()
    return (model, LogScore.means(of: raw, by: model.scores))
  }
}

/// Learns crowds from one sample of rows.
private struct CrowdLearner {
  let sample: ReferenceRows
  let options: CrowdDistance.Options
  let leavesOutItself: Bool
  let roles: [InputRole]?
  let seed: UInt64
  let pool: WorkerPool

  private static let partNames = ["clipped", "bent", "rarity"]

  /// Learns from all rows, and then without the oddest of them.
  func learned() -> (model: CrowdDistance, raw: [[Double]], kept: [Bool]) {
    let (model, raw) = model(isKept: Array(repeating: true, count: sample.count))
    let kept = kept(by: model, raw)
    guard kept.contains(false) else { return (model, raw, kept) }
    let (trimmed, trimmedRaw) = self.model(isKept: kept)
    return (trimmed, trimmedRaw, kept)
  }

  /// Learns from the rows that are kept, what is usual from all; gives the raw scores of all rows, too.
  func model(isKept: [Bool]) -> (model: CrowdDistance, raw: [[Double]]) {
    let columns = CrowdColumns(rows: sample, isKept: isKept, roles: roles)
    let histograms = CrowdHistograms(rows: sample, isKept: isKept, columns: columns, roles: roles)
    let reference = reference(isKept)
    func model(_ scores: [LogScore]) -> CrowdDistance {
      CrowdDistance(
        reference: reference, columns: columns, histograms: histograms, scores: scores,
        leavesOutItself: leavesOutItself)
    }
    let raw = rawScores(by: model([]))
    return (model(zip(Self.partNames, raw).map { LogScore($0, ordinary: $1) }), raw)
  }

  /// All rows but the share that a model finds oddest.
  func kept(by model: CrowdDistance, _ raw: [[Double]]) -> [Bool] {
    let totals = (0..<sample.count).map { row in
      zip(model.scores, raw).reduce(0.0) { $0 + $1.0.value(of: $1.1[row]) }
    }
    let keptCount = max(2, Int((Double(sample.count) * (1 - options.trimmedShare)).rounded(.up)))
    let order = totals.indices.sorted { (totals[$0], $0) < (totals[$1], $1) }
    var isKept = Array(repeating: false, count: sample.count)
    for row in order.prefix(keptCount) { isKept[row] = true }
    return isKept
  }

  /// A random choice among the rows that are kept.
  private func reference(_ isKept: [Bool]) -> ReferenceRows {
    var generator = SeededGenerator(seed: seed, stream: SeedStream.globalDistance.value)
    let order = Permutation.random(count: sample.count, using: &generator)
    let chosen = order.filter { isKept[Int($0)] }.prefix(max(2, options.referenceLimit))
    let width = sample.width
    let rows = FloatBuffer(count: chosen.count * width).all
    for (place, row) in chosen.enumerated() {
      rows[place * width..<(place + 1) * width].copy(from: sample.row(Int(row)))
    }
    return ReferenceRows(rows, width: width)
  }

  /// The three raw scores of all rows of the sample.
  private func rawScores(by model: CrowdDistance) -> [[Double]] {
    let (count, width, stride) = (sample.count, sample.width, model.rowsPerShard)
    let raw = FloatBuffer(count: 3 * count).all
    let workspaces = (0..<8).map { _ in CrowdWorkspace(model, leavesOutItself: true) }
    for block in Swift.stride(from: 0, to: count, by: stride * workspaces.count) {
      let end = min(block + stride * workspaces.count, count)
      pool.run(shardCount: (end - block + stride - 1) / stride) { shard in
        let first = block + shard * stride
        let range = first..<min(first + stride, end)
        let workspace = workspaces[shard]
        workspace.input(rows: range.count).copy(
          from: sample.rows[range.lowerBound * width..<range.upperBound * width])
        workspace.find(rows: range.count)
        for row in 0..<range.count {
          for (part, score) in workspace.rawScores(ofRow: row, withColumns: false).enumerated() {
            raw[part * count + range.lowerBound + row] = Float(score)
          }
        }
      }
    }
    return (0..<3).map { part in raw[part * count..<(part + 1) * count].array.map { Double($0) } }
  }
}
