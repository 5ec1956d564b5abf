/// The quality of anomaly maps against annotated regions.
package struct DefectFigures: Sendable, Hashable {
  /// The figures at a threshold.
  package struct AtThreshold: Sendable, Hashable {
    /// The threshold; pixels with larger scores are flagged.
    package let threshold: Double
    /// The share of flagged pixels that are in annotated regions; nil if none is flagged.
    package let precision: Double?
    /// The share of the pixels of annotated regions that are flagged.
    package let recall: Double
    /// The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
    package let f1: Double
    /// The share of the annotated regions with a flagged pixel.
    package let hitShare: Double
    /// The mean number of connected flagged regions in an image that contain no pixel of a defect.
    package let falseRegionsPerImage: Double
  }

  /// The number of images.
  package let imageCount: Int
  /// The number of images with annotated regions.
  package let defectImageCount: Int
  /// The number of annotated regions.
  package let regionCount: Int
  /// The number of pixels in annotated regions.
  package let defectPixelCount: Int
  /// The number of pixels.
  package let pixelCount: Int
  /// The area under the ROC curve of pixels, see ``Evaluation/areaUnderROC``; nil if one class is missing.
  package let areaUnderROC: Double?
  /// The bound of the error of ``areaUnderROC`` that is due to the bins of scores.
  package let areaUnderROCError: Double?
  /// The average precision of pixels, see ``Evaluation/averagePrecision``; nil if one class is missing.
  package let averagePrecision: Double?
  /// The area under the per-region overlap curve, up to a false-positive rate of ``overlapLimit``, divided by
  /// that rate: 0 to 1; nil if one class is missing.
  ///
  /// The mean share of the annotated regions that is found, as a function of the share of other pixels that
  /// are flagged. P. Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 129 (2021), section 5.2.
  package let areaUnderOverlap: Double?
  /// The share of annotated regions with a flagged pixel, at the lowest threshold down to which there is at
  /// most one false region an image on average; nil without regions.
  ///
  /// False regions are connected and contain no pixel of a defect.
  package let hitShareAtOneFalseRegion: Double?
  /// The threshold of ``hitShareAtOneFalseRegion``.
  package let oneFalseRegionThreshold: Double?
  /// The largest F1 of pixels at any threshold; nil if one class is missing.
  package let bestF1: Double?
  /// The threshold of ``bestF1``; pixels with a score of at least it are flagged.
  package let bestF1Threshold: Double?
  /// The figures at the threshold of the statistic; nil without one or without regions.
  package let atThreshold: AtThreshold?

  /// The false-positive rate that ``areaUnderOverlap`` ends at.
  package static let overlapLimit = 0.3
}

extension DefectFigures {
  init(_ statistic: DefectStatistic) {
    let bins = statistic.bins.sorted { $0.key > $1.key }
    let positives = bins.reduce(0) { $0 + $1.value.defectPixels }
    let negatives = bins.reduce(0) { $0 + $1.value.otherPixels }
    let regionCount = statistic.regionCount
    var walk = BinWalk(positives: positives, negatives: negatives, regions: regionCount)
    walk.images = statistic.imageCount
    for (number, bin) in bins { walk.add(bin, edge: RankedPixels.lowerEdge(ofBin: number)) }
    let hasBoth = positives > 0 && negatives > 0
    imageCount = statistic.imageCount
    defectImageCount = statistic.defectImageCount
    self.regionCount = regionCount
    defectPixelCount = positives
    pixelCount = positives + negatives
    let pairs = Double(positives) * Double(negatives)
    areaUnderROC = hasBoth ? walk.wins / pairs : nil
    areaUnderROCError = hasBoth ? walk.tiedPairs / 2 / pairs : nil
    averagePrecision = hasBoth ? walk.precisionSum / Double(positives) : nil
    areaUnderOverlap = hasBoth ? walk.overlapArea / Self.overlapLimit : nil
    hitShareAtOneFalseRegion = regionCount > 0 ? Double(walk.allowedHits) / Double(regionCount) : nil
    oneFalseRegionThreshold = walk.allowedEdge.map { Double($0) }
    bestF1 = hasBoth ? walk.bestF1 : nil
    bestF1Threshold = hasBoth ? walk.bestEdge.map { Double($0) } : nil
    atThreshold = positives > 0 ? AtThreshold(statistic, bins.map(\.value), bins.map(\.key)) : nil
  }
}

extension DefectFigures.AtThreshold {
  fileprivate init?(_ statistic: DefectStatistic, _ bins: [DefectStatistic.Bin], _ numbers: [UInt32]) {
    guard let threshold = statistic.threshold else { return nil }
    let (found, wrong) = (statistic.flaggedDefectPixels, statistic.flaggedOtherPixels)
    let positives = bins.reduce(0) { $0 + $1.defectPixels }
    // Of the bin that contains the threshold, regions count if its lower edge is flagged.
    let count = numbers.count { Double(RankedPixels.lowerEdge(ofBin: $0)) > threshold }
    self.threshold = threshold
    precision = found + wrong > 0 ? Double(found) / Double(found + wrong) : nil
    recall = Double(found) / Double(positives)
    f1 = 2 * Double(found) / Double(found + wrong + positives)
    hitShare = Double(bins[..<count].reduce(0) { $0 + $1.hits }) / Double(statistic.regionCount)
    falseRegionsPerImage =
      Double(bins[..<count].reduce(0) { $0 + $1.falseRegions }) / Double(statistic.imageCount)
  }
}

/// Sums over bins of scores, from the highest down.
private struct BinWalk {
  let positives: Int
  let negatives: Int
  let regions: Int
  var images = 0
  var wins = 0.0
  var tiedPairs = 0.0
  var precisionSum = 0.0
  var overlapArea = 0.0
  var bestF1 = 0.0
  var bestEdge: Float?
  var allowedHits = 0
  var allowedEdge: Float?
  private var found = 0
  private var wrong = 0
  private var overlap = 0.0
  private var hits = 0
  private var falseRegions = 0
  private var isAllowed = true

  init(positives: Int, negatives: Int, regions: Int) {
    self.positives = positives
    self.negatives = negatives
    self.regions = regions
  }

  mutating func add(_ bin: DefectStatistic.Bin, edge: Float) {
    let (inside, outside) = (Double(bin.defectPixels), Double(bin.otherPixels))
    wins += outside * (Double(found) + inside / 2)
    tiedPairs += inside * outside
    let before = (rate: rate, overlap: overlap)
    found += bin.defectPixels
    wrong += bin.otherPixels
    overlap += bin.regionShare
    if found + wrong > 0 { precisionSum += inside * Double(found) / Double(found + wrong) }
    addArea(from: before.rate, before.overlap)
    let f1 = 2 * Double(found) / Double(found + wrong + positives)
    if f1 > bestF1 { (bestF1, bestEdge) = (f1, edge) }
    hits += bin.hits
    falseRegions += bin.falseRegions
    isAllowed = isAllowed && falseRegions <= images
    if isAllowed { (allowedHits, allowedEdge) = (hits, edge) }
  }

  /// The share of the other pixels that are flagged.
  private var rate: Double { negatives > 0 ? Double(wrong) / Double(negatives) : 0 }

  /// Adds the trapezium up to the present point, cut off at the limit.
  private mutating func addArea(from oldRate: Double, _ oldOverlap: Double) {
    let limit = DefectFigures.overlapLimit
    guard oldRate < limit, regions > 0 else { return }
    let (old, new) = (oldOverlap / Double(regions), overlap / Double(regions))
    let part = rate > limit ? (limit - oldRate) / (rate - oldRate) : 1
    let end = old + (new - old) * part
    overlapArea += (min(rate, limit) - oldRate) * (old + end) / 2
  }
}
