import MisfitCore

/// How well scores find the samples that are known to be anomalous.
///
///     let evaluation = Evaluation(scores: errors, isAnomaly: labels)
///     evaluation.areaUnderROC      // 1 where every anomaly scores above every other sample
///     evaluation.precision(at: 20) // the share of anomalies among the 20 highest scores
///
/// Samples whose score is NaN are counted in `nanCount` and left out. Infinities rank as the numbers they
/// are.
public struct Evaluation: Sendable, Hashable {
  /// The number of anomalies.
  public let positiveCount: Int
  /// The number of other samples.
  public let negativeCount: Int
  /// The number of samples left out because their score is NaN.
  public let nanCount: Int
  /// The area under the receiver operating characteristic; nil where one class is missing.
  ///
  /// The chance that an anomaly scores above another sample, ties counting a half: scikit-learn's
  /// `roc_auc_score`.
  public let areaUnderROC: Double?
  /// The average precision; nil where one class is missing.
  ///
  /// The precision at each distinct score from the highest down, weighted by the recall it adds, without
  /// interpolation: scikit-learn's `average_precision_score`.
  public let averagePrecision: Double?
  /// Whether each sample is an anomaly, from the highest score down, ties in the order of the samples.
  private let rankedLabels: [Bool]

  /// Evaluates scores, the higher the more anomalous.
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

  /// Evaluates scores, the higher the more anomalous.
  ///
  /// - Precondition: as many labels as scores.
  public init(scores: [Float], isAnomaly: [Bool]) {
    self.init(scores: scores.map(Double.init), isAnomaly: isAnomaly)
  }

  /// The share of anomalies among the `n` highest scores, ties in the order of the samples.
  ///
  /// Nil unless there are between 1 and as many as `n` samples, or where one class is missing.
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

/// The samples of one score.
private struct TieGroup {
  var positives = 0
  var negatives = 0

  /// The groups of scores that descend.
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
