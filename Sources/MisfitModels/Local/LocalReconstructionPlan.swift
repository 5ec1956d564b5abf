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
    residuals = NeighborResiduals(neighborCount: search.neighborCount, width: model.width)
    global = model.global.map { GlobalDistancePlan($0, excludesSelf: excludesSelf) }
  }

  func input(rows: Int) -> FloatSlice { buffers.inputs[0..<rows].slice }

  func reconstruct(_ shard: Range<Int>) {
    find(rows: shard.count)
    for row in shard {
      let raw = rawScores(ofRow: row)
      let values = zip(model.scores, raw).map { $0.value(of: $1) }
      buffers.scores[row] = Float(values.reduce(0, +) / Double(max(values.count, 1)))
      residuals.reconstruct(buffers.inputs[row], into: buffers.outputs[row])
      residuals.share(weights: values.map { max($0, 0) }, into: buffers.shares[row])
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

  /// Returns the five raw component scores of a row after ``find(rows:)``.
  private func rawScores(ofRow row: Int) -> [Double] {
    let distances = reconstructionDistances(ofRow: row)
    let near = min(LocalReconstruction.nearNeighbors, search.neighborCount)
    residuals.meanDifference(of: 2, neighbors: near)
    residuals.meanDifference(of: 3, neighbors: search.neighborCount)
    residuals.compressedDifference(
      of: 4, compressedInputs[row], model.compressedReference, compressedSearch, row: row)
    return distances
      + meanDistances(ofRow: row).enumerated().map { kind, distance in
        model.relative(distance, kind, to: neighbors(ofRow: row, kind))
      }
  }

  /// Returns the distances of a row to its two reconstructions, after ``find(rows:)``.
  func reconstructionDistances(ofRow row: Int) -> [Double] {
    residuals.load(buffers.inputs[row], model.reference, search, row: row)
    let fewer = residuals.residual(
      of: 0, neighbors: min(LocalReconstruction.fewerNeighbors, search.neighborCount), regularization: 1)
    let more = residuals.residual(of: 1, neighbors: search.neighborCount, regularization: 0.1)
    return [fewer, more]
  }

  /// Returns the references of a row's mean distance of one kind.
  func neighbors(ofRow row: Int, _ kind: Int) -> [Int] {
    let search = kind == 2 ? compressedSearch : search
    let count =
      kind == 1 ? search.neighborCount : min(LocalReconstruction.nearNeighbors, search.neighborCount)
    return (0..<count).map { search.index(ofRow: row, at: $0) }
  }
}
