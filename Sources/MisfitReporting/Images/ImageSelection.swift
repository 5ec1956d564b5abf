import Misfit
import MisfitAnalytics

/// Chooses the images that are drawn, during the pass that scores them.
///
/// Of images in files it keeps the numbers: they are read again to be drawn. Of other images, which are small
/// and may take long to score, it keeps those that are drawn, unless all are.
struct ImageSelection {
  /// An image that may be drawn.
  private struct Candidate {
    var record: Int
    /// The image itself, if it cannot be read again alone.
    var sample: ScoredSample?
  }

  /// The number of examples of each kind.
  private static let exampleCount = 6
  /// The number of pixels of an image that count for the unit of a map.
  private static let sampledPixelCount = 4096
  /// The number of images that all count; of the later ones every 16th does.
  private static let sampledImageCount = 2048
  /// The number of bytes of kept images up to which more than the least number is drawn by default.
  private static let keptByteCount = 128 << 20
  /// The share of the pixels of usual images that are below the unit of a map.
  static let pixelQuantile = 0.999

  private let choice: DrawnImages
  private let threshold: Double
  /// Whether the maps of the model have the unit of its score, and so the threshold.
  private let hasScoreMaps: Bool
  /// Whether the images that are drawn are kept.
  private let keepsSamples: Bool
  private var worst: TopK<Candidate>
  private var nearest = TopK<Candidate>(exampleCount, order: .smallest)
  private var usual = TopK<Candidate>(exampleCount, order: .smallest)
  /// The numbers of the flagged images, in order.
  private(set) var flagged: [Int] = []
  private var usualErrors = QuantileSketch()
  private var allErrors = QuantileSketch()

  /// `keepsSamples` is whether images cannot be read again one by one; one of them takes `sampleByteCount`
  /// bytes.
  init(
    _ choice: DrawnImages, threshold: Double, hasScoreMaps: Bool, keepsSamples: Bool, sampleByteCount: Int
  ) {
    self.hasScoreMaps = hasScoreMaps && threshold.isFinite && threshold > 0
    self.keepsSamples = keepsSamples && choice != .all
    self.choice = choice
    self.threshold = threshold
    let count =
      switch choice {
      case .worst(let count): count
      default:
        keepsSamples
          ? min(
            DrawnImages.usualCounts.upperBound,
            max(DrawnImages.usualCounts.lowerBound, Self.keptByteCount / max(1, sampleByteCount)))
          : DrawnImages.usualCounts.upperBound
      }
    worst = TopK(count)
  }

  /// Adds the images of a batch.
  mutating func update(_ batch: ScoredBatch) {
    for index in 0..<batch.count {
      let (score, record) = (batch.score(at: index), batch.record(at: index))
      let isFlagged = batch.flags(score) == true
      func candidate() -> Candidate {
        Candidate(record: record, sample: keepsSamples ? batch.sampleWithoutRegions(at: index) : nil)
      }
      worst.update(score: score, row: record, payload: candidate())
      if isFlagged {
        flagged.append(record)
      } else {
        usual.update(score: score, row: record, payload: candidate())
      }
      if threshold.isFinite {
        nearest.update(score: abs(score - threshold), row: record, payload: candidate())
      }
      if !hasScoreMaps { sample(batch, at: index, isFlagged: isFlagged) }
    }
  }

  private mutating func sample(_ batch: ScoredBatch, at index: Int, isFlagged: Bool) {
    let record = batch.record(at: index)
    guard record <= Self.sampledImageCount || record % 16 == 0, let errors = batch.pixelErrors(at: index)
    else {
      return
    }
    for pixel in stride(from: 0, to: errors.count, by: max(1, errors.count / Self.sampledPixelCount)) {
      let error = Double(errors[pixel])
      allErrors.update(error)
      if !isFlagged { usualErrors.update(error) }
    }
  }

  /// The unit of the maps: the threshold, or for models without maps of scores the pixel error that few
  /// pixels of images that are not flagged exceed (of all images, if all are flagged); nil without pixels.
  var scale: MapScale? {
    if hasScoreMaps { return .threshold(threshold) }
    let unit = (usualErrors.count > 0 ? usualErrors : allErrors).quantile(Self.pixelQuantile)
    return unit.flatMap { $0 > 0 ? .pixelError($0) : nil }
  }

  /// The images with the largest scores that are drawn, largest first.
  private var drawnWorst: [Int] {
    let ranking = worst.ranking.map(\.payload.record)
    guard choice == .automatic else { return ranking }
    return Array(ranking.prefix(max(DrawnImages.usualCounts.lowerBound, flagged.count)))
  }

  /// The examples, by kind.
  var examples: ImageExamples {
    ImageExamples(
      worst: Array(worst.ranking.prefix(Self.exampleCount).map(\.payload.record)),
      nearest: nearest.ranking.map(\.payload.record), usual: usual.ranking.map(\.payload.record))
  }

  /// The kept images that are drawn, in the order of the source; nil if they are read again.
  var keptSamples: [ScoredSample]? {
    guard keepsSamples, let drawn else { return nil }
    let all = [worst, nearest, usual].flatMap { $0.ranking.compactMap(\.payload.sample) }
    let byRecord = Dictionary(all.map { ($0.record, $0) }) { first, _ in first }
    return byRecord.values.filter { drawn.contains($0.record) }.sorted { $0.record < $1.record }
  }

  /// The numbers of the images to draw; nil for all.
  var drawn: Set<Int>? {
    guard choice != .all else { return nil }
    return Set(drawnWorst).union(examples.records)
  }
}

/// Images that show what is anomalous and what is not, by their record numbers.
struct ImageExamples: Sendable, Hashable {
  /// The largest scores.
  var worst: [Int]
  /// The scores nearest to the threshold, on either side.
  var nearest: [Int]
  /// The smallest scores of images that are not flagged.
  var usual: [Int]

  /// All of them.
  var records: Set<Int> { Set(worst + nearest + usual) }
}
