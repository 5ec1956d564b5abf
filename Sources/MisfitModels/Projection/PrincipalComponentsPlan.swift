import MisfitCore
import MisfitKernels

/// The buffers of rows that are taken to principal components and back.
final class PrincipalComponentsPlan: RowPlan {
  private let model: PrincipalComponents
  private let rowsPerShard: Int
  private let inputs: FloatSlice
  private let codes: FloatSlice
  private let outputs: FloatSlice
  private let distances: Distances?

  init(_ model: PrincipalComponents, shardCount: Int, rowsPerShard: Int) {
    self.model = model
    self.rowsPerShard = rowsPerShard
    let capacity = shardCount * rowsPerShard
    inputs = FloatBuffer(count: capacity * model.width).all
    codes = FloatBuffer(count: capacity * model.codeCount).all
    outputs = FloatBuffer(count: capacity * model.width).all
    distances = model.noiseVariance.map { Distances(model, noiseVariance: $0, capacity: capacity) }
  }

  func input(rows: Int) -> FloatSlice { inputs[0..<rows * model.width] }

  func rebuild(_ shard: Range<Int>) {
    let (width, count) = (model.width, model.codeCount)
    // Always a whole shard, also where fewer rows were written: products of other shapes may differ in the
    // last bits, and a row's error must not depend on the rows beside it.
    let rows = shard.lowerBound..<shard.lowerBound + rowsPerShard
    let values = rows.lowerBound * width..<rows.upperBound * width
    let (outputs, codes) = (outputs[values], codes[rows.lowerBound * count..<rows.upperBound * count])
    outputs.copy(from: inputs[values])
    add(model.mean, times: -1, to: outputs)
    MatrixProduct.multiply(
      outputs, by: model.components, .transposed, into: codes, rows: rowsPerShard, columns: count,
      inner: width)
    MatrixProduct.multiply(
      codes, by: model.components, into: outputs, rows: rowsPerShard, columns: width, inner: count)
    add(model.mean, times: 1, to: outputs)
    distances?.measure(rows, used: shard, inputs: inputs[values], outputs: outputs, codes: codes)
  }

  func result(rows: Int) -> RowResult {
    RowResult(
      input: input(rows: rows), code: codes[0..<rows * model.codeCount],
      reconstruction: outputs[0..<rows * model.width], scores: distances?.scores[0..<rows],
      shares: distances?.shares[0..<rows * model.width])
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

/// Scores of rows, and what each column adds to them.
///
/// With M the inverse covariance times σ², a row z about the mean has the score |M^(1/2)·z|² / D, and its
/// columns have the squares of the entries as their shares, which are never negative (the complete
/// decomposition of Alcala and Qin, "Reconstruction-based contribution for process monitoring", 2009).
/// M^(1/2)·z is the residual plus the decoded scaled codes.
private final class Distances: Sendable {
  /// [capacity], and of the columns [capacity, D].
  let scores: FloatSlice
  let shares: FloatSlice
  private let components: FloatSlice
  private let scaledCodes: FloatSlice
  /// σ / √varianceᵢ: [C].
  private let scales: FloatSlice
  private let width: Int

  init(_ model: PrincipalComponents, noiseVariance: Float, capacity: Int) {
    width = model.width
    components = model.components
    scores = FloatBuffer(count: capacity).all
    shares = FloatBuffer(count: capacity * model.width).all
    scaledCodes = FloatBuffer(count: capacity * model.codeCount).all
    let variances = model.variances.span
    let hasCodes = !model.isEmpty
    var scales: [Float] = []
    for index in 0..<model.codeCount {
      scales.append(hasCodes && variances[index] > 0 ? (noiseVariance / variances[index]).squareRoot() : 0)
    }
    self.scales = FloatBuffer(scales).all
  }

  /// Measures the `used` ones of `rows`, whose `inputs` [R, D] have these `outputs` [R, D] and `codes` [R,
  /// C].
  func measure(
    _ rows: Range<Int>, used: Range<Int>, inputs: FloatSlice, outputs: FloatSlice, codes: FloatSlice
  ) {
    let count = scales.count
    let scaled = scaledCodes[rows.lowerBound * count..<rows.upperBound * count]
    let parts = shares[rows.lowerBound * width..<rows.upperBound * width]
    let codes = codes.span
    let stored = scales
    let scales = stored.span
    scaled.withMutableSpan { scaled in
      for start in stride(from: 0, to: scaled.count, by: count) {
        for index in 0..<count { scaled[start + index] = codes[start + index] * scales[index] }
      }
    }
    MatrixProduct.multiply(
      scaled, by: components, into: parts, rows: rows.count, columns: width, inner: count)
    let inputs = inputs.span
    let outputs = outputs.span
    parts.withMutableSpan { parts in
      for index in 0..<parts.count {
        let part = parts[index] + inputs[index] - outputs[index]
        parts[index] = part * part
      }
    }
    for row in used {
      let own = shares[row * width..<(row + 1) * width]
      scores[row] = Float(ColumnMeans.of(own, width: 1)[0])
      Shares.normalise(own)
    }
  }
}
