import MisfitCore
import MisfitKernels

extension LocalReconstruction {
  /// Fits a model, which keeps a random sample of at most `referenceLimit` rows.
  ///
  /// Masked outliers (``MaskedOutliers``) are then left out, and the scores are standardized again without
  /// them.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - referenceLimit: The maximum number of references.
  ///   - excludesSelf: Whether the learned rows will be scored, each without itself among its neighbors.
  ///   - isKept: Restricts the sample to the rows for which it is true; one value per row.
  ///   - keepsMaskedOutliers: Whether masked outliers remain references.
  ///   - weightsGroups: Whether the broad scores are part of the score.
  ///   - roles: The role of each input; nil if all are numbers.
  ///   - seed: The seed of the random samples.
  ///   - pool: The threads.
  ///   - noting: Receives the size of the sample, and the indices in the sample of the rows left out.
  /// - Complexity: O(N²·D) for N references.
  /// - Throws: ``ModelError`` for fewer than two rows, and errors of reading the rows.
  package static func fit(
    _ rows: any EpochRows, referenceLimit: Int = 10_000, excludesSelf: Bool = false,
    isKept: [Bool]? = nil, keepsMaskedOutliers: Bool = false, weightsGroups: Bool = true,
    roles: [InputRole]? = nil, seed: UInt64,
    on pool: WorkerPool,
    noting: (_ sampleCount: Int, _ leftOut: [Int]) -> Void = { _, _ in }
  ) throws -> LocalReconstruction {
    guard rows.rowCount >= 2 else { throw ModelError(.tooFewRows(rows.rowCount, needed: 2)) }
    let sample = try ReferenceRows.sample(
      of: rows, limit: max(2, referenceLimit), seed: seed, isKept: isKept)
    return NumericThread.scope {
      func learned(_ reference: ReferenceRows, _ global: GlobalDistance?) -> Learned {
        learn(reference, excludesSelf: excludesSelf, global: global, on: pool)
      }
      func weighted(_ learned: Learned) -> LocalReconstruction {
        guard weightsGroups else { return learned.model }
        let reference = learned.model.reference
        let weights = GroupWeights.weights(of: reference, roles: roles, seed: seed, on: pool)
        return learned.model.weighted(
          learned.measured, by: .init(weights: weights, reference: reference, roles: roles))
      }
      // A global model needs three rows.
      guard sample.count >= 3 else { return learned(sample, nil).model }
      let (global, globalScores) = GlobalDistance.fit(
        sample: sample, excludesSelf: excludesSelf, roles: roles, seed: seed, on: pool)
      let all = learned(sample, global)
      guard !keepsMaskedOutliers else { return weighted(all) }
      let kept = MaskedOutliers.kept(global: globalScores, local: all.scores)
      noting(sample.count, kept.indices.filter { !kept[$0] })
      return weighted(kept.contains(false) ? learned(sample.kept(kept), global) : all)
    }
  }

  /// A model without broad scores, its leave-one-out score of each reference, and what these come from.
  private typealias Learned = (model: LocalReconstruction, scores: [Double], measured: Measured)

  private static func learn(
    _ reference: ReferenceRows, excludesSelf: Bool, global: GlobalDistance?, on pool: WorkerPool
  ) -> Learned {
    func model(_ baselines: FloatSlice, _ scores: [LogScore]) -> LocalReconstruction {
      LocalReconstruction(
        reference: reference, baselines: baselines, scores: scores, excludesSelf: excludesSelf,
        global: global)
    }
    let blank = model(FloatBuffer(count: 3 * reference.count).all, [])
    let measured = blank.measure(on: pool)
    let raw =
      measured.residuals
      + model(measured.distances.slice, []).relativeDistances(measured.neighbors)
    let scores = zip(componentNames, raw).map { LogScore($0, of: $1) }
    return (model(measured.distances.slice, scores), LogScore.means(of: raw, by: scores), measured)
  }

  /// Returns the model with the broad scores of its references, and weights for them.
  private func weighted(_ measured: Measured, by broad: BroadScores.Parameters) -> LocalReconstruction {
    func model(_ scores: [LogScore]) -> LocalReconstruction {
      LocalReconstruction(
        reference: reference, baselines: baselines.slice, scores: scores, excludesSelf: excludesSelf,
        global: global, broad: broad)
    }
    guard let broad = model(scores).broad else { return self }
    let density = reference.rows.indices.map { index in
      broad.density(
        Double(baselines[1][index]),
        of: Self.neighbors(of: index, measured.neighbors[1], count: reference.count))
    }
    let middle = reference.rows.indices.map { broad.distanceToMiddle(reference[$0]) }
    let rarity = reference.rows.indices.map { broad.rarity(reference[$0]) }
    let raw = [measured.closeResiduals, density, middle, rarity]
    return model(scores + zip(BroadScores.names, raw).map { LogScore($0, of: $1) })
  }

  /// Returns the neighbors of one of `count` references in the list of all.
  private static func neighbors(of index: Int, _ all: [Int32], count: Int) -> [Int] {
    let size = all.count / count
    return all[index * size..<(index + 1) * size].map { Int($0) }
  }

  /// The names in model files, which never change: "bent" is the compressed distance.
  static let componentNames = ["local-10", "local-20", "near-5", "near-20", "bent-5"]

  /// The leave-one-out results of the N references that do not depend on those of other references.
  private struct Measured {
    /// The distances to both reconstructions: two lists of N.
    var residuals: [[Double]]
    /// The distances to a reconstruction with little regularization: N.
    var closeResiduals: [Double]
    /// The mean distances to the neighbors, by kind: [3, N].
    var distances: Rows
    /// The neighbors of each reference, by kind: three lists of N times the kind's number of neighbors.
    var neighbors: [[Int32]]
  }

  private func measure(on pool: WorkerPool) -> Measured {
    let count = reference.count
    let residuals = Rows(count: 3, width: count)
    let distances = Rows(count: 3, width: count)
    var neighbors: [[Int32]] = Array(repeating: [], count: 3)
    let rowsPerShard = reference.rowsPerShard
    let pass = RowPass(rowsPerShard: rowsPerShard) {
      LocalReconstructionPlan(self, excludesSelf: true, rowCapacity: rowsPerShard)
    }
    pass.run(rowCount: count, on: pool) { shard, plan in
      plan.input(rows: shard.rows.count).copy(from: reference.rows[shard.rows].slice)
      plan.find(rows: shard.rows.count)
      for (row, index) in shard.rows.enumerated() {
        for (component, residual) in plan.reconstructionDistances(ofRow: row).enumerated() {
          residuals[component][index] = Float(residual)
        }
        residuals[2][index] = Float(plan.closeReconstructionDistance())
        for (kind, distance) in plan.meanDistances(ofRow: row).enumerated() {
          distances[kind][index] = Float(distance)
        }
      }
    } conclude: { shard, plan in
      for row in 0..<shard.rows.count {
        for kind in 0..<3 { neighbors[kind] += plan.neighbors(ofRow: row, kind).map { Int32($0) } }
      }
    }
    let lists = residuals.indices.map { residuals[$0].array.map { Double($0) } }
    return Measured(
      residuals: Array(lists.prefix(2)), closeResiduals: lists[2], distances: distances, neighbors: neighbors)
  }

  /// Returns the distances of the references relative to those of their neighbors, by kind.
  private func relativeDistances(_ neighbors: [[Int32]]) -> [[Double]] {
    let count = reference.count
    return neighbors.enumerated().map { kind, all in
      (0..<count).map { index in
        relative(
          Double(baselines[kind][index]), kind, to: Self.neighbors(of: index, all, count: count))
      }
    }
  }
}
