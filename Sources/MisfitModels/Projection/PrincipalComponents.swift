import MisfitCore
import MisfitKernels

/// A row rebuilt from its first principal components: the best linear reconstruction of its size.
///
/// Jolliffe, "Principal Component Analysis", 2002. The code is the row's coordinates along the components,
/// each a direction of length 1 whose largest entry is positive.
///
/// Shapes: D columns, C components.
public struct PrincipalComponents: RowModel {
  /// The mean of each column: [D].
  public let mean: FloatSlice
  /// The directions, the one of most variance first: [C, D].
  public let components: FloatSlice
  /// The variance along all D directions, population: [D], falling; not only along those kept.
  public let variances: FloatSlice

  public let width: Int
  public let codeCount: Int
  public var hasOwnScore: Bool { false }
  public var summary: String { "\(isEmpty ? 0 : codeCount) of \(width) principal components" }
  public var parameterCount: Int { mean.count + components.count }
  public var tensors: [ModelTensor] {
    [
      ModelTensor("mean", [width], mean), ModelTensor("components", [codeCount, width], components),
      ModelTensor("variances", [width], variances),
    ]
  }

  /// Puts a model together.
  ///
  /// - Precondition: counts fit each other, with at least one component.
  public init(mean: FloatSlice, components: FloatSlice, variances: FloatSlice) {
    precondition(
      mean.count > 0 && components.count >= mean.count && components.count % mean.count == 0
        && variances.count == mean.count, "components have the mean's width")
    self.mean = mean
    self.components = components
    self.variances = variances
    width = mean.count
    codeCount = components.count / mean.count
  }

  /// The share of the variance along each kept component; zeros where nothing varies.
  public var explainedShares: [Double] {
    let all = variances.array.map { max(0, Double($0)) }
    let total = all.reduce(0, +)
    let isZero = total <= 0 || isEmpty
    return all.prefix(codeCount).map { isZero ? 0 : $0 / total }
  }

  /// Whether no component is kept: the only one is 0, and rows are compared with the mean.
  private var isEmpty: Bool { codeCount == 1 && !components.array.contains { $0 != 0 } }

  /// The share of the variance along all kept components together.
  public var explainedShare: Double { explainedShares.reduce(0, +) }

  public func decoded(_ codes: FloatSlice) -> FloatSlice? {
    precondition(codes.count % codeCount == 0, "whole codes")
    let rowCount = codes.count / codeCount
    let outputs = FloatBuffer(count: rowCount * width).all
    guard rowCount > 0 else { return outputs }
    MatrixProduct.multiply(
      codes, by: components, into: outputs, rows: rowCount, columns: width, inner: codeCount)
    for row in 0..<rowCount {
      VectorKernels.current.add(mean, to: outputs[row * width..<(row + 1) * width])
    }
    return outputs
  }

  public func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = max(1, min(128, (1 << 18) / width))
    return RowPlans(rowsPerShard: rowsPerShard) { capacity in
      Workspace(self, shardCount: (capacity + rowsPerShard - 1) / rowsPerShard, rowsPerShard: rowsPerShard)
    }
  }

  private final class Workspace: RowPlan {
    private let model: PrincipalComponents
    private let rowsPerShard: Int
    private let inputs: FloatSlice
    private let codes: FloatSlice
    private let outputs: FloatSlice

    init(_ model: PrincipalComponents, shardCount: Int, rowsPerShard: Int) {
      self.model = model
      self.rowsPerShard = rowsPerShard
      let capacity = shardCount * rowsPerShard
      inputs = FloatBuffer(count: capacity * model.width).all
      codes = FloatBuffer(count: capacity * model.codeCount).all
      outputs = FloatBuffer(count: capacity * model.width).all
    }

    func input(rows: Int) -> FloatSlice { inputs[0..<rows * model.width] }

    func rebuild(_ shard: Range<Int>) {
      let (width, count) = (model.width, model.codeCount)
      // Always a whole shard, also where fewer rows were written: products of other shapes may differ in the last bits, and a
      // row's error must not depend on the rows beside it.
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
    }

    func result(rows: Int) -> RowResult {
      RowResult(
        input: input(rows: rows), code: codes[0..<rows * model.codeCount],
        reconstruction: outputs[0..<rows * model.width])
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
}
