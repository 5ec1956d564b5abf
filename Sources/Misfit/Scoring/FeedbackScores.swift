import MisfitCore
import MisfitIngest

/// The changes of scores that follow from the feedback of a detector.
///
/// They are a fixed function of a row and its score before feedback, whatever other rows are scored. Scores
/// that only become lower have p-values that only become larger, so that these stay valid. After a
/// calibration with the same function they are exact.
final class FeedbackScores: Sendable {
  /// The kinds of rows learned from marked rows.
  let kinds: [FeedbackKind]
  private let scale: FeedbackScale
  private let conditions: [(column: Int, condition: ColumnCondition)]
  private let columnRules: [(column: Int, rule: ColumnRule)]
  private let raisesScores: Bool

  /// Creates the changes for a detector with feedback; rules on columns that it does not have are ignored.
  init(_ feedback: Feedback, of detector: Detector) {
    let schema = detector.outputSchema
    scale = feedback.scale
    // By the Mahalanobis distance, reconstructions follow the values.
    kinds = FeedbackKind.kinds(
      of: feedback, schema: schema, comparesResiduals: detector.calibration.measure != .mahalanobis)
    raisesScores = kinds.contains { $0.verdict == .anomaly }
    var conditions: [(column: Int, condition: ColumnCondition)] = []
    var rules: [Int: ColumnRule] = [:]
    for rule in feedback.rules {
      guard let column = schema.columnNames.firstIndex(of: rule.column) else { continue }
      switch rule {
      case .unless(let condition): conditions.append((column, condition))
      case .least(_, let deviation): rules[column, default: ColumnRule()].leastDeviation = deviation
      case .direction(_, let direction): rules[column, default: ColumnRule()].direction = direction
      }
    }
    self.conditions = conditions
    columnRules = rules.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Returns the score of a sample of a batch.
  ///
  /// Kinds of rows change the score first; a rule on a column then removes the column's share, and a
  /// condition makes the row normal.
  func score(_ score: Double, of batch: ScoredBatch, at index: Int) -> Double {
    guard score > scale.typical || raisesScores else { return score }
    var shares: [Double]?
    func sharesOfRow() -> [Double] {
      let found = shares ?? batch.featureShares(at: index)
      shares = found
      return found
    }
    var result = score
    if !kinds.isEmpty {
      let values = batch.truth(at: index)
      let expected = batch.reconstruction(at: index)
      result = changed(score) { kind in
        let likeness = kind.likeness(values: values, expected: expected)
        return likeness > 0 ? (likeness * kind.likeness(shares: sharesOfRow()), sharesOfRow()) : (0, [])
      }
    }
    guard result > scale.typical, !conditions.isEmpty || !columnRules.isEmpty else { return result }
    let cells = batch.values(at: index)
    if conditions.contains(where: { $0.condition.holds(for: cells[$0.column]) }) { return scale.typical }
    return ruled(result, of: batch, at: index, cells, sharesOfRow)
  }

  /// Returns a score with the kinds that a row is of, by a function that returns how far it is of a kind.
  private func changed(
    _ score: Double, likeness: (FeedbackKind) -> (likeness: Double, shares: [Double])
  ) -> Double {
    var (lowered, raised) = (score, score)
    var (normal, anomalous) = (0.0, 0.0)
    for kind in kinds where kind.verdict == .anomaly || score > scale.typical {
      let (likeness, shares) = likeness(kind)
      guard likeness > 0 else { continue }
      let target = kind.target(score: score, shares: shares)
      if kind.verdict == .normal {
        normal = max(normal, likeness)
        lowered = min(lowered, score - likeness * max(0, score - target))
      } else {
        anomalous = max(anomalous, likeness)
        raised = max(raised, score + likeness * max(0, target - score))
      }
    }
    return anomalous > 0 && anomalous >= normal ? raised : lowered
  }

  /// Returns a score without the shares of columns whose deviation does not count.
  private func ruled(
    _ score: Double, of batch: ScoredBatch, at index: Int, _ cells: [Double], _ shares: () -> [Double]
  ) -> Double {
    guard !columnRules.isEmpty else { return score }
    let expected = batch.expectedValues(at: index, columns: columnRules.map(\.column))
    var removed = 0.0
    for ((column, rule), expected) in zip(columnRules, expected) {
      let deviation = cells[column] - expected
      // A missing value and an unknown one have no deviation, and count.
      if !deviation.isNaN, !rule.wants(deviation: deviation) { removed += shares()[column] }
    }
    guard removed > 0 else { return score }
    return min(score, max(scale.typical, scale.least + (score - scale.least) * max(0, 1 - removed)))
  }
}

extension Detector {
  /// The changes of scores by feedback; nil without feedback.
  var feedbackScores: FeedbackScores? {
    guard let feedback = record.feedback, !feedback.isEmpty else { return nil }
    return cache.value { FeedbackScores(feedback, of: self) }
  }
}

extension ScoredBatch {
  /// Returns the expected numbers of some columns of a sample, in the units of the data; NaN for columns
  /// without numbers.
  func expectedValues(at index: Int, columns: [Int]) -> [Double] {
    let expected =
      detector.expectation(of: truth(at: index).array) ?? reconstruction(at: index).array
    return columns.map { column in
      detector.outputSchema.cell(of: expected.span, column: column).number ?? .nan
    }
  }
}
