import Misfit

/// What feedback changed in the data that the marked rows are from.
struct FeedbackEffect {
  /// The name of the data.
  var source: String
  /// The number of rows flagged by the scores of the model alone.
  var flaggedBefore = 0
  /// The number of rows flagged with the feedback.
  var flaggedAfter = 0
  /// The number of rows.
  var count = 0

  /// The effect as a sentence.
  var text: String {
    """
    of \(CountText.of(count, "row")) in \(source), \(NumberText.grouped(flaggedAfter)) are flagged, \
    \(NumberText.grouped(flaggedBefore)) without feedback
    """
  }
}

/// The reading of marked rows.
struct FeedbackMarking {
  let data: [String]
  let scoresPath: String?
  let input: InputFlags
  let target: TargetPath
  let threads: Int

  /// Returns a detector with marked rows, and what they change.
  ///
  /// - Throws: ``FeedbackError``, ``ArgumentError``, and the errors of reading data.
  func apply(
    _ verdicts: [String: Feedback.Verdict], to detector: Detector, _ terminal: Terminal
  ) throws -> (Detector, FeedbackEffect) {
    let known = try scoresPath.map { try MarkedRows.scores($0) }
    let (source, targets) = try open(detector, scoreColumns: known?.columns)
    let interruption = Interruption.watch()
    defer { interruption.end() }
    let progress = RowProgressLine("reading", terminal.messages)
    defer { progress.finish() }
    let marked = try detector.marking(
      verdicts, in: source, targets: targets, threadCount: threads
    ) { count in
      try interruption.check()
      progress.update(rowCount: count)
    }
    if let known {
      try check(marked, verdicts, known.scores, source.name, wasMarked: detector.feedback != nil)
    }
    var effect = FeedbackEffect(source: source.name)
    var scoring = try marked.score(source, targets: targets)
    scoring.threadCount = threads
    scoring.takesCrossEntropy = false
    try scoring.forEachBatch { batch in
      try interruption.check()
      for index in 0..<batch.count {
        if batch.flags(batch.scoreBeforeFeedback(at: index)) == true { effect.flaggedBefore += 1 }
        if batch.flags(batch.score(at: index)) == true { effect.flaggedAfter += 1 }
      }
      effect.count += batch.count
    }
    return (marked, effect)
  }

  /// Opens the rows: the data or, without data, the scores, if they contain the columns of the model.
  private func open(
    _ detector: Detector, scoreColumns: [String]?
  ) throws -> (any RecordSource, (any RecordSource)?) {
    var options = input.sourceOptions
    options.threadCount = threads
    options.spoolsStandardInput = true
    var paths = data
    if paths.isEmpty, let scoresPath, let scoreColumns {
      let absent = detector.schema.columnNames.filter { !scoreColumns.contains($0) }
      guard absent.isEmpty, detector.schema.shape.imageExtents == nil else {
        throw ArgumentError(
          .conflict(
            "\(scoresPath) has scores alone, without the column \"\(absent.first ?? "pixels")\"",
            remedy: "give the rows with --data, or score with --keep all"))
      }
      paths = [scoresPath]
      options.idColumn = "id"
    }
    let targets = try target.path.map { try detector.openTargets($0, options: input.targetOptions) }
    return (try detector.open(paths, options: options), targets)
  }

  /// Throws if marked rows have other scores in the file of scores: then they are other rows.
  private func check(
    _ detector: Detector, _ verdicts: [String: Feedback.Verdict], _ scores: [String: Double],
    _ source: String, wasMarked: Bool
  ) throws(ArgumentError) {
    for row in detector.feedback?.rows ?? [] where row.source == source && verdicts[row.id] != nil {
      guard let score = scores[row.id] else {
        throw ArgumentError(
          .conflict("row \"\(row.id)\" has no score in the file of scores", remedy: "give its own scores"))
      }
      // Earlier feedback may have changed the scores since.
      guard wasMarked || (score - row.score).magnitude <= 1e-3 * max(score.magnitude, row.score.magnitude)
      else {
        throw ArgumentError(
          .conflict(
            """
            row "\(row.id)" of \(source) has the score \(NumberText.significant(row.score)), and \
            \(NumberText.significant(score)) in the file of scores
            """, remedy: "give the rows and the model that were scored"))
      }
    }
  }
}
