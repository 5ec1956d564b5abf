import CVectorKernels

/// The loss that training minimizes: a mean over all values of a batch.
public enum Loss: String, CaseIterable, Sendable, Codable {
  /// The mean of `(output - target)^2`.
  case meanSquaredError = "mse"
  /// The mean of `|output - target|`.
  case meanAbsoluteError = "mae"
  /// The mean of `-x ln p - (1 - x) ln(1 - p)`, with p the sigmoid of the network's last sums (its logits).
  case binaryCrossEntropy = "bce"
  /// The mean loss of the cells of a table: squared differences of numbers, cross-entropies of booleans and
  /// levels. Missing cells have no loss.
  case mixed

  /// The losses that are means over values; ``mixed`` is a mean over cells.
  package static let ofValues = allCases.filter { $0 != .mixed }

  var code: Int32 {
    switch self {
    case .meanSquaredError: Int32(MISFIT_SQUARED_ERROR.rawValue)
    case .meanAbsoluteError: Int32(MISFIT_ABSOLUTE_ERROR.rawValue)
    case .binaryCrossEntropy: Int32(MISFIT_CROSS_ENTROPY.rawValue)
    case .mixed: preconditionFailure("a mixed loss is one of groups, not of values")
    }
  }
}
