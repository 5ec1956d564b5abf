import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// A comparison of several detectors on the same samples of one source.
///
/// Memory: 8 bytes a sample and detector, and the identifiers of the samples.
package struct DetectorComparison: Sendable {
  /// A detector with a name.
  package struct Entry: Sendable {
    /// The name in tables and plots.
    package var name: String
    /// The detector.
    package var detector: Detector

    /// Creates an entry.
    package init(name: String, detector: Detector) {
      self.name = name
      self.detector = detector
    }
  }

  /// The detectors that are compared.
  package let entries: [Entry]
  /// The measure of the errors that are compared.
  package let measure: ScoreMeasure
  /// The name of the source, as the user gave it.
  package let sourceName: String
  /// The result by the common ``measure``.
  package let result: ModelComparison
  /// The result by each model's own score, the one that `rank` and `score` use; nil if that is the common
  /// error for all.
  package let scoreResult: ModelComparison?
  /// The errors of each detector, for plots.
  package let errors: [NamedErrors]
  /// A note on the samples, such as `held out of training`.
  package let sampleNote: String?

  /// Scores the samples with every detector, in one pass each.
  ///
  /// `open` returns the source as a detector needs it. `records` selects samples by their number in the
  /// source, counted from 1; nil selects all. `openTargets` returns the targets for a detector that was
  /// fitted with targets. `anomalyLabel` is the label of anomalies; nil takes the rarer of two labels.
  ///
  /// - Throws: ``IngestError``, ``ComparisonError``; ``MeasureError`` if a model does not compute the
  ///   measure.
  package init(
    _ entries: [Entry], measure: ScoreMeasure, records: (@Sendable (Int) -> Bool)? = nil,
    sampleNote: String? = nil, anomalyLabel: String? = nil,
    threadCount: Int = WorkerPool.availableProcessorCount,
    openTargets: (Detector) throws -> (any RecordSource)? = { _ in nil },
    open: (Detector) throws -> any RecordSource
  ) throws {
    var named: [NamedErrors] = []
    var scored: [NamedErrors] = []
    var ids: [String] = []
    var labels: [String] = []
    var sourceName = ""
    for entry in entries {
      let own = entry.detector.calibration.measure
      guard !measure.isGivenByModel && measure.similarity == nil || own == measure else {
        throw MeasureError(
          .isNotTheModels(model: entry.name, measure: own), asked: "\(.errorMeasure, measure.rawValue)")
      }
      var errors: [Double] = []
      var scores: [Double] = []
      let source = try open(entry.detector)
      sourceName = source.name
      var scoring = try entry.detector.score(
        source, targets: entry.detector.targetSchema == nil ? nil : openTargets(entry.detector))
      scoring.threadCount = threadCount
      scoring.takesCrossEntropy = measure == .binaryCrossEntropy
      try scoring.forEachBatch { batch in
        for index in 0..<batch.count where records?(batch.record(at: index)) ?? true {
          errors.append(batch.value(of: measure, at: index))
          scores.append(batch.score(at: index))
          if named.isEmpty {
            ids.append(batch.id(at: index))
            if let label = batch.label(at: index) { labels.append(label) }
          }
        }
      }
      named.append(NamedErrors(name: entry.name, errors: errors))
      scored.append(NamedErrors(name: entry.name, errors: scores))
    }
    self.entries = entries
    self.measure = measure
    self.sourceName = sourceName
    self.sampleNote = sampleNote
    errors = named
    let isAnomaly = Self.anomalies(labels, count: ids.count, label: anomalyLabel)
    result = try ModelComparison(named, identifiers: ids, isAnomaly: isAnomaly)
    let isCommon = entries.allSatisfy { $0.detector.calibration.measure == measure }
    scoreResult =
      isCommon ? nil : try ModelComparison(scored, identifiers: ids, isAnomaly: isAnomaly)
  }

  private static func anomalies(_ labels: [String], count: Int, label: String?) -> [Bool]? {
    guard labels.count == count, count > 0 else { return nil }
    if let label { return labels.map { $0 == label } }
    var counts: [(label: String, count: Int)] = []
    for label in labels {
      if let index = counts.firstIndex(where: { $0.label == label }) {
        counts[index].count += 1
      } else {
        counts.append((label, 1))
      }
      if counts.count > 2 { return nil }
    }
    guard let rarer = LabelMeaning.rarer(of: counts) else { return nil }
    return labels.map { $0 == rarer }
  }
}
