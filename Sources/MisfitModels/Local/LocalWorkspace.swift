import MisfitCore
import MisfitKernels

/// The buffers of a shard of rows that are rebuilt from their neighbours.
final class LocalWorkspace: RowPlan, @unchecked Sendable {
  private let model: LocalReconstruction
  private let search: NeighborSearch
  private let bentSearch: NeighborSearch
  private let inputs: FloatSlice
  private let bentInputs: FloatSlice
  private let outputs: FloatSlice
  private let scores: FloatSlice
  private let shares: FloatSlice
  private var parts: LocalParts
  /// What the crowd says of the same rows.
  private let crowd: CrowdWorkspace?

  init(_ model: LocalReconstruction, leavesOutItself: Bool, rowCapacity: Int) {
    self.model = model
    let width = model.width
    search = NeighborSearch(
      among: model.reference, neighborCount: LocalReconstruction.neighborCount,
      leavesOutOneIdentical: leavesOutItself, rowCapacity: rowCapacity)
    bentSearch = NeighborSearch(
      among: model.bentReference, neighborCount: LocalReconstruction.nearNeighbors,
      leavesOutOneIdentical: leavesOutItself, rowCapacity: rowCapacity)
    inputs = FloatBuffer(count: rowCapacity * width).all
    bentInputs = FloatBuffer(count: rowCapacity * width).all
    outputs = FloatBuffer(count: rowCapacity * width).all
    scores = FloatBuffer(count: rowCapacity).all
    shares = FloatBuffer(count: rowCapacity * width).all
    parts = LocalParts(neighborCount: search.neighborCount, width: width)
    crowd = model.crowd.map { CrowdWorkspace($0, leavesOutItself: leavesOutItself) }
  }

  func input(rows: Int) -> FloatSlice { inputs[0..<rows * model.width] }

  func rebuild(_ shard: Range<Int>) {
    let width = model.width
    find(rows: shard.count)
    for row in shard {
      let range = row * width..<(row + 1) * width
      let raw = rawScores(ofRow: row, output: outputs[range])
      let values = zip(model.scores, raw).map { $0.value(of: $1) }
      scores[row] = Float(values.reduce(0, +) / Double(max(values.count, 1)))
      parts.share(weights: values.map { max($0, 0) }, into: shares[range])
    }
    if let crowd { hear(crowd, shard) }
  }

  /// Joins what the crowd says to scores and shares.
  private func hear(_ crowd: CrowdWorkspace, _ shard: Range<Int>) {
    let width = model.width
    crowd.input(rows: shard.count).copy(from: input(rows: shard.count))
    crowd.find(rows: shard.count)
    for row in shard {
      let verdict = LocalVerdict(
        local: Double(scores[row]), crowd: crowd.score(ofRow: row, withShares: false))
      guard verdict.hearsCrowd else { continue }
      scores[row] = Float(verdict.score)
      // Few rows need the crowd's shares, which take longer than its score.
      _ = crowd.score(ofRow: row, withShares: true)
      verdict.mix(crowd.shares(ofRow: row), into: shares[row * width..<(row + 1) * width])
    }
  }

  func result(rows: Int) -> RowResult {
    let values = 0..<rows * model.width
    return RowResult(
      input: inputs[values], code: FloatBuffer(count: 0).all, reconstruction: outputs[values],
      scores: scores[0..<rows], shares: shares[values])
  }

  /// Looks for the neighbours of the rows that were written.
  func find(rows: Int) {
    let count = rows * model.width
    LocalReconstruction.bend(inputs[0..<count], into: bentInputs[0..<count])
    search.find(of: inputs[0..<count], rowCount: rows)
    bentSearch.find(of: bentInputs[0..<count], rowCount: rows)
  }

  /// The row's mean distances to 5 and 20 neighbours, and to 5 bent ones.
  func meanDistances(ofRow row: Int) -> [Double] {
    let near = LocalReconstruction.nearNeighbors
    return [
      search.meanDistance(ofRow: row, nearest: min(near, search.neighborCount)),
      search.meanDistance(ofRow: row, nearest: search.neighborCount),
      bentSearch.meanDistance(ofRow: row, nearest: bentSearch.neighborCount),
    ]
  }

  /// The five raw scores of a row that was looked up, and its reconstruction.
  private func rawScores(ofRow row: Int, output: FloatSlice) -> [Double] {
    let width = model.width
    let range = row * width..<(row + 1) * width
    let residuals = residuals(ofRow: row, output: output)
    parts.meanDifference(of: 2, neighbors: min(LocalReconstruction.nearNeighbors, search.neighborCount))
    parts.meanDifference(of: 3, neighbors: search.neighborCount)
    parts.bentDifference(of: 4, bentInputs[range], model.bentReference, bentSearch, row: row)
    return residuals
      + meanDistances(ofRow: row).enumerated().map { kind, distance in
        model.relative(distance, kind, to: neighbors(ofRow: row, kind))
      }
  }

  /// How far a row that was looked up is from its two reconstructions, and the first of these.
  func residuals(ofRow row: Int, output: FloatSlice) -> [Double] {
    let width = model.width
    let range = row * width..<(row + 1) * width
    parts.load(inputs[range], model.reference, search, row: row)
    let fewer = parts.residual(
      of: 0, neighbors: min(LocalReconstruction.fewerNeighbors, search.neighborCount), regularization: 1)
    let more = parts.residual(of: 1, neighbors: search.neighborCount, regularization: 0.1)
    parts.rebuild(inputs[range], into: output)
    return [fewer, more]
  }

  /// The references that a row's mean distance of one kind is to.
  func neighbors(ofRow row: Int, _ kind: Int) -> [Int] {
    let search = kind == 2 ? bentSearch : search
    let count =
      kind == 1 ? search.neighborCount : min(LocalReconstruction.nearNeighbors, search.neighborCount)
    return (0..<count).map { search.index(ofRow: row, at: $0) }
  }
}
