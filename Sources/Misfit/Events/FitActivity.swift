/// The purpose of a pass through all rows, other than training a network.
package enum FitActivity: String, Sendable, Hashable {
  /// The model learns from the rows.
  case learning
  /// The rows are scored for the calibration.
  case calibrating
}
