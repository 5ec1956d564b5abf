import MisfitCore
import MisfitKernels

/// The principal components of rows that are too wide for a covariance matrix, from the products of the rows
/// with each other.
///
/// With X [N, D] the centered rows and X·Xᵀ = U·Λ·Uᵀ, the directions are the rows of Λ^(-1/2)·Uᵀ·X, and the
/// variances along them are Λ / N.
///
/// The rows are an evenly spaced sample of at most ``rowLimit`` rows and ``valueLimit`` values.
///
/// - Complexity: O(N²·D), memory O(N·D + N²).
struct SampleComponents {
  /// The mean of each column: [D].
  let mean: [Double]
  /// The variances along the directions, in descending order: [N].
  let variances: [Double]
  /// The first C directions: [C, D].
  let directions: [Double]

  /// The maximum number of values of a sample: 256 MiB of floats.
  static let valueLimit = 1 << 26
  /// The maximum number of rows of a sample.
  static let rowLimit = 2048

  /// Decomposes rows; `count` receives the variances and returns the number of directions, C.
  ///
  /// - Throws: ``LinearAlgebraError``, ``ModelError`` for values that are not finite, and errors of reading
  ///   the rows.
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

  /// Returns the rows, or an evenly spaced sample if there are too many.
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

  /// Returns the products of each row with each: [N, N].
  ///
  /// Chunks of columns are multiplied in floats and added in doubles.
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
    let rows = Rows(count: count, width: width)
    MatrixProduct.multiply(
      vectors, by: values, into: rows.slice, rows: count, columns: width, inner: rowCount)
    var directions: [Double] = []
    directions.reserveCapacity(count * width)
    for row in 0..<count {
      let direction = rows[row].array.map { Double($0) }
      let square = direction.reduce(0) { $0 + $1 * $1 }
      let scale = square > 0 ? 1 / square.squareRoot() : 0
      directions += direction.map { $0 * scale }
    }
    return directions
  }
}
