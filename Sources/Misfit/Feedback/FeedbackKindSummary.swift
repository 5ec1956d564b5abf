import MisfitCore
import MisfitIngest

/// A kind of marked rows for people: its columns to blame, and the values that rows of the kind have there.
package struct FeedbackKindSummary: Sendable, Hashable {
  /// A column to blame.
  package struct Column: Sendable, Hashable {
    /// The name of the column.
    package var name: String
    /// The smallest value of a row that differs in this column alone; for levels, the level.
    package var low: CellValue
    /// The largest value of a row that differs in this column alone; for levels, the level.
    package var high: CellValue
  }

  /// The class of the rows.
  package var verdict: Feedback.Verdict
  /// The identifiers of the marked rows.
  package var ids: [String]
  /// The columns to blame, the largest share first.
  package var columns: [Column]
}

extension Detector {
  /// The kinds of rows that scores are changed for, learned from the marked rows.
  package var feedbackKinds: [FeedbackKindSummary] {
    guard let feedback = record.feedback, let scores = feedbackScores else { return [] }
    return scores.kinds.map { kind in
      FeedbackKindSummary(
        verdict: kind.verdict, ids: kind.rows.map { feedback.rows[$0].id },
        columns: kind.columns.map { column(of: kind, $0, feedback.rows[kind.rows[0]]) })
    }
  }

  private func column(
    of kind: FeedbackKind, _ column: Int, _ row: FeedbackRow
  ) -> FeedbackKindSummary.Column {
    let inputs = outputSchema.inputs(of: column)
    let range = inputs.first.flatMap { inputs.count == 1 ? kind.range(ofInput: $0) : nil }
    func cell(_ bound: Double?) -> CellValue {
      var values = row.values
      if let bound, let input = inputs.first { values[input] = Float(bound) }
      return outputSchema.cell(of: values.span, column: column)
    }
    return FeedbackKindSummary.Column(
      name: outputSchema.featureName(at: column), low: cell(range?.lowerBound), high: cell(range?.upperBound))
  }
}
