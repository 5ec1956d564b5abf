import MisfitCore
import MisfitKernels
import MisfitONNX

/// The buffers that take rows through ``PrincipalComponents``.
final class PrincipalComponentsPlan: RowPlan {
  private let model: PrincipalComponents
  private let rowsPerShard: Int
  private let inputs: Rows
  private let codes: Rows
  private let outputs: Rows
  private let distances: Distances?

  init(_ model: PrincipalComponents, shardCount: Int, rowsPerShard: Int) {
    self.model = model
    self.rowsPerShard = rowsPerShard
    let capacity = shardCount * rowsPerShard
    inputs = Rows(count: capacity, width: model.width)
    codes = Rows(count: capacity, width: model.codeCount)
    outputs = Rows(count: capacity, width: model.width)
    distances = model.noiseVariance.map { Distances(model, noiseVariance: $0, capacity: capacity) }
  }

  func input(rows: Int) -> FloatSlice { inputs[0..<rows].slice }

  func reconstruct(_ shard: Range<Int>) {
    let (width, count) = (model.width, model.codeCount)
    // Always a whole shard, even if it has fewer rows: products of other shapes may differ in the last bits,
    // and the error of a row must not depend on the rows after it.
    let rows = shard.lowerBound..<shard.lowerBound + rowsPerShard
    let (inputs, outputs, codes) = (inputs[rows].slice, outputs[rows].slice, codes[rows].slice)
    outputs.copy(from: inputs)
    add(model.mean, times: -1, to: outputs)
    MatrixProduct.multiplyRows(
      outputs, by: model.components, .transposed, into: codes, rows: rowsPerShard, columns: count,
      inner: width)
    MatrixProduct.multiplyRows(
      codes, by: model.components, into: outputs, rows: rowsPerShard, columns: width, inner: count)
    add(model.mean, times: 1, to: outputs)
    distances?.measure(rows, used: shard, inputs: inputs, outputs: outputs, codes: codes)
  }

  func result(rows: Int) -> RowResult {
    RowResult(
      input: inputs[0..<rows].slice, code: codes[0..<rows].slice,
      reconstruction: outputs[0..<rows].slice, scores: distances?.scores[0..<rows],
      shares: distances?.shares[0..<rows].slice)
  }

  private func add(_ row: FloatSlice, times factor: Float, to rows: FloatSlice) {
    let row = row.span
    rows.withMutableSpan { rows in
      for start in stride(from: 0, to: rows.count, by: row.count) {
        for column in 0..<row.count { rows[start + column] += factor * row[column] }
      }
    }
  }
}

/// The scores of rows, and the shares of the columns in them.
///
/// With M the inverse covariance times σ² and z a row minus the mean, the score is |M^(1/2)·z|² / D. The
/// shares are proportional to the squares of the entries of M^(1/2)·z, so they are never negative (the
/// complete decomposition of Alcala and Qin, "Reconstruction-based contribution for process monitoring",
/// 2009). M^(1/2)·z is the residual plus the decoded scaled codes.
private final class Distances: Sendable {
  /// The scores: [capacity].
  let scores: FloatSlice
  /// The shares of the columns: [capacity, D].
  let shares: Rows
  private let components: FloatSlice
  private let scaledCodes: Rows
  /// The factors of the codes, σ / √varianceᵢ: [C].
  private let scales: FloatSlice
  private let width: Int

  init(_ model: PrincipalComponents, noiseVariance: Float, capacity: Int) {
    width = model.width
    components = model.components
    scores = FloatBuffer(count: capacity).all
    shares = Rows(count: capacity, width: model.width)
    scaledCodes = Rows(count: capacity, width: model.codeCount)
    scales = FloatBuffer(model.codeScales(noiseVariance: noiseVariance)).all
  }

  /// Computes the scores of the `used` ones of R `rows`.
  ///
  /// Shapes: `inputs` [R, D], `outputs` [R, D], `codes` [R, C].
  func measure(
    _ rows: Range<Int>, used: Range<Int>, inputs: FloatSlice, outputs: FloatSlice, codes: FloatSlice
  ) {
    let count = scales.count
    let (scaled, squares) = (scaledCodes[rows].slice, shares[rows].slice)
    let codes = codes.span
    let stored = scales
    let scales = stored.span
    scaled.withMutableSpan { scaled in
      for start in stride(from: 0, to: scaled.count, by: count) {
        for index in 0..<count { scaled[start + index] = codes[start + index] * scales[index] }
      }
    }
    MatrixProduct.multiplyRows(
      scaled, by: components, into: squares, rows: rows.count, columns: width, inner: count)
    let inputs = inputs.span
    let outputs = outputs.span
    squares.withMutableSpan { squares in
      for index in 0..<squares.count {
        let entry = squares[index] + inputs[index] - outputs[index]
        squares[index] = entry * entry
      }
    }
    for row in used {
      let shares = shares[row]
      scores[row] = Float(ColumnMeans.of(shares, width: 1)[0])
      Shares.normalize(shares)
    }
  }
}

extension PrincipalComponents {
  package func graph(_ input: GraphRows) -> RowGraph {
    let (rows, graph) = (input.value, input.graph)
    let means = graph.matrix(mean.array, width: width, name: "mean")
    let directions = graph.matrix(components.array, width: width, name: "components")
    let codes = (rows - means).matMul(directions.transposed([1, 0]))
    let reconstruction = codes.matMul(directions) + means
    guard let noiseVariance else { return RowGraph(input: rows, reconstruction: reconstruction) }
    let scales = graph.matrix(codeScales(noiseVariance: noiseVariance), width: codeCount, name: "scales")
    let entries = (codes * scales).matMul(directions) + rows - reconstruction
    return RowGraph(input: rows, reconstruction: reconstruction, score: entries.square.mean(axis: 1))
  }

  /// Returns the factors of the codes, σ / √varianceᵢ: [C].
  fileprivate func codeScales(noiseVariance: Float) -> [Float] {
    let hasCodes = !isEmpty
    return (0..<codeCount).map { index in
      hasCodes && variances[index] > 0 ? (noiseVariance / variances[index]).squareRoot() : 0
    }
  }
}
