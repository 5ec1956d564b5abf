import MisfitCore

/// The quality of anomaly scores against known labels.
///
///     let evaluation = Evaluation(scores: errors, isAnomaly: labels)
///     evaluation.areaUnderROC      // 1 where every anomaly scores above every other sample
///     evaluation.precision(at: 20) // the share of anomalies among the 20 highest scores
///
/// Samples whose score is NaN are counted in `nanCount` and excluded. Infinities rank like other numbers.
public struct Evaluation: Sendable, Hashable {
  /// The number of anomalies.
  public let positiveCount: Int
  /// The number of other samples.
  public let negativeCount: Int
  /// The number of samples excluded because their score is NaN.
  public let nanCount: Int
  /// The area under the receiver operating characteristic; nil if one class is missing.
  ///
  /// The probability that an anomaly scores above another sample, with ties counting one half: scikit-learn's
  /// `roc_auc_score`.
  public let areaUnderROC: Double?
  /// The average precision; nil if one class is missing.
  ///
  /// The precision at each distinct score from the highest down, weighted by the recall it adds, without
  /// interpolation: scikit-learn's `average_precision_score`.
  public let averagePrecision: Double?
  /// Whether each sample is an anomaly, from the highest score down; ties in sample order.
  private let rankedLabels: [Bool]

  /// Evaluates scores; higher is more anomalous.
  ///
  /// - Precondition: as many labels as scores.
  /// - Complexity: O(n log n).
  public init(scores: [Double], isAnomaly: [Bool]) {
    precondition(scores.count == isAnomaly.count, "each score needs a label")
    let used = scores.indices.filter { !scores[$0].isNaN }
    let usedScores = used.map { scores[$0] }
    let positions = rankedPositions(usedScores, order: .largest)
    let labels = positions.map { isAnomaly[used[$0]] }
    let groups = TieGroup.groups(scores: positions.map { usedScores[$0] }, labels: labels)
    nanCount = scores.count - used.count
    positiveCount = labels.count { $0 }
    negativeCount = labels.count - positiveCount
    rankedLabels = labels
    let hasBoth = positiveCount > 0 && negativeCount > 0
    areaUnderROC = hasBoth ? Self.areaUnderROC(groups, positiveCount, negativeCount) : nil
    averagePrecision = hasBoth ? Self.averagePrecision(groups, positiveCount) : nil
  }

  /// Evaluates scores; higher is more anomalous.
  ///
  /// - Precondition: as many labels as scores.
  public init(scores: [Float], isAnomaly: [Bool]) {
    self.init(scores: scores.map(Double.init), isAnomaly: isAnomaly)
  }

  /// Returns the share of anomalies among the `n` highest scores; ties in sample order.
  ///
  /// Nil unless `n` is between 1 and the number of samples, or if one class is missing.
  public func precision(at n: Int) -> Double? {
    guard positiveCount > 0, negativeCount > 0, n >= 1, n <= rankedLabels.count else { return nil }
    return Double(rankedLabels[..<n].count { $0 }) / Double(n)
  }

  private static func areaUnderROC(_ groups: [TieGroup], _ positives: Int, _ negatives: Int) -> Double {
    var positivesAbove = 0
    var wins = 0.0
    for group in groups {
      wins += Double(group.negatives) * (Double(positivesAbove) + Double(group.positives) / 2)
      positivesAbove += group.positives
    }
    return wins / (Double(positives) * Double(negatives))
  }

  private static func averagePrecision(_ groups: [TieGroup], _ positives: Int) -> Double {
    var found = 0
    var seen = 0
    var sum = 0.0
    for group in groups {
      found += group.positives
      seen += group.positives + group.negatives
      sum += Double(group.positives) * Double(found) / Double(seen)
    }
    return sum / Double(positives)
  }
}

/// Samples with equal scores.
private struct TieGroup {
  var positives = 0
  var negatives = 0

  /// Returns the groups of equal scores, from the highest score down.
  static func groups(scores: [Double], labels: [Bool]) -> [TieGroup] {
    var groups: [TieGroup] = []
    for index in scores.indices {
      if index == 0 || scores[index] != scores[index - 1] { groups.append(TieGroup()) }
      if labels[index] {
        groups[groups.count - 1].positives += 1
      } else {
        groups[groups.count - 1].negatives += 1
      }
    }
    return groups
  }
}
