import MisfitCore
import MisfitIngest
import MisfitKernels

/// The sums of the scores that the tiles of an image give to its pixels.
///
/// A pixel's score is the mean over the tiles that hold it, averaged over a square of pixels around it.
struct ScoreMapSum {
  private let size: ImageSize
  private let tiles: ImagePreparation.Tiles
  private var sums: [Float]
  /// Whether each pixel counts; nil if all do.
  private let isInside: [Bool]?

  init(_ size: ImageSize, _ tiles: ImagePreparation.Tiles, region: RegionOfInterest? = nil) {
    isInside = region?.isInside(size)
    self.size = size
    self.tiles = tiles
    sums = Array(repeating: 0, count: size.width * size.height)
  }

  /// Adds the scores of a tile's pixels: [side, side].
  mutating func add(_ pixels: FloatSlice, toTile tile: Int) {
    let pixels = pixels.span
    let (side, width) = (tiles.side, size.width)
    let corner = tiles.corner(ofTile: tile, in: size)
    var sums = sums.mutableSpan
    var source = 0
    for row in 0..<side {
      let start = (corner.row + row) * width + corner.column
      for pixel in start..<start + side {
        sums[pixel] += pixels[source]
        source &+= 1
      }
    }
  }

  /// Adds the score of a tile to each of its pixels.
  mutating func add(_ score: Float, toTile tile: Int) {
    let (side, width) = (tiles.side, size.width)
    let corner = tiles.corner(ofTile: tile, in: size)
    var sums = sums.mutableSpan
    for row in 0..<side {
      let start = (corner.row + row) * width + corner.column
      for pixel in start..<start + side {
        sums[pixel] += score
      }
    }
  }

  /// Returns the scores of the pixels, with the roots of the means if `isRoot`.
  ///
  /// Those outside of the region of interest are 0.
  ///
  /// - Precondition: all tiles have been added.
  func map(isRoot: Bool) -> ScoreMap {
    let (rows, columns) = (tiles.counts(along: size.height), tiles.counts(along: size.width))
    var values = sums
    for row in rows.indices {
      for column in columns.indices {
        values[row * size.width + column] /= Float(rows[row] * columns[column])
      }
    }
    if tiles.smoothing > 1 { values = smoothed(values) }
    if isRoot { values = values.map { $0.squareRoot() } }
    return ScoreMap(
      width: size.width, height: size.height, values: values, dilation: tiles.dilation, within: isInside)
  }

  /// Returns the means over squares of pixels, as far as they lie in the image: rows first, then columns.
  private func smoothed(_ values: [Float]) -> [Float] {
    let (width, height, reach) = (size.width, size.height, tiles.smoothing / 2)
    var rows = values
    rows.withMutableSpan { rows in
      let values = values.span
      for row in 0..<height {
        let start = row * width
        for column in 0..<width {
          let columns = max(0, column - reach)..<min(width, column + reach + 1)
          var sum: Float = 0
          for near in columns { sum += values[start + near] }
          rows[start + column] = sum / Float(columns.count)
        }
      }
    }
    var result = rows
    result.withMutableSpan { result in
      let rows = rows.span
      for row in 0..<height {
        let near = max(0, row - reach)..<min(height, row + reach + 1)
        let share = 1 / Float(near.count)
        for column in 0..<width {
          var sum: Float = 0
          for other in near { sum += rows[other * width + column] }
          result[row * width + column] = sum * share
        }
      }
    }
    return result
  }
}

extension Array where Element == Float {
  /// Calls `body` with the elements as a mutable span.
  fileprivate mutating func withMutableSpan(_ body: (inout MutableSpan<Float>) -> Void) {
    var span = mutableSpan
    body(&span)
  }
}
