import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitNetworks
import MisfitPlots
import MisfitReports

/// The report of a detector's scores of a source, as a folder with page, plots, scores and summary.
///
/// Files: `report.html`, `scores.csv`, `reasons.csv` for tables, `summary.json`, `training.csv`,
/// `error-histogram`, `training-curve`, `worst` and, for a code of two values, `code-scatter`, each plot as
/// PNG and SVG; with labels, `classes.csv` and `class-errors`. For images, `regions.csv`, `pictures.csv` and
/// the folders `maps`, `masks`, `overlays` and `page`; see ``ImageFiles``.
package struct DetectionReport {
  /// The number of worst samples in the drawing of the worst.
  package var drawnCount = 12
  /// The images of which pictures are written.
  package var drawnImages = DrawnImages.automatic
  /// The number of reasons of each sample in `scores.csv`.
  package var tabledReasons = 0
  /// Whether text that a spreadsheet would evaluate as a formula is prefixed with an apostrophe in
  /// `scores.csv`.
  package var escapesFormulas = false
  /// The choices that the fit made, shown on the page.
  package var choices: [Choice] = []
  /// The program's word for an option.
  package var naming: @Sendable (OptionName) -> String = { $0.description }
  /// The command that made the report, shown on the page.
  package var command: String?
  /// The record of the run; nil for none.
  package var record: RunRecord?
  /// The evaluation of anomaly maps against masks or boxes; nil without them.
  package var defects: DefectEvaluation?
  /// The columns of segments, which the source has as its kept columns; empty for no segments.
  package var segmentColumns: [String] = []
  private let scoring: Scoring
  private let options: ScoreSummary.Options

  /// Creates the report of a scoring.
  package init(_ scoring: Scoring, options: ScoreSummary.Options = ScoreSummary.Options()) {
    self.scoring = scoring
    self.options = options
  }

  /// Scores the source in one pass, and writes the folder.
  ///
  /// All files appear together, including those begun in `group` before; see ``ReportFolder``. `onProgress`
  /// receives the number of rows scored so far, and `onDrawing` the number of images drawn and that of all to
  /// draw; an error that they throw ends the work.
  ///
  /// - Throws: ``IngestError``, ``FileError``, ``ImageError``.
  package func write(
    to path: String, in group: OutputGroup = OutputGroup(), onProgress: (Int) throws -> Void = { _ in },
    onDrawing: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> ScoreSummary {
    var folder = try ReportFolder(path, group)
    let scoring = try scoring.scoringSeries(onRows: onProgress)
    let table = try ScoreTable(
      folder.file("scores.csv"), hasLabels: scoring.source.layout.hasLabels,
      hasPValues: scoring.detector.calibration.origin.hasPValues, reasonCount: tabledReasons,
      escapesFormulas: escapesFormulas, in: group)
    var options = options
    options.comparesGroups = true
    var summary = ScoreSummary(of: scoring, options: options)
    var selection = try imageSelection(for: scoring, summary, in: folder)
    var defects = defects
    var segments = segmentColumns.isEmpty ? nil : SegmentScores(columns: segmentColumns)
    try scoring.forEachBatch { batch in
      try table.write(batch)
      summary.update(batch)
      segments?.update(batch)
      selection?.choice.update(batch)
      try defects?.update(batch)
      try onProgress(summary.count)
    }
    try table.finish()
    summary.defects = defects?.result
    summary.segments = segments?.analysis()
    folder.note(
      "scores.csv",
      """
      one row a sample: id, score, percentile among the calibration scores, p-value, flag, reconstruction \
      error
      """
    )
    let images = try selection.map { try drawImages($0, of: scoring, into: &summary, &folder, onDrawing) }
    let decision = summary.decision
    let events = scoring.series.map { $0.events { decision.flags($0) ?? false } } ?? []
    var json = summary.json
    if let series = scoring.series {
      summary.events = EventTable.worstFirst(events)
      summary.unscoredText = series.unscoredText
      try EventTable.write(
        events, columns: series.columnNames, to: folder.file("events.csv"), escapesFormulas: escapesFormulas,
        in: group)
      folder.note("events.csv", "one row an event: series, times, score, values and what was expected")
      json["events"] = .array(EventTable.worstFirst(events).prefix(100).map { .object($0.json) })
      json["eventCount"] = JSONValue(events.count)
    }
    json["training"] = .object(scoring.detector.training.json)
    if let record { json["record"] = .object(record.json) }
    folder.setSummary(json)
    if scoring.detector.training.hasEpochs {
      try TrainingLog.write(scoring.detector.training, to: folder.file("training.csv"), in: group)
      folder.note("training.csv", "loss and validation loss by epoch")
    }
    var page = try page(of: summary, in: &folder)
    if let segments = summary.segments { page.sections.insert(try section(of: segments, in: &folder), at: 1) }
    if let series = scoring.series {
      let drawings = SeriesDrawings(result: series, events: events, decision: decision)
      page.sections.insert(contentsOf: try seriesSections(drawings, in: &folder), at: 1)
    }
    if let images { page.sections.replaceSubrange(1...1, with: try imageSections(images, of: summary)) }
    try onProgress(summary.count)
    _ = try folder.write(page) { try images?.files.publish() }
    return summary
  }

  private func section(
    of segments: SegmentAnalysis, in folder: inout ReportFolder
  ) throws -> HTMLReport.Section {
    try SegmentTable.write(
      segments, to: folder.file("segments.csv"), escapesFormulas: escapesFormulas, in: folder.group)
    folder.note("segments.csv", "one row a segment: rows, flagged rows, and how likely chance explains them")
    let table = SegmentTable.table(of: segments).map { HTMLReport.Block.table($0) }
    return HTMLReport.Section("Where the anomalies are", [table].compactMap(\.self))
  }

  private func page(of summary: ScoreSummary, in folder: inout ReportFolder) throws -> HTMLReport {
    let plots = DetectionPlots(summary)
    var errors: [HTMLReport.Block] = []
    if let histogram = plots.errorHistogram {
      errors.append(
        try folder.add(
          histogram, as: "error-histogram", alternativeText: "histogram of the scores",
          caption: thresholdText(of: summary)))
    }
    errors.append(.facts(errorFacts(of: summary), style: .list))
    var worst: [HTMLReport.Block] = [.table(worstTable(of: summary))]
    if let drawing = plots.worstSamples(atMost: drawnCount) {
      worst.append(try folder.add(drawing, as: "worst", alternativeText: "the worst samples"))
    }
    let explainedCount = drawnCount > 0 ? drawnCount : 12
    if let reasons = ReasonTables.table(of: Array(summary.worst.prefix(explainedCount))) {
      worst.append(.table(reasons))
      try ReasonTables.write(
        summary.worst, to: folder.file("reasons.csv"), escapesFormulas: escapesFormulas, in: folder.group)
      folder.note("reasons.csv", "all columns of the worst samples with their shares of the error")
    }
    if let groups = summary.groups.flatMap({ ReasonTables.table(of: $0) }) { worst.append(.table(groups)) }
    if let scatter = plots.codeScatter {
      errors.append(
        try folder.add(scatter, as: "code-scatter", alternativeText: "the code of each sample in the plane"))
    }
    let classes = try classBlocks(of: summary, in: &folder)
    let curve = try plots.trainingCurve.map {
      try folder.add(
        $0, as: "training-curve", alternativeText: "training and validation loss by epoch")
    }
    return HTMLReport(
      title: "Misfits in \(FileSystem.lastComponent(of: summary.sourceName))", kicker: "Misfit report",
      subtitle: subtitle(of: summary), lead: lead(of: summary),
      sections: [
        HTMLReport.Section("At a glance", [.facts(headline(of: summary))] + evaluationBlocks(of: summary)),
        HTMLReport.Section("The worst samples", worst),
        HTMLReport.Section("Scores", errors),
      ] + (classes.isEmpty ? [] : [HTMLReport.Section("Labels", classes)]) + [
        HTMLReport.Section("The model", [curve].compactMap(\.self) + modelBlocks(of: summary.detector))
      ])
  }

  private func subtitle(of summary: ScoreSummary) -> String {
    let shape = summary.detector.schema.shape
    let pieces = summary.detector.schema.preparation?.tiles == nil ? "images" : "images in tiles"
    var what = shape.imageExtents == nil ? "\(shape.elementCount) columns" : "\(pieces) of \(shape)"
    if let target = summary.detector.targetSchema?.shape {
      what += target.imageExtents == nil ? " to \(target.elementCount) columns" : " to images of \(target)"
    }
    let family = summary.detector.kind == .autoencoder ? "autoencoder" : "model:"
    return
      """
      \(NumberText.grouped(summary.count)) samples, \(what), \(family) \(summary.detector.model.summary)
      """
  }

  private func lead(of summary: ScoreSummary) -> String {
    let flagged = summary.flaggedCount
    let verb = flagged == 1 ? "does" : "do"
    let events = summary.events.map { "\(CountText.of($0.count, "event")): " } ?? ""
    var text =
      events + """
        \(NumberText.grouped(flagged)) of \(NumberText.grouped(summary.count)) samples \(verb) not fit what \
        the model has learned.
        """
    if let worst = summary.worst.first {
      text += " The most anomalous is \(worst.title)"
      if let reason = worst.reasons.first {
        text +=
          reason.value == reason.expected || reason.expected == .rarerLevel || reason.isNew
          ? ": \(reason.text)"
          : ": \(reason.feature) is \(reason.valueText) where \(reason.expectedText) was expected"
      }
      text += "."
    }
    return text
  }

  private func thresholdText(of summary: ScoreSummary) -> String {
    "\(summary.detector.calibration.measure.meaning) \(summary.detector.explanation(of: summary.decision))"
      + summary.detector.schema.tileScoreText
  }

  private func headline(of summary: ScoreSummary) -> [HTMLReport.Fact] {
    let share = summary.count > 0 ? Double(summary.flaggedCount) / Double(summary.count) * 100 : 0
    var facts = [
      HTMLReport.Fact("Samples", NumberText.grouped(summary.count)),
      HTMLReport.Fact(
        "Flagged", NumberText.grouped(summary.flaggedCount),
        detail: "\(NumberText.significant(share, digits: 2)) %",
        tone: summary.flaggedCount > 0 ? .alert : .plain),
      HTMLReport.Fact(
        "Threshold",
        summary.decision.threshold.isFinite
          ? NumberText.significant(summary.decision.threshold, digits: 3) : "none",
        detail: summary.detector.calibration.measure.title
          + (summary.decision.isExtrapolated ? ", extrapolated" : "")),
    ]
    if let evaluation = summary.evaluation, let area = evaluation.areaUnderROC,
      let anomalies = summary.anomalyText
    {
      facts.append(
        HTMLReport.Fact(
          "AUROC", NumberText.fixed(area, decimals: 3),
          detail:
            """
            average precision \(NumberText.fixed(evaluation.averagePrecision ?? 0, decimals: 3)), for \
            \(anomalies)
            """
        ))
    }
    return facts
  }

  private func errorFacts(of summary: ScoreSummary) -> [HTMLReport.Fact] {
    var facts = ErrorMeasure.allCases.compactMap { measure -> HTMLReport.Fact? in
      guard measure != .binaryCrossEntropy || summary.detector.outputSchema.liesInUnitInterval,
        let figures = summary.moments[measure], let mean = figures.mean,
        let deviation = figures.populationStandardDeviation
      else { return nil }
      return HTMLReport.Fact(
        measure.title.prefix(1).uppercased() + measure.title.dropFirst(),
        "\(NumberText.significant(mean)) ± \(NumberText.significant(deviation))")
    }
    if let figures = summary.distribution.value {
      let quantiles = figures.quantiles.map {
        "\(NumberText.significant($0.probability * 100)) %: \(NumberText.significant($0.value, digits: 3))"
      }
      facts.append(HTMLReport.Fact("Quantiles of the score", quantiles.joined(separator: ", ")))
    }
    return facts
  }

  private func worstTable(of summary: ScoreSummary) -> HTMLReport.Table {
    let hasLabels = summary.worst.contains { $0.label != nil }
    let hasReasons = summary.worst.contains { !$0.reasons.isEmpty }
    var columns = [HTMLReport.Column("rank", kind: .number), HTMLReport.Column("id")]
    if hasLabels { columns.append(HTMLReport.Column("label")) }
    columns.append(HTMLReport.Column("score", kind: .number))
    columns.append(HTMLReport.Column("percentile", kind: .number))
    let hasPValues = summary.worst.contains { $0.pValue != nil }
    if hasPValues { columns.append(HTMLReport.Column("p-value", kind: .number)) }
    if hasReasons { columns.append(HTMLReport.Column("what makes it anomalous")) }
    let rows = summary.worst.enumerated().map { index, sample in
      var cells = [
        HTMLReport.Cell(number: Double(index + 1), text: "\(index + 1)"), HTMLReport.Cell(sample.id),
      ]
      if hasLabels { cells.append(HTMLReport.Cell(sample.label)) }
      cells.append(HTMLReport.Cell(number: sample.score, text: NumberText.significant(sample.score)))
      cells.append(
        HTMLReport.Cell(
          number: sample.percentile, text: sample.percentile.map { NumberText.fixed($0, decimals: 1) }))
      if hasPValues {
        cells.append(
          HTMLReport.Cell(number: sample.extrapolatedTail ?? sample.pValue, text: sample.pValueText))
      }
      if hasReasons { cells.append(HTMLReport.Cell(sample.reasonText(atMost: 3, separator: "\n"))) }
      return HTMLReport.Row(cells, isMarked: sample.isFlagged == true)
    }
    return HTMLReport.Table(
      caption: "The \(rows.count) samples with the largest scores", columns: columns, rows: rows,
      order: HTMLReport.Order(column: 0), hasFilter: rows.count > 10)
  }

  private func modelBlocks(of detector: Detector) -> [HTMLReport.Block] {
    let training = detector.training
    var facts = [
      HTMLReport.Fact(
        detector.autoencoder == nil ? "Model" : "Network", detector.model.summary,
        detail: "\(NumberText.grouped(detector.model.parameterCount)) parameters"),
      HTMLReport.Fact(
        "Trained on", "\(NumberText.grouped(training.rowCount)) rows of \(training.source)",
        detail: "\(NumberText.grouped(training.validationRowCount)) held out"),
    ]
    if let share = detector.explainedShare {
      facts.append(HTMLReport.Fact("Variance explained", "\(NumberText.significant(share * 100)) %"))
    }
    if let trimming = training.trimming {
      facts.append(
        HTMLReport.Fact(
          "Left out",
          trimming.count == 0
            ? "none" : CountText.of(trimming.count, "row"),
          detail: trimming.records.isEmpty
            ? nil : "records \(trimming.records.map(String.init).joined(separator: ", "))"))
    }
    if let options = training.plan.training { facts += trainingFacts(of: training, options) }
    facts.append(HTMLReport.Fact("Seed", "\(training.plan.seed)"))
    if let targets = training.targetSource { facts.append(HTMLReport.Fact("Targets", targets)) }
    if let preparation = detector.schema.preparation {
      facts.append(HTMLReport.Fact("Images", preparation.text))
    }
    facts += choices.map { HTMLReport.Fact("Chosen: \(naming($0.option))", $0.value, detail: $0.reason) }
    var blocks: [HTMLReport.Block] = [.facts(facts, style: .list)]
    if let command { blocks.append(.code(command, caption: "The command that made this page")) }
    return blocks
  }

  private func trainingFacts(
    of training: TrainingRecord, _ options: TrainingOptions
  ) -> [HTMLReport.Fact] {
    let details = [
      training.bestEpoch.map { "weights of epoch \($0)" },
      options.timeLimitSeconds.map { "in at most \(NumberText.significant($0 / 60, digits: 3)) minutes" },
    ].compactMap(\.self)
    return [
      HTMLReport.Fact(
        "Epochs", "\(training.epochs.count)",
        detail: details.isEmpty ? nil : details.joined(separator: ", ")),
      HTMLReport.Fact("Loss", options.loss.title, detail: lossText(training)),
      HTMLReport.Fact(
        "Optimizer",
        """
        \(options.optimizer.kind.rawValue), learning rate \
        \(NumberText.significant(options.optimizer.learningRate)), batches of \
        \(options.batchSize)
        """
      ),
    ]
  }

  private func lossText(_ training: TrainingRecord) -> String? {
    guard let train = training.trainLoss else { return nil }
    let text = "training \(NumberText.significant(train))"
    return training.validationLoss.map { "\(text), validation \(NumberText.significant($0))" } ?? text
  }
}

extension ScoredSample {
  /// The p-value as text.
  ///
  /// If it is the smallest possible one, the estimate of the tail's model follows: `0.0033 (extrapolated
  /// 2e-07)`.
  var pValueText: String? {
    guard let pValue else { return nil }
    let text = NumberText.significant(pValue, digits: 2)
    return extrapolatedTail.map {
      let isLeast = $0 <= TailFit.leastProbability
      return "\(text) (extrapolated \(isLeast ? "< " : "")\(NumberText.significant($0, digits: 1)))"
    } ?? text
  }

  /// Returns the reasons with the largest shares as text, such as `worst_area 4254 (expected 1600),
  /// mean_radius …`; reasons without a share are omitted.
  package func reasonText(atMost count: Int, separator: String = ", ") -> String {
    reasons.prefix(count).filter { $0.share > 0 }.map(\.text).joined(separator: separator)
  }
}
