import CVectorKernels
import MisfitCore

/// The error measures of one sample, all computed in one pass.
///
/// Units: those of the network's input (scaled). NaN: a value that is not a number makes every measure NaN.
package struct RowErrors: Hashable, Sendable {
  /// The mean of the squared differences.
  package var meanSquared: Double
  /// The mean of the absolute differences.
  package var meanAbsolute: Double
  /// The largest absolute difference.
  package var maximum: Double
  /// The sum of (input - output).
  package var signedSum: Double
  /// The mean binary cross-entropy, with the output as a probability clipped to [1e-7, 1 - 1e-7]; nil if it
  /// was not computed.
  package var meanCrossEntropy: Double?

  init(_ sums: misfit_row_errors, count: Int, hasCrossEntropy: Bool) {
    let n = Double(count)
    meanSquared = Double(sums.squared_sum) / n
    meanAbsolute = Double(sums.absolute_sum) / n
    maximum = Double(sums.absolute_maximum)
    signedSum = Double(sums.signed_sum)
    meanCrossEntropy = hasCrossEntropy ? Double(sums.cross_entropy_sum) / n : nil
  }

  /// The number of floats that store one row's errors in a buffer.
  package static let storedCount = 5

  /// Reads the errors of row `row` from a buffer that ``VectorKernels`` filled.
  ///
  /// `hasCrossEntropy` is whether the buffer contains that measure.
  package init(stored buffer: FloatSlice, at row: Int, width: Int, hasCrossEntropy: Bool = true) {
    let start = row * Self.storedCount
    self.init(
      misfit_row_errors(
        squared_sum: buffer[start], absolute_sum: buffer[start + 1], absolute_maximum: buffer[start + 2],
        signed_sum: buffer[start + 3], cross_entropy_sum: buffer[start + 4]), count: width,
      hasCrossEntropy: hasCrossEntropy)
  }

  /// The square root of the mean of the squared differences.
  package var rootMeanSquared: Double { meanSquared.squareRoot() }
}
