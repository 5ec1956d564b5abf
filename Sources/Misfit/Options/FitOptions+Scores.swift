extension FitOptions {
  /// The scores, and the threshold above which a sample is flagged.
  public struct Scores: Sendable, Hashable {
    /// The measure by which samples are ranked.
    ///
    /// Nil is the model's own score; with a mixed loss, the sum of the cells' costs; otherwise the mean
    /// squared error.
    public var measure: ScoreMeasure?
    /// The rows that the calibration scores come from; see ``CalibrationMethod``.
    public var calibration = CalibrationMethod.automatic
    /// The quantile of the calibration scores above which a sample is flagged, 0 to 1.
    public var quantile = 0.99

    /// Creates options.
    public init(
      measure: ScoreMeasure? = nil, calibration: CalibrationMethod = .automatic, quantile: Double = 0.99
    ) {
      self.measure = measure
      self.calibration = calibration
      self.quantile = quantile
    }
  }
}
