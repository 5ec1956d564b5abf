import MisfitCore

/// Anomalous references that look normal only because they are near to each other.
///
/// A tight group of anomalies has small distances to its neighbors and large ones to all other rows: its
/// members mask each other. A single anomaly has large distances to both. It masks no other row and stays a
/// reference, because normal rows at the edge of the data look the same.
enum MaskedOutliers {
  /// The number of interquartile ranges above the third quartile from which a difference is unusual.
  static let fence = 2.0
  /// The least global score of a masked outlier, in standard deviations of all rows.
  static let leastGlobalScore = 1.0

  /// Returns which references are kept.
  ///
  /// A reference is left out if its global score is above ``leastGlobalScore`` and exceeds its local score by
  /// more than is usual (Tukey's fence, "Exploratory data analysis", 1977): at most a quarter of all.
  ///
  /// - Precondition: each reference has a leave-one-out score by both models.
  static func kept(global: [Double], local: [Double]) -> [Bool] {
    precondition(global.count == local.count && !global.isEmpty, "two scores per reference")
    let differences = zip(global, local).map { $0 - $1 }
    let sorted = differences.sorted()
    let lower = SortedValues.lowerQuantile(0.25, sorted)
    let upper = SortedValues.lowerQuantile(0.75, sorted)
    let limit = upper + fence * (upper - lower)
    return zip(global, differences).map { $0 <= leastGlobalScore || $1 <= limit }
  }
}
