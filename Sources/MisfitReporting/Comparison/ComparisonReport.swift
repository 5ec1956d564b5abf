import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitPlots
import MisfitReports

/// The report of a comparison as a folder: `report.html`, `summary.json`, `comparison` (a histogram a model
/// and all overlaid) and `training-curves`, each as PNG and SVG.
package struct ComparisonReport {
  /// The command that made the report, shown on the page.
  package var command: String?
  private let comparison: DetectorComparison

  /// Creates the report of a comparison.
  package init(_ comparison: DetectorComparison) { self.comparison = comparison }

  /// Writes the folder, and returns the path of the page.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  package func write(to path: String) throws -> String { try write(to: path, in: OutputGroup()) }

  /// Writes the folder together with the files begun in `group` before, and returns the path of the page.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  package func write(to path: String, in group: OutputGroup) throws -> String {
    var folder = try ReportFolder(path, group)
    var errors: [HTMLReport.Block] = []
    if let panels {
      errors.append(
        try folder.add(
          panels, as: "comparison", alternativeText: "histograms of the errors, one a model and all overlaid")
      )
    }
    errors.append(.table(modelTable))
    if let scoreTable { errors.append(.table(scoreTable)) }
    let curves = try trainingCurves.map {
      try folder.add($0, as: "training-curves", alternativeText: "loss of each model by epoch")
    }
    folder.setSummary(comparison.json)
    var models: [HTMLReport.Block] = [
      .facts(
        zip(comparison.entries, comparison.circumstances).map { HTMLReport.Fact($0.name, $1) }, style: .list)
    ]
    if let curves { models.append(curves) }
    if let command { models.append(.code(command, caption: "The command that made this page")) }
    let page = HTMLReport(
      title: "Comparison of \(comparison.entries.count) models", kicker: "Misfit report",
      subtitle: comparison.sampleText, lead: comparison.findings.first,
      sections: [HTMLReport.Section("Errors", errors)] + comparison.result.pairs.map { section(of: $0) }
        + [HTMLReport.Section("The models", models)])
    return try folder.write(page)
  }

  /// One histogram a model on shared edges, and a last panel with all of them; nil without errors.
  package var panels: HistogramPanels? {
    var all = QuantileSketch()
    for model in comparison.errors { all.update(contentsOf: model.errors) }
    guard
      let edges = all.histogram(
        HistogramLayout(maximumBinCount: 80, hasRoundEdges: true, coveredProbabilities: 0.001...0.999))?.edges
    else { return nil }
    let series = zip(comparison.errors, comparison.result.models).compactMap {
      model, summary -> HistogramSeries? in
      guard var histogram = Histogram(edges: edges) else { return nil }
      histogram.update(contentsOf: model.errors)
      let figures = summary.errors.map {
        """
        mean \(NumberText.significant($0.mean ?? .nan)), sd \
        \(NumberText.significant($0.standardDeviation ?? .nan))
        """
      }
      return HistogramSeries(histogram, name: model.name, caption: figures)
    }
    return HistogramPanels(
      title: "Reconstruction errors", subtitle: comparison.sampleText, xLabel: comparison.measure.title,
      series: series)
  }

  /// The loss of each model by epoch; nil if no model has epochs.
  private var trainingCurves: CurvePlot? {
    let trained = comparison.entries.filter(\.detector.training.hasEpochs)
    guard !trained.isEmpty else { return nil }
    return CurvePlot(
      title: "Training",
      series: trained.map { entry in
        CurveSeries(name: entry.name, valuesByEpoch: entry.detector.training.epochs.map(\.watchedLoss))
      })
  }

  private var modelTable: HTMLReport.Table {
    table(of: comparison.result, caption: "Errors by \(comparison.measure.title)")
  }

  /// The models by their own scores; nil if these are the common error.
  private var scoreTable: HTMLReport.Table? {
    comparison.scoreResult.map { table(of: $0, caption: "Scores, each model by its own measure") }
  }

  private func table(of result: ModelComparison, caption: String) -> HTMLReport.Table {
    let hasLabels = result.models.contains { $0.areaUnderROC != nil }
    var columns = [HTMLReport.Column("model")]
    for title in ["mean", "sd", "median", "95 %", "99 %", "max"] {
      columns.append(HTMLReport.Column(title, kind: .number))
    }
    if hasLabels {
      columns += [
        HTMLReport.Column("AUROC", kind: .number), HTMLReport.Column("avg. precision", kind: .number),
      ]
    }
    let rows = result.models.map { model in
      let figures = model.errors
      var values = [
        figures?.mean, figures?.standardDeviation, figures?.median, figures?.quantile(0.95),
        figures?.quantile(0.99), figures?.maximum,
      ]
      if hasLabels { values += [model.areaUnderROC, model.averagePrecision] }
      return HTMLReport.Row([HTMLReport.Cell(model.name)] + values.map { Self.cell($0) })
    }
    return HTMLReport.Table(caption: caption, columns: columns, rows: rows)
  }

  private func section(of pair: PairComparison) -> HTMLReport.Section {
    func text(_ value: Double?) -> String { value.map { NumberText.significant($0) } ?? "none" }
    let overlap = pair.topOverlap.map { "\($0.sharedCount) of \($0.topCount)" } ?? "none"
    let facts = [
      HTMLReport.Fact(
        "\(pair.first) is lower on",
        pair.firstWinRate.map { "\(NumberText.fixed($0 * 100, decimals: 1)) %" } ?? "none",
        detail: "of the samples"),
      HTMLReport.Fact(
        "Mean difference", text(pair.meanDifference?.mean),
        detail: pair.meanDifference.map { "\(text($0.lower)) to \(text($0.upper)), bootstrap" }),
      HTMLReport.Fact(
        "Kolmogorov-Smirnov", text(pair.kolmogorovSmirnov?.statistic),
        detail: "largest gap of the two cumulative curves"),
      HTMLReport.Fact(
        "Wasserstein", text(pair.wassersteinDistance), detail: "mean distance of the two distributions"),
      HTMLReport.Fact("Rank correlation", text(pair.rankCorrelation), detail: "Spearman"),
      HTMLReport.Fact("Shared worst samples", overlap),
    ]
    var blocks: [HTMLReport.Block] = [.facts(facts)]
    if !pair.disagreements.isEmpty { blocks.append(.table(disagreementTable(of: pair, by: "error"))) }
    let scored = comparison.scoreResult?.pairs.first { $0.first == pair.first && $0.second == pair.second }
    if let scored, !scored.disagreements.isEmpty {
      blocks.append(.table(disagreementTable(of: scored, by: "score")))
    }
    return HTMLReport.Section("\(pair.first) and \(pair.second)", blocks)
  }

  private func disagreementTable(of pair: PairComparison, by word: String) -> HTMLReport.Table {
    let columns = [
      HTMLReport.Column("id"), HTMLReport.Column("\(pair.first): \(word)", kind: .number),
      HTMLReport.Column("rank", kind: .number), HTMLReport.Column("\(pair.second): \(word)", kind: .number),
      HTMLReport.Column("rank", kind: .number),
    ]
    let rows = pair.disagreements.map { sample in
      HTMLReport.Row(
        [HTMLReport.Cell(sample.identifier ?? "\(sample.row + 1)")]
          + [sample.firstError, sample.firstRank, sample.secondError, sample.secondRank].map { Self.cell($0) }
      )
    }
    return HTMLReport.Table(
      caption: "The samples that the two rank most differently by \(word)", columns: columns, rows: rows)
  }

  private static func cell(_ value: Double?) -> HTMLReport.Cell {
    HTMLReport.Cell(number: value, text: value.map { NumberText.significant($0) })
  }
}
