import MisfitCore
import MisfitKernels

extension PrincipalComponents {
  /// Returns the expectation of each column of a row from all other columns: the conditional mean under
  /// probabilistic PCA.
  ///
  /// A reconstruction follows a value that is far out along a component; the expectation does not. With M the
  /// inverse covariance and z the row minus the mean, the expectation of the inputs S of a column is
  /// x_S - M_SS⁻¹·(M·z)_S.
  ///
  /// Shapes: `row` [D]; `columns` are the inputs of each column, which together are all inputs; result [D].
  ///
  /// - Complexity: O(C·D) for columns of one input, O(C·S² + S³) for one of S inputs.
  package func expectation(of row: [Float], columns: [Range<Int>]) -> [Float] {
    precondition(row.count == width, "a row of the model's width")
    let weights = componentWeights
    let directions = components.array.map { Double($0) }
    let centered = (0..<width).map { Double(row[$0]) - Double(mean[$0]) }
    var precision = centered
    for (component, weight) in weights.enumerated() {
      let start = component * width
      var code = 0.0
      for column in 0..<width { code += directions[start + column] * centered[column] }
      for column in 0..<width { precision[column] -= weight * code * directions[start + column] }
    }
    var expected = row
    for inputs in columns {
      let block = inputs.flatMap { first in
        inputs.map { second in
          weights.indices.reduce(first == second ? 1.0 : 0) { sum, component in
            let start = component * width
            return sum - weights[component] * directions[start + first] * directions[start + second]
          }
        }
      }
      guard let steps = Self.solution(block, Array(precision[inputs])) else { continue }
      for (input, step) in zip(inputs, steps) { expected[input] -= Float(step) }
    }
    return expected
  }

  /// The weights 1 - σ² / varianceᵢ: [C].
  ///
  /// The inverse covariance times σ² is the identity minus the sum of these weights times the outer products
  /// of the directions with themselves.
  private var componentWeights: [Double] {
    guard !isEmpty else { return Array(repeating: 0, count: codeCount) }
    let noise = Double(noiseVariance ?? 0)
    return variances.array.prefix(codeCount).map { variance in
      variance > 0 ? max(0, 1 - noise / Double(variance)) : 0
    }
  }

  /// Solves the system of a matrix and its right sides; returns nil if it is not positive definite.
  private static func solution(_ matrix: [Double], _ sides: [Double]) -> [Double]? {
    guard sides.count > 1 else { return matrix[0] > 1e-9 ? [sides[0] / matrix[0]] : nil }
    return try? PositiveDefiniteSystem.solve(matrix, size: sides.count, rightSides: sides)
  }
}
