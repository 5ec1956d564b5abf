import MisfitCore
import MisfitKernels

/// The buffers of a shard of rows that are held against a crowd.
final class CrowdWorkspace: RowPlan {
  private let model: CrowdDistance
  private let clipped: NeighborColumns
  private let bent: NeighborColumns
  private let inputs: FloatSlice
  private let clippedInputs: FloatSlice
  private let bentInputs: FloatSlice
  private let outputs: FloatSlice
  private let scores: FloatSlice
  private let shares: FloatSlice
  /// The columns' parts of the three judgements of one row: [3, D].
  private let parts: FloatSlice

  init(_ model: CrowdDistance, leavesOutItself: Bool) {
    self.model = model
    let capacity = model.rowsPerShard
    func columns(_ reference: ReferenceRows) -> NeighborColumns {
      NeighborColumns(
        among: reference, neighborCount: model.neighborCount, leavesOutItself: leavesOutItself,
        rowCapacity: capacity)
    }
    clipped = columns(model.clippedReference)
    bent = columns(model.bentReference)
    func rows() -> FloatSlice { FloatBuffer(count: capacity * model.width).all }
    (inputs, clippedInputs, bentInputs, outputs, shares) = (rows(), rows(), rows(), rows(), rows())
    scores = FloatBuffer(count: capacity).all
    parts = FloatBuffer(count: 3 * model.width).all
  }

  func input(rows: Int) -> FloatSlice { inputs[0..<rows * model.width] }

  func rebuild(_ shard: Range<Int>) {
    let width = model.width
    find(rows: shard.count)
    for row in shard {
      scores[row] = Float(score(ofRow: row, withShares: true))
      clipped.meanNeighbor(
        ofRow: row, from: model.reference, into: outputs[row * width..<(row + 1) * width])
    }
  }

  /// The score of a row that was looked up; its columns' shares are found too where they are asked for.
  func score(ofRow row: Int, withShares: Bool) -> Double {
    let raw = rawScores(ofRow: row, withColumns: withShares)
    let values = zip(model.scores, raw).map { $0.value(of: $1) }
    if withShares { share(values.map { max($0, 0) }, into: shares(ofRow: row)) }
    return values.reduce(0, +) / Double(max(values.count, 1))
  }

  /// The columns' shares of a row whose score was last asked for with them.
  func shares(ofRow row: Int) -> FloatSlice { shares[row * model.width..<(row + 1) * model.width] }

  func result(rows: Int) -> RowResult {
    let values = 0..<rows * model.width
    return RowResult(
      input: inputs[values], code: FloatBuffer(count: 0).all, reconstruction: outputs[values],
      scores: scores[0..<rows], shares: shares[values])
  }

  /// Looks for the neighbours of the rows that were written.
  func find(rows: Int) {
    let count = rows * model.width
    model.columns.clip(inputs[0..<count], into: clippedInputs[0..<count])
    model.columns.bend(inputs[0..<count], into: bentInputs[0..<count])
    clipped.find(of: clippedInputs[0..<count], rowCount: rows)
    bent.find(of: bentInputs[0..<count], rowCount: rows)
  }

  /// The three raw scores of a row that was looked up.
  func rawScores(ofRow row: Int, withColumns: Bool) -> [Double] {
    let width = model.width
    let range = row * width..<(row + 1) * width
    if withColumns { parts.fill(with: 0) }
    func part(_ index: Int) -> FloatSlice? {
      withColumns ? parts[index * width..<(index + 1) * width] : nil
    }
    return [
      clipped.mean(ofRow: row, clippedInputs[range], addingColumnsTo: part(0), times: 1),
      bent.mean(ofRow: row, bentInputs[range], addingColumnsTo: part(1), times: 1),
      model.histograms.score(inputs[range], addingColumnsTo: part(2), times: 1),
    ]
  }

  /// Shares out a row's score: each judgement as it is the sum over the columns, the judgements by `weights`,
  /// or equally where all are 0.
  private func share(_ weights: [Double], into shares: FloatSlice) {
    let width = model.width
    shares.fill(with: 0)
    let total = weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      let part = parts[index * width..<(index + 1) * width]
      Shares.normalise(part)
      VectorKernels.current.scale(part, by: Float(total > 0 ? weight / total : 1 / 3))
      VectorKernels.current.add(part, to: shares)
    }
    Shares.normalise(shares)
  }
}
