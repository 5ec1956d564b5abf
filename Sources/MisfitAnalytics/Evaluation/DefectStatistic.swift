/// An anomaly map of an image, and the annotated regions of its defects.
package struct AnnotatedMap: Sendable {
  /// The number of columns.
  package let width: Int
  /// The score of each pixel, row by row; larger is more anomalous.
  package let values: [Float]
  /// The pixels of each annotated region, as indices of ``values``; regions may overlap.
  package let regions: [[Int]]

  /// Creates a map.
  ///
  /// - Precondition: there are whole rows, and each region has a pixel, all of them in the map.
  package init(width: Int, values: [Float], regions: [[Int]]) {
    precondition(width >= 1 && values.count.isMultiple(of: width), "a map has whole rows")
    precondition(
      regions.allSatisfy { !$0.isEmpty && $0.allSatisfy(values.indices.contains) },
      "a region has pixels of the map")
    self.width = width
    self.values = values
    self.regions = regions
  }
}

/// The quality of anomaly maps against annotated regions, over any number of images.
///
/// Pixels are counted in bins of their score, which are 1/4096 of the score wide or narrower. So the memory
/// does not depend on the number of images; it is about a megabyte, at most a hundred. Figures are those of
/// maps whose scores are rounded down to the edge of their bin: the area under the ROC curve is within
/// ``DefectFigures/areaUnderROCError`` of that of the exact scores.
///
/// NaN policy: such pixels are counted in ``nanCount`` and excluded.
package struct DefectStatistic: StreamingStatistic {
  /// What a bin of scores contains.
  struct Bin: Sendable {
    var defectPixels = 0
    var otherPixels = 0
    /// The sum over the bin's pixels of their share of each region.
    var regionShare = 0.0
    /// The annotated regions whose largest score is in the bin.
    var hits = 0
    /// By how much the number of connected regions without a defect changes when the threshold is lowered
    /// to the bin's lower edge.
    var falseRegions = 0
  }

  private(set) var bins: [UInt32: Bin] = [:]
  /// Scores above this one are flagged; nil counts none.
  package let threshold: Double?
  /// The number of images.
  package private(set) var imageCount = 0
  /// The number of images with annotated regions.
  package private(set) var defectImageCount = 0
  /// The number of annotated regions with a score.
  package private(set) var regionCount = 0
  private(set) var flaggedDefectPixels = 0
  private(set) var flaggedOtherPixels = 0
  package private(set) var count = 0
  package private(set) var nanCount = 0

  /// Creates a statistic; `threshold` is that of a pixel's score.
  package init(threshold: Double? = nil) { self.threshold = threshold }

  /// Adds an image.
  ///
  /// - Complexity: O(n log n) for n pixels.
  package mutating func update(_ map: AnnotatedMap) {
    imageCount += 1
    if !map.regions.isEmpty { defectImageCount += 1 }
    let pixels = RankedPixels(map)
    count += pixels.keys.count
    nanCount += map.values.count - pixels.keys.count
    regionCount += pixels.largestBins.count
    for bin in pixels.largestBins { bins[bin, default: Bin()].hits += 1 }
    for (pixel, value) in map.values.enumerated() where threshold.map({ Double(value) > $0 }) ?? false {
      if pixels.isDefect[pixel] { flaggedDefectPixels += 1 } else { flaggedOtherPixels += 1 }
    }
    var regions = GrowingRegions(map, isDefect: pixels.isDefect)
    var index = 0
    while index < pixels.keys.count {
      let number = RankedPixels.bin(of: pixels.keys[index])
      var bin = bins[number] ?? Bin()
      while index < pixels.keys.count, RankedPixels.bin(of: pixels.keys[index]) == number {
        let pixel = RankedPixels.pixel(of: pixels.keys[index])
        if pixels.isDefect[pixel] { bin.defectPixels += 1 } else { bin.otherPixels += 1 }
        bin.regionShare += pixels.shares[pixel]
        bin.falseRegions += regions.add(pixel)
        index += 1
      }
      bins[number] = bin
    }
  }

  package mutating func merge(_ other: DefectStatistic) {
    precondition(threshold == other.threshold, "statistics with different thresholds")
    imageCount += other.imageCount
    defectImageCount += other.defectImageCount
    regionCount += other.regionCount
    flaggedDefectPixels += other.flaggedDefectPixels
    flaggedOtherPixels += other.flaggedOtherPixels
    count += other.count
    nanCount += other.nanCount
    for (number, bin) in other.bins {
      var sum = bins[number] ?? Bin()
      sum.defectPixels += bin.defectPixels
      sum.otherPixels += bin.otherPixels
      sum.regionShare += bin.regionShare
      sum.hits += bin.hits
      sum.falseRegions += bin.falseRegions
      bins[number] = sum
    }
  }

  /// The figures; nil without a pixel.
  package var value: DefectFigures? { count > 0 ? DefectFigures(self) : nil }
}

/// The pixels of a map from the highest bin down.
struct RankedPixels {
  /// Bin and index of each pixel that is not NaN, in one number each, in descending order.
  let keys: [UInt64]
  /// Whether each pixel is in an annotated region.
  let isDefect: [Bool]
  /// The sum over the regions of a pixel of 1 / their number of pixels.
  let shares: [Double]
  /// The bin of the largest score of each region.
  let largestBins: [UInt32]

  init(_ map: AnnotatedMap) {
    keys = map.values.indices.filter { !map.values[$0].isNaN }
      .map { UInt64(Self.bin(of: map.values[$0])) << 32 | UInt64($0) }
      .sorted(by: >)
    var isDefect = Array(repeating: false, count: map.values.count)
    var shares = Array(repeating: 0.0, count: map.values.count)
    var largestBins: [UInt32] = []
    for region in map.regions {
      let pixels = region.filter { !map.values[$0].isNaN }
      for pixel in pixels {
        isDefect[pixel] = true
        shares[pixel] += 1 / Double(pixels.count)
      }
      if let largest = pixels.map({ Self.bin(of: map.values[$0]) }).max() { largestBins.append(largest) }
    }
    self.isDefect = isDefect
    self.shares = shares
    self.largestBins = largestBins
  }

  /// Returns the bin of a score: its sign, exponent and first twelve bits, in ascending order of scores.
  static func bin(of value: Float) -> UInt32 {
    // Adding zero makes -0 equal to 0.
    let bits = (value + 0).bitPattern
    return (bits >> 31 == 1 ? ~bits : bits | 1 << 31) >> 11
  }

  /// Returns the smallest score of a bin.
  static func lowerEdge(ofBin bin: UInt32) -> Float {
    let bits = bin << 11
    let edge = Float(bitPattern: bits >> 31 == 1 ? bits & ~(1 << 31) : ~bits)
    // Below negative infinity, there are only representations of NaN.
    return edge.isNaN ? -.infinity : edge
  }

  static func bin(of key: UInt64) -> UInt32 { UInt32(key >> 32) }
  static func pixel(of key: UInt64) -> Int { Int(key & 0xFFFF_FFFF) }
}

/// The connected regions of the pixels above a threshold, while it is lowered.
private struct GrowingRegions {
  private let grid: PixelGrid
  private let isDefect: [Bool]
  /// The parent of each pixel in the tree of its region; -1 for pixels below the threshold.
  private var parents: [Int32]
  /// Whether the region of a root contains a pixel of a defect.
  private var hasDefect: [Bool]

  init(_ map: AnnotatedMap, isDefect: [Bool]) {
    grid = PixelGrid(width: map.width, height: map.values.count / map.width)
    self.isDefect = isDefect
    parents = Array(repeating: -1, count: map.values.count)
    hasDefect = isDefect
  }

  /// Adds a pixel, and returns by how much the number of regions without a defect changes.
  mutating func add(_ pixel: Int) -> Int {
    var change = isDefect[pixel] ? 0 : 1
    var root = pixel
    parents[pixel] = Int32(pixel)
    grid.forEachNeighbor(of: pixel) { neighbor in
      guard parents[neighbor] >= 0 else { return }
      let other = find(neighbor)
      guard other != root else { return }
      // Two regions without a defect become one; a region that joins a defect is none any more.
      if !hasDefect[root] || !hasDefect[other] { change -= 1 }
      hasDefect[other] = hasDefect[root] || hasDefect[other]
      parents[root] = Int32(other)
      root = other
    }
    return change
  }

  private mutating func find(_ pixel: Int) -> Int {
    var root = pixel
    while Int(parents[root]) != root {
      parents[root] = parents[Int(parents[root])]
      root = Int(parents[root])
    }
    return root
  }
}
