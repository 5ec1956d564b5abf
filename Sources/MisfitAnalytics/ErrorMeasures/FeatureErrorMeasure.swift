import MisfitCore

/// The distance of one feature's reconstruction from its value.
package enum FeatureErrorMeasure: String, Sendable, Hashable, Codable, CaseIterable {
  /// The squared difference.
  case squared
  /// The absolute difference.
  case absolute
  /// Input - output: positive if the reconstruction is too small.
  case signed

  /// Returns the error of one value; NaN if either is NaN.
  package func error(input: Double, output: Double) -> Double {
    let difference = input - output
    return switch self {
    case .squared: difference * difference
    case .absolute: difference.magnitude
    case .signed: difference
    }
  }

  /// Returns the error of each feature as an array.
  ///
  /// Shapes: `input`, `output`, result [D]. NaN in a feature gives NaN in its error.
  /// - Complexity: O(D).
  /// - Precondition: both spans contain the same number of values.
  package func errors(input: Span<Float>, output: Span<Float>) -> [Double] {
    precondition(input.count == output.count, "errors need two samples of one length")
    return input.indices.map { error(input: Double(input[$0]), output: Double(output[$0])) }
  }

  /// Writes the error of each feature; the difference is computed in Double and rounded once.
  ///
  /// Shapes: `input`, `output`, `errors` [D]. NaN in a feature gives NaN in its error.
  /// - Complexity: O(D), no allocation.
  /// - Precondition: the three spans contain the same number of values.
  package func write(
    input: Span<Float>, output: Span<Float>, into errors: inout MutableSpan<Float>
  ) {
    precondition(
      input.count == output.count && input.count == errors.count, "errors need spans of one length")
    for index in input.indices {
      errors[index] = Float(error(input: Double(input[index]), output: Double(output[index])))
    }
  }
}
