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
    ///
    /// Once it is set, even to the same value, it is the threshold. Until then, the threshold may be another
    /// score: between two groups of images, below gross outliers of which there are more than a hundredth, or
    /// that of the worst window of a series.
    public var quantile = 0.99 { didSet { quantileIsGiven = true } }
    /// Whether the quantile was set, so that no other threshold may be chosen.
    package private(set) var quantileIsGiven = false

    /// Creates options; a nil `quantile` is 0.99 unless the scores show a better threshold.
    public init(
      measure: ScoreMeasure? = nil, calibration: CalibrationMethod = .automatic, quantile: Double? = nil
    ) {
      self.measure = measure
      self.calibration = calibration
      guard let quantile else { return }
      (self.quantile, quantileIsGiven) = (quantile, true)
    }
  }
}
