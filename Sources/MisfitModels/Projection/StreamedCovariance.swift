import MisfitCore
import MisfitKernels

/// The covariance of rows, from one pass over them, in constant memory.
///
/// Rows come in blocks. Each block is centred on its own mean before its product is taken, in floats; blocks
/// are joined in doubles by the formula of Chan, Golub and LeVeque ("Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979), so that a large mean does not swallow a small variance.
///
/// Shapes: rows [N, D]; `mean` [D]; `products` [D, D]. NaN in a row spreads to its columns.
///
/// Memory: 8 bytes times D² for the sum, and 4 for each block at work, of which there are up to eight.
package final class StreamedCovariance {
  /// D.
  package let width: Int
  /// N so far.
  package private(set) var rowCount = 0
  /// The mean of each column.
  package private(set) var mean: [Double]
  /// The sum over rows of the products of their deviations from the mean.
  package private(set) var products: [Double]

  /// The rows of one block.
  static let rowsPerBlock = 256

  /// Fewer of wide rows, 256 MiB together; they are joined one after the other, so that the sums do not
  /// depend on it.
  private var blocksAtOnce: Int { max(1, min(8, (1 << 26) / (width * width))) }

  /// Nothing seen yet.
  package init(width: Int) {
    self.width = width
    mean = Array(repeating: 0, count: width)
    products = Array(repeating: 0, count: width * width)
  }

  /// The covariance of the population: products / N; nil without rows.
  package var covariance: [Double]? {
    guard rowCount > 0 else { return nil }
    let scale = 1 / Double(rowCount)
    return products.map { $0 * scale }
  }

  /// Adds all rows of a source, in its own order.
  ///
  /// - Complexity: O(N·D²).
  /// - Throws: what reading the rows may throw.
  package func update(_ rows: any EpochRows, on pool: WorkerPool) throws {
    precondition(rows.width == width, "rows of another width")
    try rows.beginEpoch(0, shuffled: false)
    let blocks = (0..<blocksAtOnce).map { _ in CovarianceBlock(width: width) }
    let stride = Self.rowsPerBlock
    for start in Swift.stride(from: 0, to: rows.rowCount, by: stride * blocks.count) {
      let end = min(start + stride * blocks.count, rows.rowCount)
      try rows.makeAvailable(start..<end)
      let count = (end - start + stride - 1) / stride
      pool.run(shardCount: count) { index in
        let first = start + index * stride
        let range = first..<min(first + stride, end)
        blocks[index].load(range.count) { rows.gather(range, into: $0) }
      }
      for index in 0..<count { merge(blocks[index]) }
    }
  }

  /// The formula of ``RunningVariance`` for products of columns; the order of its operations decides the
  /// bits.
  private func merge(_ block: CovarianceBlock) {
    let total = Double(rowCount + block.rowCount)
    let share = Double(block.rowCount) / total
    let weight = Double(rowCount) * share
    let differences = (0..<width).map { block.mean[$0] - mean[$0] }
    Self.add(block.products, differences, weight: weight, to: &products)
    for column in 0..<width { mean[column] += differences[column] * share }
    rowCount += block.rowCount
  }

  /// Adds a block's products, and what the two means lie apart.
  private static func add(
    _ added: FloatSlice, _ differences: [Double], weight: Double, to products: inout [Double]
  ) {
    let width = differences.count
    let added = added.span
    let differences = differences.span
    var sums = products.mutableSpan
    for row in 0..<width {
      let factor = differences[row] * weight
      for column in 0..<width {
        let place = row * width + column
        sums[place] += Double(added[place]) + factor * differences[column]
      }
    }
  }
}

/// A block of rows, its mean, and the products of its deviations.
private final class CovarianceBlock: @unchecked Sendable {
  private let width: Int
  private let rows: FloatSlice
  private(set) var rowCount = 0
  private(set) var mean: [Double]
  /// Sums over rows: [D, D].
  let products: FloatSlice

  init(width: Int) {
    self.width = width
    rows = FloatBuffer(count: StreamedCovariance.rowsPerBlock * width).all
    products = FloatBuffer(count: width * width).all
    mean = Array(repeating: 0, count: width)
  }

  func load(_ count: Int, _ gather: (FloatSlice) -> Void) {
    rowCount = count
    let values = rows[0..<count * width]
    gather(values)
    mean = ColumnMeans.of(values, width: width)
    values.withMutableSpan { span in
      for start in stride(from: 0, to: span.count, by: width) {
        for column in 0..<width { span[start + column] -= Float(mean[column]) }
      }
    }
    // What rounding left of the mean, so that the join below is exact about the centre that was taken.
    for column in 0..<width { mean[column] = Double(Float(mean[column])) }
    MatrixProduct.multiply(
      values, .transposed, by: values, into: products, rows: width, columns: width, inner: count)
    correct(values)
  }

  /// Moves the centre from the rounded mean to the true one.
  private func correct(_ values: FloatSlice) {
    let left = ColumnMeans.of(values, width: width)
    let count = Double(rowCount)
    products.withMutableSpan { span in
      for row in 0..<width {
        for column in 0..<width {
          span[row * width + column] -= Float(count * left[row] * left[column])
        }
      }
    }
    for column in 0..<width { mean[column] += left[column] }
  }
}

/// Means of columns, summed in doubles.
enum ColumnMeans {
  /// The mean of each column of `values` [R, D], R at least 1.
  static func of(_ values: FloatSlice, width: Int) -> [Double] {
    var sums = Array(repeating: 0.0, count: width)
    let span = values.span
    var totals = sums.mutableSpan
    for start in stride(from: 0, to: span.count, by: width) {
      for column in 0..<width { totals[column] += Double(span[start + column]) }
    }
    let scale = 1 / Double(span.count / width)
    return sums.map { $0 * scale }
  }
}
