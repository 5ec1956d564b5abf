import CVectorKernels

/// What training makes small: a mean over the values of a batch, rows and columns alike.
public enum Loss: String, CaseIterable, Sendable, Codable {
  /// The mean of `(output - target)^2`.
  case meanSquaredError = "mse"
  /// The mean of `|output - target|`.
  case meanAbsoluteError = "mae"
  /// The mean of `-x ln p - (1 - x) ln(1 - p)`, with p the sigmoid of the network's last sums (its logits).
  case binaryCrossEntropy = "bce"
  /// The mean cost of the cells of a table, see ``Cell``: squares of numbers, and cross-entropies of the others.
  case mixed

  /// Those that are means over values; ``mixed`` is one over cells.
  package static let ofValues = allCases.filter { $0 != .mixed }

  var code: Int32 {
    switch self {
    case .meanSquaredError: Int32(MISFIT_SQUARED_ERROR.rawValue)
    case .meanAbsoluteError: Int32(MISFIT_ABSOLUTE_ERROR.rawValue)
    case .binaryCrossEntropy: Int32(MISFIT_CROSS_ENTROPY.rawValue)
    case .mixed: preconditionFailure("a mixed loss is one of cells, not of values")
    }
  }
}
