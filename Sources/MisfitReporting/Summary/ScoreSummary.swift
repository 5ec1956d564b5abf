import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitKernels

/// What one pass over a source says of its scores: figures, the worst samples, and how well scores find the
/// labels.
///
/// Memory: that of the worst samples and of two sketches; with labels, a sketch each, and 9 bytes a sample
/// for AUROC and average precision.
package struct ScoreSummary: Sendable {
  /// What a summary keeps.
  package struct Options: Sendable {
    /// How many of the worst samples are kept.
    package var worstCount = 20
    /// How many reasons of each are told to machines.
    package var reasonCount = 5
    /// Whether the worst samples are compared with the others, column by column.
    package var comparesGroups = false
    /// How many codes are kept for a scatter plot, spread over the source.
    package var codeCount = 5_000
    /// The label that stands for an anomaly; nil takes the rarer of two labels.
    package var anomalyLabel: String?

    /// The defaults.
    package init() {}
  }

  /// The detector that scored.
  package let detector: Detector
  /// The source, as the user named it.
  package let sourceName: String
  /// The scores.
  package private(set) var distribution = ErrorDistribution()
  /// Moments of the reconstruction errors by every measure.
  package private(set) var moments: [ErrorMeasure: Moments] = [:]
  /// A histogram of the scores, up to their 99.8 % quantile.
  package private(set) var histogram: AutomaticHistogram
  /// By what samples are flagged.
  package let decision: Decision
  /// Samples that are flagged.
  package private(set) var flaggedCount = 0
  /// The samples by label, in the order in which labels appear.
  package private(set) var labelCounts: [(label: String, count: Int)] = []
  /// The errors of each label's samples.
  package private(set) var classErrors = ClassErrors()
  /// Codes with their labels, spread evenly over the source: each [C].
  package private(set) var codes: [(code: [Float], label: String?, error: Double)] = []

  /// The worst samples against the others; nil where it was not asked for, and for images.
  package private(set) var groups: GroupReasons?

  private var ranking: TopK<ScoredSample>
  private var labelIndices: [String: Int] = [:]
  private var labelled: [(error: Double, label: UInt8)] = []
  let options: Options
  private var codeStride = 1

  /// More kinds of labels than this are names, not classes.
  private static let labelLimit = 100

  /// An empty summary of what a scoring will say of its source.
  package init(of scoring: Scoring, options: Options = Options()) {
    self.init(
      detector: scoring.detector, sourceName: scoring.source.name, decision: scoring.decision,
      options: options)
  }

  /// An empty summary of what a detector will say of a source.
  package init(
    detector: Detector, sourceName: String, decision: Decision? = nil, options: Options = Options()
  ) {
    self.detector = detector
    self.decision = decision ?? detector.decision()
    self.sourceName = sourceName
    self.options = options
    ranking = TopK(options.worstCount)
    groups = options.comparesGroups ? GroupReasons(detector) : nil
    histogram = AutomaticHistogram(
      layout: HistogramLayout(maximumBinCount: 80, hasRoundEdges: true, coveredProbabilities: 0...0.998))
  }

  /// The number of samples.
  package var count: Int { distribution.count + distribution.nanCount }

  /// The samples with the largest scores, the worst first.
  package var worst: [ScoredSample] { ranking.ranking.map(\.payload) }

  /// The label that stands for an anomaly: the one asked for, or the rarer of two; nil otherwise.
  package var anomalyLabel: String? {
    if let asked = options.anomalyLabel { return labelIndices[asked] == nil ? nil : asked }
    return LabelMeaning.rarer(of: labelCounts)
  }

  /// How well the errors find the samples with the ``anomalyLabel``; nil without one.
  package var evaluation: Evaluation? {
    guard let anomalyLabel, let index = labelIndices[anomalyLabel] else { return nil }
    return Evaluation(
      scores: labelled.map(\.error), isAnomaly: labelled.map { Int($0.label) == index })
  }

  /// Takes a batch into account.
  package mutating func update(_ batch: ScoredBatch) {
    groups?.update(batch)
    for index in 0..<batch.count {
      let all = batch.allErrors(at: index)
      for measure in ErrorMeasure.allCases where measure != .binaryCrossEntropy || all.meanCrossEntropy != nil
      {
        moments[measure, default: Moments()].update(all.value(of: measure))
      }
      let error = batch.score(at: index)
      distribution.update(error)
      histogram.update(error)
      let isFlagged = batch.flags(error) == true
      if isFlagged { flaggedCount += 1 }
      if let label = batch.label(at: index) {
        note(label, error: error)
        classErrors.update(label: label, error: error, isFlagged: isFlagged)
      }
      ranking.update(score: error, row: batch.record(at: index), payload: batch.sample(at: index))
      keepCode(of: batch, at: index, error: error)
    }
  }

  private mutating func note(_ label: String, error: Double) {
    if labelIndices[label] == nil {
      guard labelCounts.count < Self.labelLimit else { return }
      labelIndices[label] = labelCounts.count
      labelCounts.append((label, 0))
    }
    guard let index = labelIndices[label] else { return }
    labelCounts[index].count += 1
    labelled.append((error, UInt8(index)))
  }

  /// Keeps every n-th code; when there are too many, drops every second one and doubles n.
  private mutating func keepCode(of batch: ScoredBatch, at index: Int, error: Double) {
    guard detector.model.codeCount == 2, options.codeCount >= 2 else { return }
    guard (batch.record(at: index) - 1) % codeStride == 0 else { return }
    if codes.count >= options.codeCount {
      codes = codes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      codeStride *= 2
    }
    let code = [batch.codes[index * 2], batch.codes[index * 2 + 1]]
    codes.append((code, batch.label(at: index), error))
  }
}
