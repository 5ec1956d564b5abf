/// The numbers of samples by label and decision, and the best F1 of any threshold.
package struct ConfusionCounts: Sendable, Hashable {
  /// Flagged anomalies.
  package let truePositives: Int
  /// Flagged samples that are no anomalies.
  package let falsePositives: Int
  /// Anomalies that are not flagged.
  package let falseNegatives: Int
  /// Other samples that are not flagged.
  package let trueNegatives: Int
  /// The largest F1 of any threshold; nil without anomalies.
  package let bestF1: Double?
  /// The threshold of ``bestF1``; samples with a score of at least it are flagged.
  package let bestF1Threshold: Double?

  /// Counts samples; those with a score of NaN are excluded.
  ///
  /// - Precondition: as many labels and decisions as scores.
  /// - Complexity: O(n log n).
  package init(scores: [Double], isAnomaly: [Bool], isFlagged: [Bool]) {
    precondition(
      scores.count == isAnomaly.count && scores.count == isFlagged.count, "each score needs a label")
    let used = scores.indices.filter { !scores[$0].isNaN }
    truePositives = used.count { isAnomaly[$0] && isFlagged[$0] }
    falsePositives = used.count { !isAnomaly[$0] && isFlagged[$0] }
    falseNegatives = used.count { isAnomaly[$0] && !isFlagged[$0] }
    trueNegatives = used.count { !isAnomaly[$0] && !isFlagged[$0] }
    let positives = truePositives + falseNegatives
    let ranked = used.sorted { scores[$0] > scores[$1] }
    var (best, threshold) = (0.0, Double?.none)
    var found = 0
    for (rank, sample) in ranked.enumerated() {
      if isAnomaly[sample] { found += 1 }
      // A threshold does not separate equal scores.
      if rank + 1 < ranked.count, scores[ranked[rank + 1]] == scores[sample] { continue }
      let f1 = 2 * Double(found) / Double(rank + 1 + positives)
      if f1 > best { (best, threshold) = (f1, scores[sample]) }
    }
    bestF1 = positives > 0 ? best : nil
    bestF1Threshold = positives > 0 ? threshold : nil
  }

  /// The F1 of the decisions, 2 TP / (2 TP + FP + FN); nil without anomalies.
  package var f1: Double? {
    guard truePositives + falseNegatives > 0 else { return nil }
    return 2 * Double(truePositives) / Double(2 * truePositives + falsePositives + falseNegatives)
  }
}
