/// The rows that a fit takes its calibration scores from.
public enum CalibrationMethod: String, Sendable, Codable, Hashable, CaseIterable {
  /// Held-out rows if there are about a thousand of them, else each row by a model that learned without it,
  /// as with ``cross``.
  case automatic = "auto"
  /// Each row scored by a model that learned without it: cross-validation, or leave-one-out for models that
  /// exclude a row from its own neighbors.
  case cross
  /// Rows held out of training, however few.
  case split
}
