import MisfitCore

/// The eigenvectors of a symmetric matrix, by LAPACK's `dsyevd` (divide and conquer).
package enum SymmetricEigenvectors {
  /// Eigenvalues in descending order, and their vectors.
  ///
  /// Shapes: `values` [D], `vectors` [D, D], each row an eigenvector of length 1.
  package struct Decomposition: Sendable {
    /// The eigenvalues, the largest first.
    package var values: [Double]
    /// The eigenvectors, one per row, in the same order.
    package var vectors: [Double]
  }

  /// Decomposes a symmetric matrix [D, D].
  ///
  /// - Complexity: O(D³).
  /// - Throws: ``LinearAlgebraError``.
  /// - Precondition: `matrix` holds D·D finite values, D at least 1.
  package static func of(_ matrix: [Double], size: Int) throws(LinearAlgebraError) -> Decomposition {
    precondition(size >= 1 && matrix.count == size * size, "the matrix is not square")
    guard let library = LAPACKLibrary.shared else { throw LinearAlgebraError(.noLAPACK) }
    var vectors = matrix
    var values = Array(repeating: 0.0, count: size)
    guard library.decompose(&vectors, &values, size: size) == 0 else {
      throw LinearAlgebraError(.noConvergence)
    }
    // LAPACK returns the smallest first, and column-major vectors, which are rows here.
    let order = (0..<size).reversed()
    return Decomposition(
      values: order.map { values[$0] },
      vectors: order.flatMap { vectors[$0 * size..<($0 + 1) * size] })
  }
}
