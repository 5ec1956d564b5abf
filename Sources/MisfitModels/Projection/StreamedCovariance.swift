import MisfitCore
import MisfitKernels

/// The covariance of rows, from one pass over them, in constant memory.
///
/// Each shard of rows is centered on its own mean before its product is computed, in floats. Shards are
/// merged in doubles by the formula of Chan, Golub and LeVeque ("Updating formulae and a pairwise algorithm
/// for computing sample variances", 1979), so that a large mean does not cancel a small variance.
///
/// Shapes: rows [N, D]; `mean` [D]; `products` [D, D]. NaN in a row spreads to its columns.
///
/// Memory: 8 bytes times D² for the sum, and 4 for each of up to eight shards.
package final class StreamedCovariance {
  /// The number of columns, D.
  package let width: Int
  /// The number of rows so far, N.
  package private(set) var rowCount = 0
  /// The mean of each column.
  package private(set) var mean: [Double]
  /// The sum over rows of the products of their deviations from the mean.
  package private(set) var products: [Double]

  /// The number of rows in a shard.
  static let rowsPerShard = 256

  /// The number of shards that run concurrently: fewer of wide rows, with products of 256 MiB in all.
  ///
  /// It does not change the sums, because shards are merged one after the other.
  private var shardsPerBlock: Int { max(1, min(RowShards.perBlock, (1 << 26) / (width * width))) }

  /// Creates the covariance of no rows.
  package init(width: Int) {
    self.width = width
    mean = Array(repeating: 0, count: width)
    products = Array(repeating: 0, count: width * width)
  }

  /// The population covariance, products / N: [D, D]; nil without rows.
  package var covariance: [Double]? {
    guard rowCount > 0 else { return nil }
    let scale = 1 / Double(rowCount)
    return products.map { $0 * scale }
  }

  /// Adds all rows of a source, in their stored order.
  ///
  /// - Complexity: O(N·D²).
  /// - Throws: Errors of reading the rows.
  package func update(_ rows: any EpochRows, on pool: WorkerPool) throws {
    precondition(rows.width == width, "rows of another width")
    try rows.beginEpoch(0, shuffled: false)
    let pass = RowPass(rowsPerShard: Self.rowsPerShard, shardsPerBlock: shardsPerBlock) {
      ShardCovariance(width: width)
    }
    try pass.run(
      rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
      work: { shard, covariance in
        covariance.load(shard.rows.count) { rows.gather(shard.rows, into: $0) }
      },
      conclude: { _, covariance in merge(covariance) })
  }

  /// Merges the sums of a shard.
  private func merge(_ shard: ShardCovariance) {
    merge(rowCount: shard.rowCount, mean: shard.mean) {
      Self.add(shard.products, $0, weight: $1, to: &products)
    }
  }

  /// Adds the rows of another covariance.
  func merge(_ other: StreamedCovariance) {
    guard other.rowCount > 0 else { return }
    merge(rowCount: other.rowCount, mean: other.mean) {
      Self.add(other.products, $0, weight: $1, to: &products)
    }
  }

  /// Merges rows of another mean; `addProducts` receives the differences of the means and their weight.
  ///
  /// This is the formula of ``RunningVariance`` for products of columns; the order of its operations
  /// determines the bits of the result.
  private func merge(
    rowCount added: Int, mean addedMean: [Double], _ addProducts: ([Double], Double) -> Void
  ) {
    let total = Double(rowCount + added)
    let share = Double(added) / total
    let weight = Double(rowCount) * share
    let differences = (0..<width).map { addedMean[$0] - mean[$0] }
    addProducts(differences, weight)
    for column in 0..<width { mean[column] += differences[column] * share }
    rowCount += added
  }

  /// The numbers of the covariance: of rows, then the mean and the products.
  var state: [Double] { [Double(rowCount)] + mean + products }

  /// Returns the count of ``state``.
  static func stateCount(width: Int) -> Int { 1 + width + width * width }

  /// Creates the covariance whose ``state`` this is.
  init(width: Int, state: ArraySlice<Double>) {
    precondition(state.count == Self.stateCount(width: width), "the state has another width")
    self.width = width
    rowCount = Int(state[state.startIndex])
    mean = Array(state.dropFirst().prefix(width))
    products = Array(state.dropFirst(1 + width))
  }

  /// Adds the products of other rows, and the products of the differences between the means.
  private static func add(
    _ added: [Double], _ differences: [Double], weight: Double, to products: inout [Double]
  ) {
    let width = differences.count
    for row in 0..<width {
      let factor = differences[row] * weight
      for column in 0..<width {
        products[row * width + column] += added[row * width + column] + factor * differences[column]
      }
    }
  }

  /// Adds the products of a shard, and the products of the differences between the means.
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
        let index = row * width + column
        sums[index] += Double(added[index]) + factor * differences[column]
      }
    }
  }
}

/// The mean of a shard of rows, and the products of the deviations from it; one thread uses it at a time.
private final class ShardCovariance: @unchecked Sendable {
  private let width: Int
  private let rows: Rows
  private(set) var rowCount = 0
  private(set) var mean: [Double]
  /// The sums of the products over the rows: [D, D].
  let products: FloatSlice

  init(width: Int) {
    self.width = width
    rows = Rows(count: StreamedCovariance.rowsPerShard, width: width)
    products = FloatBuffer(count: width * width).all
    mean = Array(repeating: 0, count: width)
  }

  /// Computes the sums of `count` rows, which `gather` writes: [count, D].
  func load(_ count: Int, _ gather: (FloatSlice) -> Void) {
    rowCount = count
    let values = rows[0..<count].slice
    gather(values)
    mean = ColumnMeans.of(values, width: width)
    values.withMutableSpan { span in
      for start in stride(from: 0, to: span.count, by: width) {
        for column in 0..<width { span[start + column] -= Float(mean[column]) }
      }
    }
    // The mean as it was subtracted, in floats, so that the merge is exact about it.
    for column in 0..<width { mean[column] = Double(Float(mean[column])) }
    MatrixProduct.multiply(
      values, .transposed, by: values, into: products, rows: width, columns: width, inner: count)
    correct(values)
  }

  /// Moves the center from the rounded mean to the true one.
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

/// The means of columns, summed in doubles.
enum ColumnMeans {
  /// Returns the mean of each column of `values` [R, D], with R at least 1.
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
