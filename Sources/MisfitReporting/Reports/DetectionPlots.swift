import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitKernels
import MisfitNetworks
import MisfitPlots

/// The plots of a detection report.
package struct DetectionPlots: Sendable {
  /// The summary that is plotted.
  package let summary: ScoreSummary

  private var detector: Detector { summary.detector }

  /// Creates the plots of a summary.
  package init(_ summary: ScoreSummary) { self.summary = summary }

  /// A histogram of all scores, with the threshold; nil without scores.
  package var errorHistogram: HistogramPlot? {
    guard let histogram = summary.histogram.value else { return nil }
    let threshold = summary.decision.threshold
    let measure = detector.calibration.measure
    return HistogramPlot(
      title: measure.pluralTitle,
      subtitle:
        "\(NumberText.grouped(summary.count)) samples of \(FileSystem.lastComponent(of: summary.sourceName))",
      xLabel: measure.title, series: [HistogramSeries(histogram, name: "scores")],
      threshold: threshold.isFinite
        ? HistogramThreshold(
          value: threshold, label: "threshold \(NumberText.significant(threshold, digits: 3))")
        : nil)
  }

  /// The training and validation loss by epoch; nil for a model without epochs.
  package var trainingCurve: CurvePlot? {
    let training = detector.training
    guard let options = training.plan.training else { return nil }
    let validation = training.epochs.map(\.validationLoss)
    return .training(
      title: "Training",
      subtitle:
        """
        \(detector.model.summary), \(options.optimizer.kind.rawValue), seed \(training.plan.seed)
        """,
      trainLoss: training.epochs.map(\.trainLoss),
      validationLoss: validation.contains { $0 != nil } ? validation : [], bestEpoch: training.bestEpoch,
      lossName: options.loss.title)
  }

  /// Returns a drawing of the worst samples: images with their reconstructions, or bars of the features that
  /// make them anomalous.
  ///
  /// Nil if there are none.
  package func worstSamples(atMost count: Int) -> (any Drawing)? {
    let worst = Array(summary.worst.prefix(count))
    guard !worst.isEmpty else { return nil }
    let source = FileSystem.lastComponent(of: summary.sourceName)
    if detector.showsPictures {
      let samples = worst.enumerated().compactMap { $1.picture(rank: $0 + 1, of: detector) }
      return ReconstructionGrid(
        title: "Worst reconstructions", subtitle: "\(source), by \(detector.calibration.measure.title)",
        samples: samples)
    }
    let rows = worst.enumerated().map { index, sample in
      ReasonRow(
        rank: index + 1, id: sample.title, label: sample.label,
        scoreText: NumberText.significant(sample.score),
        reasons: sample.reasons.prefix(4).map(\.bar))
    }
    return ReasonBars(
      title: "What makes the worst rows anomalous", subtitle: detector.calibration.measure.shareTitle,
      rows: rows)
  }

  /// A scatter plot of the codes of a two-dimensional bottleneck, colored by label or by error; nil for other
  /// codes.
  package var codeScatter: ScatterPlot? {
    guard !summary.codes.isEmpty else { return nil }
    let hasLabels = summary.codes.contains { $0.label != nil }
    return ScatterPlot(
      title: "The two values of the code", subtitle: "\(NumberText.grouped(summary.codes.count)) samples",
      xLabel: "code 1", yLabel: "code 2", x: summary.codes.map { Double($0.code[0]) },
      y: summary.codes.map { Double($0.code[1]) },
      coloring: hasLabels
        ? .labels(summary.codes.map { $0.label ?? "none" })
        : .values(summary.codes.map(\.error), name: detector.calibration.measure.title))
  }
}

extension HistogramSeries {
  /// Creates a series from the counts of a histogram.
  init(_ histogram: Histogram, name: String, caption: String? = nil) {
    self.init(
      name: name, edges: histogram.edges, counts: histogram.counts, countBelow: histogram.belowCount,
      countAbove: histogram.aboveCount, caption: caption)
  }
}
