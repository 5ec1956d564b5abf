import MisfitCore
import MisfitKernels

extension LocalReconstruction {
  /// Learns from rows: keeps a random sample of at most `referenceLimit` of them, and what is usual among these.
  ///
  /// References that excuse each other are left out (``ExcusedReferences``), where there are any, and what is usual is learned again.
  /// `leavesOutItself` is for rows that will be scored themselves; `isKept` names the rows to keep some of; `roles` says what the
  /// inputs are where not all are numbers of columns of their own. `noting` is told how many rows were looked at, and which of
  /// them were left out, by their place among those looked at.
  ///
  /// - Complexity: O(N²·D) for N references.
  /// - Throws: ``ModelError`` for fewer than two rows, and what reading the rows may throw.
  public static func fit(
    _ rows: any EpochRows, referenceLimit: Int = 10_000, leavesOutItself: Bool = false,
    isKept: [Bool]? = nil, roles: [InputRole]? = nil, seed: UInt64, on pool: WorkerPool,
    noting: (_ sampleCount: Int, _ leftOut: [Int]) -> Void = { _, _ in }
  ) throws -> LocalReconstruction {
    guard rows.rowCount >= 2 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 2)) }
    let sample = try ReferenceRows.sample(
      of: rows, limit: max(2, referenceLimit), seed: seed, isKept: isKept)
    return NumericThread.scope {
      func learned(_ reference: ReferenceRows, _ crowd: CrowdDistance?) -> Learned {
        learn(reference, leavesOutItself: leavesOutItself, crowd: crowd, on: pool)
      }
      // Two rows are no crowd.
      guard sample.count >= 3 else { return learned(sample, nil).model }
      let (crowd, oddness) = CrowdDistance.fit(
        sample: sample, leavesOutItself: leavesOutItself, roles: roles, seed: seed, on: pool)
      let all = learned(sample, crowd)
      let kept = ExcusedReferences.kept(crowd: oddness, local: all.scores)
      noting(sample.count, kept.indices.filter { !kept[$0] })
      return kept.contains(false) ? learned(sample.kept(kept), crowd).model : all.model
    }
  }

  /// A model, and its score of each reference, left out of its own neighbours.
  private typealias Learned = (model: LocalReconstruction, scores: [Double])

  private static func learn(
    _ reference: ReferenceRows, leavesOutItself: Bool, crowd: CrowdDistance?, on pool: WorkerPool
  ) -> Learned {
    func model(_ baselines: FloatSlice, _ scores: [LogScore]) -> LocalReconstruction {
      LocalReconstruction(
        reference: reference, baselines: baselines, scores: scores, leavesOutItself: leavesOutItself,
        crowd: crowd)
    }
    let blank = model(FloatBuffer(count: 3 * reference.count).all, [])
    let baselines = blank.measureBaselines(on: pool)
    let raw = model(baselines, []).measureScores(on: pool)
    let scores = zip(partNames, raw).map { LogScore($0, ordinary: $1) }
    return (model(baselines, scores), LogScore.means(of: raw, by: scores))
  }

  static let partNames = ["local-10", "local-20", "near-5", "near-20", "bent-5"]

  /// The mean distances of each reference to its neighbours.
  private func measureBaselines(on pool: WorkerPool) -> FloatSlice {
    let baselines = FloatBuffer(count: 3 * reference.count).all
    forEachReference(on: pool) { workspace, row, index in
      for (kind, distance) in workspace.meanDistances(ofRow: row).enumerated() {
        baselines[kind * reference.count + index] = Float(distance)
      }
    }
    return baselines
  }

  /// What the judgements say of the references, each left out of its own neighbours.
  private func measureScores(on pool: WorkerPool) -> [[Double]] {
    let count = reference.count
    let raw = FloatBuffer(count: Self.partNames.count * count).all
    let width = width
    forEachReference(on: pool) { workspace, row, index in
      let output = FloatBuffer(count: width).all
      for (part, score) in workspace.rawScores(ofRow: row, output: output).enumerated() {
        raw[part * count + index] = Float(score)
      }
    }
    return Self.partNames.indices.map { part in
      raw[part * count..<(part + 1) * count].array.map { Double($0) }
    }
  }

  /// Calls `body` with each reference, whose neighbours among the others are found, on several threads.
  private func forEachReference(
    on pool: WorkerPool, _ body: (_ workspace: LocalWorkspace, _ row: Int, _ index: Int) -> Void
  ) {
    let rowsPerShard = max(8, min(128, (1 << 18) / width))
    let workspaces = (0..<8).map { _ in
      LocalWorkspace(self, leavesOutItself: true, rowCapacity: rowsPerShard)
    }
    let shards = stride(from: 0, to: reference.count, by: rowsPerShard).map { start in
      start..<min(start + rowsPerShard, reference.count)
    }
    for first in stride(from: 0, to: shards.count, by: workspaces.count) {
      let count = min(workspaces.count, shards.count - first)
      pool.run(shardCount: count) { place in
        let (range, workspace) = (shards[first + place], workspaces[place])
        workspace.input(rows: range.count).copy(
          from: reference.rows[range.lowerBound * width..<range.upperBound * width])
        workspace.find(rows: range.count)
        for row in 0..<range.count { body(workspace, row, range.lowerBound + row) }
      }
    }
  }
}
