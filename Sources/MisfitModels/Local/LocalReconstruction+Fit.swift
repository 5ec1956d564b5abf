import MisfitCore
import MisfitKernels

extension LocalReconstruction {
  /// Learns from rows: keeps a random sample of at most `referenceLimit` of them, and what is usual among
  /// these.
  ///
  /// References that excuse each other are left out (``ExcusedReferences``), unless `keepsExcused`, and what
  /// is usual is learned again. `leavesOutItself` is for rows that will be scored themselves; `isKept` names
  /// the rows to keep some of; `roles` says what the inputs are where not all are numbers of columns of their
  /// own. `noting` is told how many rows were looked at, and which of them were left out, by their place
  /// among those looked at.
  ///
  /// - Complexity: O(N²·D) for N references.
  /// - Throws: ``ModelError`` for fewer than two rows, and what reading the rows may throw.
  package static func fit(
    _ rows: any EpochRows, referenceLimit: Int = 10_000, leavesOutItself: Bool = false,
    isKept: [Bool]? = nil, keepsExcused: Bool = false, roles: [InputRole]? = nil, seed: UInt64,
    on pool: WorkerPool,
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
      guard !keepsExcused else { return all.model }
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
    let (residuals, distances, neighbors) = blank.measure(on: pool)
    let raw = residuals + model(distances, []).relativeDistances(neighbors)
    let scores = zip(partNames, raw).map { LogScore($0, ordinary: $1) }
    return (model(distances, scores), LogScore.means(of: raw, by: scores))
  }

  static let partNames = ["local-10", "local-20", "near-5", "near-20", "bent-5"]

  /// What can be said of each reference without its surroundings: its residuals, its mean distances to its
  /// neighbours [3, N], and who these are, by kind of distance.
  private func measure(on pool: WorkerPool) -> ([[Double]], FloatSlice, [[Int32]]) {
    let count = reference.count
    let residuals = FloatBuffer(count: 2 * count).all
    let distances = FloatBuffer(count: 3 * count).all
    var neighbors: [[Int32]] = Array(repeating: [], count: 3)
    let width = width
    forEachReference(on: pool) { workspace, row, index in
      let output = FloatBuffer(count: width).all
      for (part, residual) in workspace.residuals(ofRow: row, output: output).enumerated() {
        residuals[part * count + index] = Float(residual)
      }
      for (kind, distance) in workspace.meanDistances(ofRow: row).enumerated() {
        distances[kind * count + index] = Float(distance)
      }
    } collect: { workspace, row in
      for kind in 0..<3 { neighbors[kind] += workspace.neighbors(ofRow: row, kind).map { Int32($0) } }
    }
    let lists = (0..<2).map { part in residuals[part * count..<(part + 1) * count].array.map { Double($0) } }
    return (lists, distances, neighbors)
  }

  /// The distances of the references relative to those of their neighbours, by kind.
  private func relativeDistances(_ neighbors: [[Int32]]) -> [[Double]] {
    let count = reference.count
    return neighbors.enumerated().map { kind, all in
      let size = all.count / count
      return (0..<count).map { index in
        relative(
          Double(baselines[kind * count + index]), kind,
          to: all[index * size..<(index + 1) * size].map { Int($0) })
      }
    }
  }

  /// A row's mean distance of one kind, relative to those of its neighbours.
  func relative(_ distance: Double, _ kind: Int, to neighbors: [Int]) -> Double {
    let start = kind * reference.count
    let sum = neighbors.reduce(0) { $0 + Double(baselines[start + $1]) }
    let surroundings = sum / Double(neighbors.count)
    return distance / (surroundings + 0.1 * meanBaselines[kind] + 1e-30).squareRoot()
  }

  /// Calls `body` with each reference, whose neighbours among the others are found, on several threads, and
  /// then `collect` in their order.
  private func forEachReference(
    on pool: WorkerPool, _ body: (_ workspace: LocalWorkspace, _ row: Int, _ index: Int) -> Void,
    collect: (_ workspace: LocalWorkspace, _ row: Int) -> Void
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
      for place in 0..<count {
        for row in 0..<shards[first + place].count { collect(workspaces[place], row) }
      }
    }
  }
}
