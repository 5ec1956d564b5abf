import MisfitCore
import MisfitKernels

/// The buffers that take a shard of rows through a ``LocalReconstruction``.
final class LocalReconstructionPlan: RowPlan, @unchecked Sendable {
  private let model: LocalReconstruction
  private let search: NeighborSearch
  private let compressedSearch: NeighborSearch
  private let buffers: ScoredRowBuffers
  private let compressedInputs: Rows
  private var residuals: NeighborResiduals
  /// The buffers of the global score of the same rows.
  private let global: GlobalDistancePlan?

  init(_ model: LocalReconstruction, excludesSelf: Bool, rowCapacity: Int) {
    self.model = model
    search = NeighborSearch(
      among: model.reference, neighborCount: LocalReconstruction.neighborCount,
      excludesSelf: excludesSelf, rowCapacity: rowCapacity)
    compressedSearch = NeighborSearch(
      among: model.compressedReference, neighborCount: LocalReconstruction.nearNeighbors,
      excludesSelf: excludesSelf, rowCapacity: rowCapacity)
    buffers = ScoredRowBuffers(capacity: rowCapacity, width: model.width)
    compressedInputs = Rows(count: rowCapacity, width: model.width)
    residuals = NeighborResiduals(
      neighborCount: search.neighborCount, width: model.width, componentCount: model.componentCount)
    global = model.global.map { GlobalDistancePlan($0, excludesSelf: excludesSelf) }
  }

  func input(rows: Int) -> FloatSlice { buffers.inputs[0..<rows].slice }

  func reconstruct(_ shard: Range<Int>) {
    find(rows: shard.count)
    for row in shard {
      let raw = rawScores(ofRow: row)
      let values = zip(model.scores, raw).map { $0.value(of: $1) }
      buffers.scores[row] = Float(model.combined(values))
      residuals.reconstruct(buffers.inputs[row], into: buffers.outputs[row])
      residuals.share(weights: model.shareWeights(values), into: buffers.shares[row])
    }
    if let global { combine(global, shard) }
  }

  /// Combines scores and shares with the global ones.
  private func combine(_ global: GlobalDistancePlan, _ shard: Range<Int>) {
    global.input(rows: shard.count).copy(from: input(rows: shard.count))
    global.find(rows: shard.count)
    for row in shard {
      let score = CombinedScore(
        local: Double(buffers.scores[row]), global: global.score(ofRow: row, withShares: false))
      guard score.needsGlobal else { continue }
      buffers.scores[row] = Float(score.value)
      // Few rows need the global shares, which take longer than the score.
      _ = global.score(ofRow: row, withShares: true)
      score.combine(global.shares(ofRow: row), into: buffers.shares[row])
    }
  }

  func result(rows: Int) -> RowResult { buffers.result(rows: rows) }

  /// Finds the neighbors of the first `rows` input rows.
  func find(rows: Int) {
    let (inputs, compressed) = (buffers.inputs[0..<rows], compressedInputs[0..<rows])
    LocalReconstruction.compress(inputs.slice, into: compressed.slice)
    search.find(of: inputs)
    compressedSearch.find(of: compressed)
  }

  /// Returns the mean distances of a row to 5 and 20 neighbors, and to 5 compressed ones.
  func meanDistances(ofRow row: Int) -> [Double] {
    let near = LocalReconstruction.nearNeighbors
    return [
      search.meanDistance(ofRow: row, nearest: min(near, search.neighborCount)),
      search.meanDistance(ofRow: row, nearest: search.neighborCount),
      compressedSearch.meanDistance(ofRow: row, nearest: compressedSearch.neighborCount),
    ]
  }

  /// Returns the raw component scores of a row after ``find(rows:)``.
  private func rawScores(ofRow row: Int) -> [Double] {
    let distances = reconstructionDistances(ofRow: row)
    let near = min(LocalReconstruction.nearNeighbors, search.neighborCount)
    residuals.meanDifference(of: 2, neighbors: near)
    residuals.meanDifference(of: 3, neighbors: search.neighborCount)
    residuals.compressedDifference(
      of: 4, compressedInputs[row], model.compressedReference, compressedSearch, row: row)
    let means = meanDistances(ofRow: row)
    let plain =
      distances
      + means.enumerated().map { kind, distance in
        model.relative(distance, kind, to: neighbors(ofRow: row, kind))
      }
    return plain + (model.broad.map { broadScores($0, ofRow: row, meanDistance: means[1]) } ?? [])
  }

  /// Returns the four broad scores of a row, whose residuals have been loaded.
  private func broadScores(_ broad: BroadScores, ofRow row: Int, meanDistance: Double) -> [Double] {
    let (input, first) = (buffers.inputs[row], LocalReconstruction.plainScoreCount)
    let close = residuals.residual(
      of: first, neighbors: search.neighborCount, regularization: BroadScores.regularization)
    residuals.copy(3, to: first + 1)
    residuals.difference(of: first + 2, from: input, to: broad.middle)
    let rarity = residuals.roots(of: first + 3) { broad.rarity(input, addingColumnsTo: $0) }
    return [
      close, broad.density(meanDistance, of: neighbors(ofRow: row, 1)), broad.distanceToMiddle(input), rarity,
    ]
  }

  /// Returns the distances of a row to its two reconstructions, after ``find(rows:)``.
  func reconstructionDistances(ofRow row: Int) -> [Double] {
    residuals.load(buffers.inputs[row], model.reference, search, row: row)
    let fewer = residuals.residual(
      of: 0, neighbors: min(LocalReconstruction.fewerNeighbors, search.neighborCount), regularization: 1)
    let more = residuals.residual(of: 1, neighbors: search.neighborCount, regularization: 0.1)
    return [fewer, more]
  }

  /// Returns the distance of a row to its reconstruction with little regularization, after
  /// ``reconstructionDistances(ofRow:)``.
  func closeReconstructionDistance() -> Double {
    residuals.residual(
      of: 0, neighbors: search.neighborCount, regularization: BroadScores.regularization)
  }

  /// Returns the references of a row's mean distance of one kind.
  func neighbors(ofRow row: Int, _ kind: Int) -> [Int] {
    let search = kind == 2 ? compressedSearch : search
    let count =
      kind == 1 ? search.neighborCount : min(LocalReconstruction.nearNeighbors, search.neighborCount)
    return (0..<count).map { search.index(ofRow: row, at: $0) }
  }
}
