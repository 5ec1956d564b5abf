/// Products of small matrices, and inverses of those that are symmetric and positive definite, in doubles and
/// plain loops: the same bits on every machine.
enum SmallMatrix {
  /// Returns the inverse of a matrix [D, D], by a Cholesky decomposition.
  ///
  /// Pivots have a lower bound, so that rounding errors, or the numbers of an altered file, do not make roots
  /// of negative numbers.
  ///
  /// - Complexity: O(D³).
  static func inverse(of matrix: [Double], size: Int) -> [Double] {
    let lower = invertedFactor(of: matrix, size: size)
    var inverse = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      // The inverse is the transposed inverted factor times itself: rows are added up, which are contiguous.
      for column in 0...row {
        let factor = lower[row * size + column]
        guard factor != 0 else { continue }
        for other in 0...row { inverse[column * size + other] += factor * lower[row * size + other] }
      }
    }
    return inverse
  }

  /// Returns the inverse of the lower triangle L with L Lᵀ = matrix.
  private static func invertedFactor(of matrix: [Double], size: Int) -> [Double] {
    var factor = matrix
    var result = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for index in 0..<column { sum -= factor[row * size + index] * factor[column * size + index] }
        factor[row * size + column] =
          row == column
          ? max(sum, matrix[row * size + row] * 1e-10, 1e-300).squareRoot()
          : sum / factor[column * size + column]
      }
    }
    for row in 0..<size {
      let pivot = factor[row * size + row]
      for index in 0..<row {
        let multiple = factor[row * size + index]
        for column in 0...index { result[row * size + column] -= multiple * result[index * size + column] }
      }
      for column in 0..<row { result[row * size + column] /= pivot }
      result[row * size + row] = 1 / pivot
    }
    return result
  }

  /// Adds a multiple of one row of a matrix to a list.
  static func addRow(_ row: Int, of matrix: [Double], times factor: Double, to list: inout [Double]) {
    let count = list.count
    let values = matrix.span.extracting(row * count..<(row + 1) * count)
    var list = list.mutableSpan
    // A bound that both spans have, so that the loop is vectorized.
    for index in 0..<min(values.count, list.count) { list[index] += factor * values[index] }
  }

  /// Returns the product of `a` [M, K] and `b` [K, N].
  static func product(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: rows * columns)
    for row in 0..<rows {
      for index in 0..<inner {
        let factor = a[row * inner + index]
        guard factor != 0 else { continue }
        for column in 0..<columns { result[row * columns + column] += factor * b[index * columns + column] }
      }
    }
    return result
  }
}
