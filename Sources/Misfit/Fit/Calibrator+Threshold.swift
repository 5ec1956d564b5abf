import MisfitAnalytics

// A quantile misses gross outliers that are more than it flags: three of ten among 300 rows, one of two among
// 40 images. If these were meant to be normal, it is even the score of a gross one, and hides all others.
extension Calibrator {
  /// Returns the score above which a sample is flagged; nil without scores.
  ///
  /// It is the quantile of the options if that was given. Otherwise it is lower if the scores show more
  /// anomalies than the quantile would flag, and higher if they show that there are two groups of images.
  func threshold(of calibration: ScoreCalibration, _ found: FoundScores) -> AnomalyThreshold? {
    let usual = quantileThreshold(of: calibration, found.origin)
    guard !options.scores.quantileIsGiven, let usual else { return usual }
    let isOfImages = data.schema.shape.imageExtents != nil
    if isOfImages, options.rows.areScored, let groups = ScoreGroups(calibration),
      groups.shareAbove < Self.largestHighShare
    {
      return AnomalyThreshold(value: groups.boundary)
    }
    // Rows of tables that calibrate a model without being judged have no gross outliers among them.
    let gap = isOfImages || found.origin == .all ? ScoreGap(calibration) : nil
    let least = [gap?.boundary, found.largestOrdinary].compactMap { $0 }.filter(\.isFinite).min()
    guard let least, least < usual.value else { return usual }
    return AnomalyThreshold(value: least)
  }

  /// Returns the threshold at the quantile of the options; nil without scores.
  private func quantileThreshold(
    of calibration: ScoreCalibration, _ origin: Calibration.Origin
  ) -> AnomalyThreshold? {
    // Rows that will be scored themselves have a quantile of their own, without a conformal correction.
    origin.isOfLearnedRows
      ? calibration.threshold(atQuantile: options.scores.quantile)
      : calibration.conformalThreshold(atQuantile: options.scores.quantile)
  }

  /// The share of images above a valley from which they are taken for the usual ones.
  ///
  /// The rank of an image among those that it was learned with says nothing about how many are anomalous,
  /// but a valley between two groups of scores does. Of 298 circuit boards, half of them with defects, the
  /// quantile flags three, and the valley 147 defective and five good ones.
  private static let largestHighShare = 2.0 / 3
}
