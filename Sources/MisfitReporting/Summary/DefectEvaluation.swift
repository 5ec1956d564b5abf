import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest

/// The quality of a scoring's anomaly maps against annotated defects.
package struct DefectResult: Sendable {
  /// The figures of pixels and regions.
  package let figures: DefectFigures
  /// The AUROC and average precision of images with annotated defects against the others.
  package let images: Evaluation
  /// The decisions on images against their annotations.
  package let confusion: ConfusionCounts
}

/// The evaluation of anomaly maps against masks or boxes, in one pass over the images.
///
/// Memory: that of ``DefectStatistic``, and 10 bytes an image.
package struct DefectEvaluation: Sendable {
  private let annotations: DefectAnnotations
  /// The part of images that counts; nil for the whole image.
  private let region: RegionOfInterest?
  private var statistic: DefectStatistic?
  private var scores: [Double] = []
  private var hasDefect: [Bool] = []
  private var isFlagged: [Bool] = []

  /// Creates an evaluation of a scoring.
  package init(_ annotations: DefectAnnotations, _ scoring: Scoring) {
    self.annotations = annotations
    region = scoring.usedRegion
  }

  /// Adds the images of a batch.
  ///
  /// - Throws: ``IngestError`` if an annotation is missing or cannot be read, or there are no anomaly maps.
  package mutating func update(_ batch: ScoredBatch) throws {
    var statistic = self.statistic ?? DefectStatistic(threshold: batch.mapThreshold)
    self.statistic = nil
    for index in 0..<batch.count {
      guard let map = batch.anomalyMap(at: index) else {
        throw IngestError(
          .annotation(
            "this model has no anomaly maps, which masks and boxes are compared with",
            remedy: "give a model of images, and targets if it was fitted with them"))
      }
      let isGood = batch.label(at: index).map { LabelMeaning(of: $0) == .normal }
      let size = ImageSize(width: map.width, height: map.values.count / map.width)
      var regions = try annotations.regions(
        ofImage: batch.record(at: index), id: batch.id(at: index), isGood: isGood, on: size,
        components: ConnectedRegions.of)
      var values = map.values
      if let isInside = region?.isInside(size) {
        // NaN is excluded.
        values = zip(values, isInside).map { $1 ? $0 : .nan }
        regions = regions.filter { $0.contains { isInside[$0] } }
      }
      statistic.update(AnnotatedMap(width: map.width, values: values, regions: regions))
      let score = batch.score(at: index)
      scores.append(score)
      hasDefect.append(!regions.isEmpty)
      isFlagged.append(batch.flags(score) == true)
    }
    self.statistic = statistic
  }

  /// The result; nil without an image.
  package var result: DefectResult? {
    guard let figures = statistic?.value else { return nil }
    return DefectResult(
      figures: figures, images: Evaluation(scores: scores, isAnomaly: hasDefect),
      confusion: ConfusionCounts(scores: scores, isAnomaly: hasDefect, isFlagged: isFlagged))
  }
}
