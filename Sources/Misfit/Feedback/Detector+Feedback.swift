import MisfitCore
import MisfitIngest

extension Detector {
  /// The feedback on scored rows and columns; nil for none.
  package var feedback: Feedback? { record.feedback }

  /// Returns the same model with other feedback; what was learned is shared, not copied.
  ///
  /// Nil, or feedback without rows and rules, removes it: scores are then those of the model alone.
  package func withFeedback(_ feedback: Feedback?) -> Detector {
    var record = record
    record.feedback = feedback.flatMap { $0.isEmpty ? nil : $0 }
    return Detector(record: record, model: model)
  }

  /// The feedback so far or, if there is none, empty feedback on the scale of the calibration.
  ///
  /// The scale stays the one of the first feedback, so that a later calibration does not move it.
  ///
  /// - Throws: ``FeedbackError`` if the model cannot have feedback.
  package func feedbackToExtend() throws(FeedbackError) -> Feedback {
    if let feedback = record.feedback { return feedback }
    guard !scoresWindows else { throw FeedbackError(.series) }
    guard schema.preparation?.tiles == nil else { throw FeedbackError(.tiles) }
    guard let scale = FeedbackScale(calibration) else { throw FeedbackError(.unfinishedModel) }
    return Feedback(scale: scale)
  }

  /// Returns the same model with additional rules on its columns; a rule replaces an equal one, and another
  /// deviation or direction of the same column.
  ///
  /// - Throws: ``FeedbackError`` if a column is none of the model's numbers.
  package func adding(_ rules: [FeedbackRule]) throws(FeedbackError) -> Detector {
    var feedback = try feedbackToExtend()
    for rule in rules {
      try check(rule)
      feedback.rules.removeAll { $0.isReplaced(by: rule) }
      feedback.rules.append(rule)
    }
    return withFeedback(feedback)
  }

  private func check(_ rule: FeedbackRule) throws(FeedbackError) {
    let names = outputSchema.columnNames
    guard let index = names.firstIndex(of: rule.column) else {
      throw FeedbackError(
        .unknownColumn(rule.column, nearest: NearestSpelling.of(rule.column, among: names)))
    }
    guard outputSchema.table?.used[index].holdsNumbers ?? true else {
      throw FeedbackError(.notNumeric(rule.column))
    }
  }

  /// Returns the same model with marked rows of a scoring: those whose identifiers have a class.
  ///
  /// A row of the same source that was marked before is replaced. `onBatch` is called with the number of rows
  /// read so far.
  ///
  /// - Throws: ``FeedbackError`` if an identifier is not among the rows, or the model cannot have feedback;
  ///   ``IngestError``; the error that `onBatch` throws.
  package func marking(
    _ verdicts: [String: Feedback.Verdict], in source: any RecordSource,
    targets: (any RecordSource)? = nil, threadCount: Int? = nil, onBatch: (Int) throws -> Void = { _ in }
  ) throws -> Detector {
    var feedback = try feedbackToExtend()
    var missing = Set(verdicts.keys)
    var found: [FeedbackRow] = []
    var count = 0
    var scoring = try score(source, targets: targets)
    if let threadCount { scoring.threadCount = threadCount }
    scoring.takesCrossEntropy = false
    try scoring.forEachBatch { batch in
      for index in 0..<batch.count {
        let id = batch.id(at: index)
        guard let verdict = verdicts[id] else { continue }
        missing.remove(id)
        guard let row = batch.feedbackRow(at: index, verdict, of: source.name) else {
          throw FeedbackError(.notScored(id, source: source.name))
        }
        found.append(row)
      }
      count += batch.count
      try onBatch(count)
    }
    guard missing.isEmpty else {
      throw FeedbackError(.missingRows(missing.sorted(), source: source.name))
    }
    feedback.rows.removeAll { $0.source == source.name && verdicts[$0.id] != nil }
    feedback.rows += found
    guard feedback.rows.count <= Self.markedRowLimit else {
      throw FeedbackError(.tooManyRows(limit: Self.markedRowLimit))
    }
    return withFeedback(feedback)
  }

  /// The maximum number of marked rows; many more are training data.
  package static let markedRowLimit = 10_000

  /// Returns the same model without some feedback: marked rows by their identifiers, rules by their columns
  /// or texts.
  ///
  /// - Throws: ``FeedbackError`` if nothing has one of the names.
  package func forgetting(_ names: [String]) throws(FeedbackError) -> Detector {
    guard var feedback = record.feedback else { throw FeedbackError(.nothingToForget) }
    for name in names {
      let count = feedback.rows.count + feedback.rules.count
      feedback.rows.removeAll { $0.id == name }
      feedback.rules.removeAll { $0.column == name || $0.text == name }
      guard feedback.rows.count + feedback.rules.count < count else { throw FeedbackError(.unknown(name)) }
    }
    return withFeedback(feedback)
  }
}

extension FeedbackRule {
  /// Whether another rule takes the place of this one.
  fileprivate func isReplaced(by other: FeedbackRule) -> Bool {
    switch (self, other) {
    case (.least, .least), (.direction, .direction): column == other.column
    default: self == other
    }
  }
}

extension ScoredBatch {
  /// Returns a sample as a marked row; nil if it has no finite score.
  fileprivate func feedbackRow(
    at index: Int, _ verdict: Feedback.Verdict, of source: String
  ) -> FeedbackRow? {
    let score = scoreBeforeFeedback(at: index)
    guard score.isFinite else { return nil }
    return FeedbackRow(
      id: id(at: index), source: source, verdict: verdict, score: score, values: truth(at: index).array,
      expected: reconstruction(at: index).array, shares: featureShares(at: index).map { Float($0) })
  }
}
