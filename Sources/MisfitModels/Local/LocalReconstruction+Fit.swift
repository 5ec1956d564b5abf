import MisfitCore
import MisfitKernels

extension LocalReconstruction {
  /// Learns from rows: keeps a random sample of at most `referenceLimit` of them, and what is usual among these.
  ///
  /// `leavesOutItself` is for rows that will be scored themselves; `isKept` names the rows to keep some of.
  ///
  /// - Complexity: O(N²·D) for N references.
  /// - Throws: ``ModelError`` for fewer than two rows, and what reading the rows may throw.
  public static func fit(
    _ rows: any EpochRows, referenceLimit: Int = 10_000, leavesOutItself: Bool = false,
    isKept: [Bool]? = nil, seed: UInt64,
    on pool: WorkerPool
  ) throws -> LocalReconstruction {
    guard rows.rowCount >= 2 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 2)) }
    let reference = try ReferenceRows.sample(
      of: rows, limit: max(2, referenceLimit), seed: seed, isKept: isKept)
    return NumericThread.scope {
      let blank = LocalReconstruction(
        reference: reference, baselines: FloatBuffer(count: 3 * reference.count).all, scores: [],
        leavesOutItself: leavesOutItself)
      let baselines = blank.measureBaselines(on: pool)
      let measured = LocalReconstruction(
        reference: reference, baselines: baselines, scores: [], leavesOutItself: leavesOutItself)
      return LocalReconstruction(
        reference: reference, baselines: baselines, scores: measured.measureScores(on: pool),
        leavesOutItself: leavesOutItself)
    }
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
  private func measureScores(on pool: WorkerPool) -> [LogScore] {
    let count = reference.count
    let raw = FloatBuffer(count: Self.partNames.count * count).all
    let width = width
    forEachReference(on: pool) { workspace, row, index in
      let output = FloatBuffer(count: width).all
      for (part, score) in workspace.rawScores(ofRow: row, output: output).enumerated() {
        raw[part * count + index] = Float(score)
      }
    }
    return Self.partNames.enumerated().map { part, name in
      LogScore(name, ordinary: raw[part * count..<(part + 1) * count].array.map { Double($0) })
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
