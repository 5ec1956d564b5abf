/// The share of the training rows that is taken to be anomalous and left out.
public enum Contamination: Sendable, Hashable {
  /// The rows whose errors stand out, at most a fifth of all; for a model without epochs, a tenth of the
  /// rows.
  case found
  /// This share of the rows, those with the largest errors: at least 0, which leaves out none, and below 1.
  case share(Double)

  /// The share if none is given and none can be inferred during training.
  static let usualShare = 0.1

  /// The given share, or ``usualShare``.
  var fixedShare: Double {
    switch self {
    case .found: Self.usualShare
    case .share(let share): share
    }
  }
}
