import MisfitCore

/// Linear equations with a symmetric, positive definite matrix, by LAPACK's `dposv` (Cholesky).
package enum PositiveDefiniteSystem {
  /// Solves `matrix` · X = `rightSides` for X.
  ///
  /// Shapes: `matrix` [D, D]; `rightSides` and the result [C, D]: one row per right-hand side or solution.
  ///
  /// - Complexity: O(D³ + C·D²).
  /// - Throws: ``LinearAlgebraError``.
  /// - Precondition: the counts fit, D and C at least 1.
  package static func solve(
    _ matrix: [Double], size: Int, rightSides: [Double]
  ) throws(LinearAlgebraError) -> [Double] {
    precondition(
      size >= 1 && matrix.count == size * size && !rightSides.isEmpty && rightSides.count % size == 0,
      "the matrix is not square, or a right-hand side has another size")
    guard let library = LAPACKLibrary.shared else { throw LinearAlgebraError(.noLAPACK) }
    var (matrix, solutions) = (matrix, rightSides)
    guard library.solve(&matrix, &solutions, size: size) == 0 else {
      throw LinearAlgebraError(.notPositiveDefinite)
    }
    return solutions
  }
}
