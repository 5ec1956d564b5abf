import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitPlots
import MisfitReports

extension ClassErrors {
  /// The maximum number of labels shown in a table or plot.
  static let shownCount = 30

  /// A note on the labels that are not shown; nil if all are.
  var note: String? {
    let count = all.count
    guard count > Self.shownCount else { return nil }
    return
      "The \(Self.shownCount) commonest of \(NumberText.grouped(count)) labels; classes.csv has all of them."
  }

  /// Returns the statistics as CSV, one row a label: samples, mean, quantiles, flagged.
  func csv(escapesFormulas: Bool) -> [UInt8] {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    var bytes = text.row([
      "label", "samples", "mean", "q05", "q25", "median", "q75", "q95", "flagged", "flagged_share",
    ])
    for entry in all {
      let figures = entry.figures
      let numbers = [
        figures?.mean, figures?.quantile(0.05), figures?.quantile(0.25), figures?.median,
        figures?.quantile(0.75), figures?.quantile(0.95),
      ]
      text.append(
        [entry.label, CSVText.number(entry.count)] + numbers.map { CSVText.number($0) } + [
          CSVText.number(entry.flaggedCount), CSVText.number(entry.flaggedShare),
        ], to: &bytes)
    }
    return bytes
  }

  /// The statistics as JSON.
  var json: JSONValue {
    .array(
      all.map { entry in
        let figures = entry.figures
        return [
          "label": JSONValue(entry.label), "samples": JSONValue(entry.count),
          "mean": JSONValue(figures?.mean), "q05": JSONValue(figures?.quantile(0.05)),
          "q25": JSONValue(figures?.quantile(0.25)), "median": JSONValue(figures?.median),
          "q75": JSONValue(figures?.quantile(0.75)), "q95": JSONValue(figures?.quantile(0.95)),
          "flagged": JSONValue(entry.flaggedCount), "flaggedShare": JSONValue(entry.flaggedShare),
        ]
      })
  }

  /// The most frequent labels as a table; nil without labels.
  var table: HTMLReport.Table? {
    let entries = commonest(Self.shownCount)
    guard !entries.isEmpty else { return nil }
    let titles = ["samples", "mean error", "median", "95 %", "flagged"]
    let rows = entries.map { entry in
      let figures = entry.figures
      let errors = [figures?.mean, figures?.median, figures?.quantile(0.95)].map {
        HTMLReport.Cell(number: $0, text: $0.map { NumberText.significant($0) })
      }
      let share = "\(NumberText.fixed(entry.flaggedShare * 100, decimals: 1)) %"
      return HTMLReport.Row(
        [
          HTMLReport.Cell(entry.label),
          HTMLReport.Cell(number: Double(entry.count), text: NumberText.grouped(entry.count)),
        ] + errors + [HTMLReport.Cell(number: entry.flaggedShare, text: share)])
    }
    return HTMLReport.Table(
      caption: "Scores by label",
      columns: [HTMLReport.Column("label")] + titles.map { HTMLReport.Column($0, kind: .number) },
      rows: rows)
  }
}

extension DetectionPlots {
  /// A box plot of the errors of each label, with the threshold; nil without labels.
  package var classErrors: BoxPanel? {
    let entries = summary.classErrors.commonest(ClassErrors.shownCount)
    let rows = entries.compactMap { entry -> BoxRow? in
      guard let figures = entry.figures, let low = figures.quantile(0.05),
        let lower = figures.quantile(0.25), let median = figures.median,
        let upper = figures.quantile(0.75), let high = figures.quantile(0.95)
      else { return nil }
      return BoxRow(
        name: entry.label, detail: NumberText.grouped(entry.count), low: low, lowerQuartile: lower,
        median: median, upperQuartile: upper, high: high, isMarked: entry.label == summary.anomalyLabel)
    }
    guard !rows.isEmpty else { return nil }
    let calibration = summary.detector.calibration
    let threshold = calibration.threshold.value
    return BoxPanel(
      title: "Scores by label",
      subtitle:
        "samples of \(FileSystem.lastComponent(of: summary.sourceName)), their number beside the label",
      xLabel: calibration.measure.title, rows: rows,
      threshold: threshold.isFinite
        ? HistogramThreshold(
          value: threshold, label: "threshold \(NumberText.significant(threshold, digits: 3))") : nil,
      notes: [summary.classErrors.note].compactMap(\.self))
  }
}

extension DetectionReport {
  /// Returns the table and plot of the labels, and writes `classes.csv`; empty without labels.
  func classBlocks(
    of summary: ScoreSummary, in folder: inout ReportFolder
  ) throws -> [HTMLReport.Block] {
    guard let table = summary.classErrors.table, let panel = DetectionPlots(summary).classErrors else {
      return []
    }
    let csv = summary.classErrors.csv(escapesFormulas: escapesFormulas)
    try OutputFile.write(csv, to: folder.file("classes.csv"), in: folder.group)
    folder.note("classes.csv", "one row a label: samples, errors, flagged")
    let figure = try folder.add(panel, as: "class-errors", alternativeText: "the errors of each label")
    return [.table(table)] + (summary.classErrors.note.map { [.paragraph($0)] } ?? []) + [figure]
  }
}
