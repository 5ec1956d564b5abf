import Misfit

/// The volumes under the surfaces of precision and recall (VUS-PR) and of the ROC curve (VUS-ROC): areas for
/// labels with soft borders, averaged over the widths of the borders.
///
/// Paparrizos et al., "Volume under the surface: a new accuracy evaluation measure for time-series anomaly
/// detection" (2022), in the version of the TSB-AD benchmark: 250 thresholds at even ranks of the scores, and
/// a segment counts as found if any of its rows is at the threshold.
struct RangeVolume: Hashable {
  /// The volume under precision over recall, 0 to 1.
  let underPrecision: Double
  /// The volume under the ROC curve, 0 to 1.
  let underROC: Double

  init(underPrecision: Double, underROC: Double) {
    self.underPrecision = underPrecision
    self.underROC = underROC
  }

  /// Measures scores: higher ones are more anomalous.
  ///
  /// The widths of the borders are 0, `step`, ... up to `width` rows; a half is on each side of a segment.
  ///
  /// - Precondition: there are as many scores as labels, and a label is true.
  init(scores: [Double], labels: [Bool], width: Int = 100, step: Int = 25, thresholdCount: Int = 250) {
    precondition(scores.count == labels.count && labels.contains(true), "there are labelled rows")
    let cut = Thresholds(scores, count: thresholdCount)
    var sums = (precision: 0.0, roc: 0.0)
    let widths = Array(stride(from: 0, through: width, by: step))
    for width in widths {
      let areas = Self.areas(cut, scores, labels, width: width)
      sums.precision += areas.precision
      sums.roc += areas.roc
    }
    underPrecision = sums.precision / Double(widths.count)
    underROC = sums.roc / Double(widths.count)
  }

  /// The thresholds, in descending order.
  private struct Thresholds {
    /// The rows by their scores, largest first.
    let order: [Int]
    let values: [Double]
    /// The number of rows at or above each threshold.
    let counts: [Int]

    init(_ scores: [Double], count: Int) {
      let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
      let last = order.count - 1
      let step = Double(last) / Double(count - 1)
      values = (0..<count).map { scores[order[$0 == count - 1 ? last : Int(Double($0) * step)]] }
      var counts: [Int] = []
      var row = 0
      for value in values {
        while row < order.count, scores[order[row]] >= value { row += 1 }
        counts.append(row)
      }
      self.order = order
      self.counts = counts
    }
  }

  private static func areas(
    _ cut: Thresholds, _ scores: [Double], _ labels: [Bool], width: Int
  ) -> (precision: Double, roc: Double) {
    let soft = softened(labels, width: width)
    let peaks = segments(of: soft.map { $0 > 0 }).map { $0.reduce(-.infinity) { max($0, scores[$1]) } }
    // Sums of the soft labels, and of those outside the segments, over the rows by their scores.
    var hits = [0.0]
    var borders = [0.0]
    for row in cut.order {
      hits.append(hits[hits.count - 1] + soft[row])
      borders.append(borders[borders.count - 1] + (labels[row] ? 0 : soft[row]))
    }
    let positives = Double(labels.count { $0 })
    var (precisionArea, rocArea) = (0.0, 0.0)
    var (lastRecall, lastFalse) = (0.0, 0.0)
    for (value, count) in zip(cut.values, cut.counts) {
      let found = Double(peaks.count { $0 >= value }) / Double(peaks.count)
      let total = positives + borders[count] / 2
      let recall = min(hits[count] / total, 1) * found
      let falseRate = (Double(count) - hits[count]) / (Double(labels.count) - total)
      precisionArea += (recall - lastRecall) * hits[count] / Double(count)
      rocArea += (falseRate - lastFalse) * (recall + lastRecall) / 2
      (lastRecall, lastFalse) = (recall, falseRate)
    }
    rocArea += (1 - lastFalse) * (1 + lastRecall) / 2
    return (precisionArea, rocArea)
  }

  /// Returns labels that fall off on both sides of each segment.
  private static func softened(_ labels: [Bool], width: Int) -> [Double] {
    var soft = labels.map { $0 ? 1.0 : 0 }
    guard width > 0 else { return soft }
    for segment in segments(of: labels) {
      for distance in 1..<width / 2 + 1 {
        let value = (1 - Double(distance) / Double(width)).squareRoot()
        let (before, after) = (segment.lowerBound - distance, segment.upperBound - 1 + distance)
        if before >= 0 { soft[before] += value }
        if after < soft.count { soft[after] += value }
      }
    }
    return soft.map { min($0, 1) }
  }

  private static func segments(of flags: [Bool]) -> [Range<Int>] {
    var segments: [Range<Int>] = []
    for row in flags.indices where flags[row] {
      if let last = segments.last, last.upperBound == row {
        segments[segments.count - 1] = last.lowerBound..<row + 1
      } else {
        segments.append(row..<row + 1)
      }
    }
    return segments
  }
}
