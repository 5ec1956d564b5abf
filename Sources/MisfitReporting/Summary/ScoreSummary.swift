import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitKernels

/// The summary of one pass over a source: statistics of the scores, the worst samples, and how well the
/// scores find the labels.
///
/// Memory: the worst samples and two sketches; with labels, one sketch a label, and 9 bytes a sample for
/// AUROC and average precision.
package struct ScoreSummary: Sendable {
  /// The options of a summary.
  package struct Options: Sendable {
    /// The number of worst samples that are kept.
    package var worstCount = 20
    /// The number of reasons of each sample in JSON.
    package var reasonCount = 5
    /// Whether the worst samples are compared with the others, column by column.
    package var comparesGroups = false
    /// The number of codes that are kept for a scatter plot, spread evenly over the source.
    package var codeCount = 5_000
    /// The label of anomalies; nil takes the rarer of two labels.
    package var anomalyLabel: String?

    /// Creates default options.
    package init() {}
  }

  /// The detector that computed the scores.
  package let detector: Detector
  /// The name of the source, as the user gave it.
  package let sourceName: String
  /// The distribution of the scores.
  package private(set) var distribution = ErrorDistribution()
  /// The moments of the reconstruction errors, by measure.
  package private(set) var moments: [ErrorMeasure: Moments] = [:]
  /// A histogram of the scores, up to their 99.8 % quantile.
  package private(set) var histogram: AutomaticHistogram
  /// The decision that flags samples.
  package let decision: Decision
  /// The number of flagged samples.
  package private(set) var flaggedCount = 0
  /// The number of samples of each label, in order of first occurrence.
  package private(set) var labelCounts: [(label: String, count: Int)] = []
  /// The number of samples whose label is missing; they are in no class.
  package private(set) var unlabelledCount = 0
  /// The error statistics of each label.
  package private(set) var classErrors = ClassErrors()
  /// Codes with labels and scores, spread evenly over the source; each code has the shape [C].
  package private(set) var codes: [(code: [Float], label: String?, error: Double)] = []

  /// A note on rows of series without a score; nil if all have one.
  package var unscoredText: MessageText?
  /// The quality of the anomaly maps against masks or boxes; nil without them.
  package var defects: DefectResult?
  /// The events of series, the largest score first; nil if the model scores single rows.
  package var events: [SeriesEvent]?
  /// The segments whose rows score higher than expected; nil unless columns of segments are given.
  package var segments: SegmentAnalysis?

  /// The regions of the worst images, by record number, once they are known.
  package var regions: [Int: [ImageRegion]] = [:]
  /// The drawn images and their regions in numbers; nil without pictures.
  package var images: ImageCounts?

  /// The worst samples compared with the others; nil if not requested, and for images.
  package private(set) var groups: GroupReasons?

  private var ranking: TopK<ScoredSample>
  private var labelIndices: [String: Int] = [:]
  private var labelled: [(error: Double, label: UInt8)] = []
  let options: Options
  private var codeStride = 1

  /// The maximum number of labels that are counted; with more, they are names rather than classes.
  private static let labelLimit = 100

  /// Creates an empty summary for a scoring.
  package init(of scoring: Scoring, options: Options = Options()) {
    self.init(
      detector: scoring.detector, sourceName: scoring.source.name, decision: scoring.decision,
      options: options)
  }

  /// Creates an empty summary for a detector and a source.
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

  /// The samples with the largest scores, in descending order.
  package var worst: [ScoredSample] {
    ranking.ranking.map { ranked in
      var sample = ranked.payload
      if let found = regions[sample.record] { sample.regions = found }
      return sample
    }
  }

  /// The label of anomalies: the one in the options if it occurs, else the rarer of two; nil otherwise.
  package var anomalyLabel: String? {
    if let asked = options.anomalyLabel { return labelIndices[asked] == nil ? nil : asked }
    return LabelMeaning.rarer(of: labelCounts)
  }

  /// The label of images without a defect, if it is the only one that means this, and all of several others
  /// are anomalies; nil otherwise.
  package var normalLabel: String? {
    guard options.anomalyLabel == nil, labelCounts.count > 2, detector.schema.shape.imageExtents != nil else {
      return nil
    }
    return LabelMeaning.onlyNormal(among: labelCounts.map(\.label))
  }

  /// The anomalies in words: `the label "defect"`, or `all labels but "good"`; nil if they are not known.
  package var anomalyText: String? {
    anomalyLabel.map { "the label \"\($0)\"" } ?? normalLabel.map { "all labels but \"\($0)\"" }
  }

  /// The AUROC and average precision of the scores for the ``anomalyText``; nil without such labels.
  package var evaluation: Evaluation? {
    isAnomaly.map { Evaluation(scores: labelled.map(\.error), isAnomaly: $0) }
  }

  /// The decisions on images against their labels; nil without labels of anomalies, and for tables.
  package var confusion: ConfusionCounts? {
    guard detector.schema.shape.imageExtents != nil, let isAnomaly else { return nil }
    return ConfusionCounts(
      scores: labelled.map(\.error), isAnomaly: isAnomaly,
      isFlagged: labelled.map { decision.flags($0.error) == true })
  }

  /// Whether each labelled sample is an anomaly; nil if that is not known.
  private var isAnomaly: [Bool]? {
    if let index = anomalyLabel.flatMap({ labelIndices[$0] }) {
      return labelled.map { Int($0.label) == index }
    }
    return normalLabel.flatMap { labelIndices[$0] }.map { index in labelled.map { Int($0.label) != index } }
  }

  /// Adds a batch.
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
      if let label = batch.label(at: index), LabelMeaning.isMissing(label) {
        unlabelledCount += 1
      } else if let label = batch.label(at: index) {
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

  /// Keeps every n-th code.
  ///
  /// When there are too many, drops every second one and doubles n.
  private mutating func keepCode(of batch: ScoredBatch, at index: Int, error: Double) {
    guard detector.codeCount == 2, options.codeCount >= 2 else { return }
    guard (batch.record(at: index) - 1) % codeStride == 0 else { return }
    if codes.count >= options.codeCount {
      codes = codes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      codeStride *= 2
    }
    let code = [batch.codes[index * 2], batch.codes[index * 2 + 1]]
    codes.append((code, batch.label(at: index), error))
  }
}
