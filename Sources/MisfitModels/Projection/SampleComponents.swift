import MisfitCore
import MisfitKernels

/// The principal components of rows that are too wide for a covariance, from the products of rows with each
/// other.
///
/// With X [N, D] the centered rows and X·Xᵀ = U·Λ·Uᵀ, the directions are the rows of Λ^(-1/2)·Uᵀ·X, and the
/// variances along them Λ / N: the smaller side of the data decides the cost.
///
/// Of many rows a sample is taken, evenly spread, of no more than ``valueLimit`` values.
///
/// - Complexity: O(N²·D), memory O(N·D + N²).
struct SampleComponents {
  let mean: [Double]
  /// Falling, N of them at most.
  let variances: [Double]
  /// [C, D], C the number of variances.
  let directions: [Double]

  /// The most values that are held: 256 MiB of floats.
  static let valueLimit = 1 << 26
  static let rowLimit = 2048

  /// Decomposes rows; `count` is told the variances and returns how many directions are wanted.
  ///
  /// - Throws: ``LinearAlgebraError``, ``ModelError`` for values that are not finite, and what reading may
  ///   throw.
  init(_ rows: any EpochRows, count: ([Double]) -> Int) throws {
    let (width, sample) = (rows.width, Self.sample(of: rows))
    let rowCount = sample.rowCount
    let values = FloatBuffer(count: rowCount * width).all
    try sample.beginEpoch(0, shuffled: false)
    try sample.makeAvailable(0..<rowCount)
    sample.gather(0..<rowCount, into: values)
    mean = ColumnMeans.of(values, width: width)
    guard mean.allSatisfy(\.isFinite) else { throw ModelError(.notFinite) }
    Self.subtract(mean, from: values)
    let products = Self.products(of: values, rowCount: rowCount, width: width)
    guard products.allSatisfy(\.isFinite) else { throw ModelError(.notFinite) }
    let decomposition = try SymmetricEigenvectors.of(products, size: rowCount)
    variances = decomposition.values.map { max(0, $0) / Double(rowCount) }
    let wanted = count(variances)
    directions = Self.directions(decomposition, wanted, values, width: width)
  }

  /// Rows evenly spread over all of them.
  private static func sample(of rows: any EpochRows) -> any EpochRows {
    let limit = max(2, min(rowLimit, valueLimit / rows.width))
    guard rows.rowCount > limit else { return rows }
    return RowSubset(rows, numbers: (0..<limit).map { $0 * rows.rowCount / limit })
  }

  private static func subtract(_ mean: [Double], from values: FloatSlice) {
    values.withMutableSpan { span in
      for start in stride(from: 0, to: span.count, by: mean.count) {
        for column in 0..<mean.count {
          span[start + column] = Float(Double(span[start + column]) - mean[column])
        }
      }
    }
  }

  /// The products of each row with each: [N, N].
  ///
  /// Chunks of columns are multiplied as floats and added as doubles.
  private static func products(of values: FloatSlice, rowCount: Int, width: Int) -> [Double] {
    var sums = Array(repeating: 0.0, count: rowCount * rowCount)
    let chunkWidth = min(width, 256)
    let product = FloatBuffer(count: rowCount * rowCount).all
    let chunk = FloatBuffer(count: rowCount * chunkWidth).all
    for first in stride(from: 0, to: width, by: chunkWidth) {
      let count = min(chunkWidth, width - first)
      let part = chunk[0..<rowCount * count]
      let source = values.span
      part.withMutableSpan { span in
        for row in 0..<rowCount {
          for column in 0..<count { span[row * count + column] = source[row * width + first + column] }
        }
      }
      MatrixProduct.multiply(
        part, by: part, .transposed, into: product, rows: rowCount, columns: rowCount, inner: count)
      let added = product.span
      for index in sums.indices { sums[index] += Double(added[index]) }
    }
    return sums
  }

  private static func directions(
    _ decomposition: SymmetricEigenvectors.Decomposition, _ count: Int, _ values: FloatSlice, width: Int
  ) -> [Double] {
    let rowCount = decomposition.values.count
    let vectors = FloatBuffer(decomposition.vectors.prefix(count * rowCount).map { Float($0) }).all
    let products = FloatBuffer(count: count * width).all
    MatrixProduct.multiply(vectors, by: values, into: products, rows: count, columns: width, inner: rowCount)
    let span = products.span
    var directions = (0..<count * width).map { Double(span[$0]) }
    for row in 0..<count {
      var square = 0.0
      for index in row * width..<(row + 1) * width { square += directions[index] * directions[index] }
      let scale = square > 0 ? 1 / square.squareRoot() : 0
      for index in row * width..<(row + 1) * width { directions[index] *= scale }
    }
    return directions
  }
}
