import MisfitIngest

/// A map of an image in units of the threshold: 0 is usual, 1 is the threshold, more is anomalous.
///
/// The map has the size that the model works on, and may be smaller or larger than the image's file.
package struct AnomalyMap: Sendable, Hashable {
  /// The values: [height, width], row by row.
  package private(set) var values: [Float]
  /// The number of rows.
  package let height: Int
  /// The number of columns.
  package let width: Int
  /// The number of columns that the image covers; less than ``width`` if the last column is averaged over
  /// fewer pixels.
  private let coveredWidth: Double
  private let coveredHeight: Double

  /// Creates a map.
  ///
  /// `prepared` is the size of the image before it was averaged down to the map; nil means the map's.
  ///
  /// - Precondition: `values` has `width * height` elements.
  package init(_ values: [Float], width: Int, height: Int, of prepared: ImageSize? = nil) {
    precondition(values.count == width * height, "one value a pixel")
    self.values = values
    (self.height, self.width) = (height, width)
    let factor = prepared.map { Self.factor(from: $0, to: ImageSize(width: width, height: height)) } ?? 1
    coveredWidth = prepared.map { min(Double(width), Double($0.width) / factor) } ?? Double(width)
    coveredHeight = prepared.map { min(Double(height), Double($0.height) / factor) } ?? Double(height)
  }

  /// Makes the largest value at least the next one above 1; NaN is never the largest.
  mutating func raisePeak() {
    var peak = -Float.infinity
    for value in values where value > peak { peak = value }
    guard let index = values.firstIndex(of: peak) else { return }
    values[index] = max(peak, Float(1).nextUp)
  }

  /// Returns the smallest whole factor by which an image was averaged down to a size.
  private static func factor(from prepared: ImageSize, to size: ImageSize) -> Double {
    var factor = max(1, prepared.width / max(1, size.width))
    while (prepared.width + factor - 1) / factor > size.width
      || (prepared.height + factor - 1) / factor > size.height
    {
      factor += 1
    }
    return Double(factor)
  }

  /// Returns the values at another size: [height, width], interpolated linearly.
  ///
  /// A map of the same size is returned unchanged. If interpolation lost all values above 1, as it may where
  /// the image is smaller than the map, each pixel takes the largest value that falls on it.
  ///
  /// - Complexity: O(pixels of the larger size).
  package func resampled(to size: ImageSize) -> [Float] {
    if size.width == width, size.height == height { return values }
    let result = interpolated(to: size)
    guard !result.contains(where: { $0 > 1 }), values.contains(where: { $0 > 1 }) else { return result }
    var largest = result
    for row in 0..<height {
      let targetRow = min(size.height - 1, Int((Double(row) + 0.5) / coveredHeight * Double(size.height)))
      for column in 0..<width {
        let place = (Double(column) + 0.5) / coveredWidth * Double(size.width)
        let target = targetRow * size.width + min(size.width - 1, Int(place))
        largest[target] = max(largest[target], values[row * width + column])
      }
    }
    return largest
  }

  private func interpolated(to size: ImageSize) -> [Float] {
    let columns = (0..<size.width).map {
      Self.neighbors(of: (Double($0) + 0.5) / Double(size.width) * coveredWidth - 0.5, count: width)
    }
    var result: [Float] = []
    result.reserveCapacity(size.width * size.height)
    for row in 0..<size.height {
      let place = (Double(row) + 0.5) / Double(size.height) * coveredHeight - 0.5
      let (first, second, share) = Self.neighbors(of: place, count: height)
      let (upper, lower) = (first * width, second * width)
      for column in columns {
        let above = Self.mix(values[upper + column.first], values[upper + column.second], column.share)
        let below = Self.mix(values[lower + column.first], values[lower + column.second], column.share)
        result.append(Self.mix(above, below, share))
      }
    }
    return result
  }

  private static func mix(_ first: Float, _ second: Float, _ share: Float) -> Float {
    first + (second - first) * share
  }

  /// Returns the two samples around a position, and the share of the second.
  private static func neighbors(of place: Double, count: Int) -> (first: Int, second: Int, share: Float) {
    let inside = min(max(place, 0), Double(count - 1))
    let first = min(Int(inside), max(0, count - 2))
    return (first, min(first + 1, count - 1), Float(inside - Double(first)))
  }
}
