import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// The sums of the scores that the tiles of an image give to its pixels.
///
/// A pixel's score is the mean over the tiles that hold it, averaged over a square of pixels around it.
/// With a similarity, it is the error around the pixel of the stitched image and its stitched reconstruction.
struct ScoreMapSum {
  private let size: ImageSize
  private let tiles: ImagePreparation.Tiles
  private var sums: [Float]
  private let similarity: ImageSimilarity?
  // The sums of images and reconstructions, which a similarity compares: [height, width, channels].
  private var images: [Float] = []
  private var reconstructions: [Float] = []
  /// Whether each pixel counts; nil if all do.
  private let isInside: [Bool]?

  init(
    _ size: ImageSize, _ tiles: ImagePreparation.Tiles, region: RegionOfInterest? = nil,
    _ similarity: ImageSimilarity? = nil
  ) {
    self.similarity = similarity
    isInside = region?.isInside(size)
    self.size = size
    self.tiles = tiles
    sums = Array(repeating: 0, count: size.width * size.height)
  }

  /// Adds the scores of a tile's pixels: [side, side]; with a similarity, the tile and its reconstruction:
  /// [2, side, side, channels].
  mutating func add(_ pixels: FloatSlice, toTile tile: Int) {
    guard similarity == nil else { return addStitched(pixels, toTile: tile) }
    let corner = tiles.corner(ofTile: tile, in: size)
    let lines = TileLines(
      start: corner.row * size.width + corner.column, length: tiles.side, stride: size.width,
      count: tiles.side)
    var sums = sums.mutableSpan
    lines.add(pixels.span, to: &sums)
  }

  private mutating func addStitched(_ values: FloatSlice, toTile tile: Int) {
    let half = values.count / 2
    let channels = half / (tiles.side * tiles.side)
    if images.isEmpty {
      images = Array(repeating: 0, count: sums.count * channels)
      reconstructions = images
    }
    let corner = tiles.corner(ofTile: tile, in: size)
    for row in 0..<tiles.side {
      let start = ((corner.row + row) * size.width + corner.column) * channels
      let length = tiles.side * channels
      let source = row * length
      for index in 0..<length {
        images[start + index] += values[source + index]
        reconstructions[start + index] += values[half + source + index]
      }
    }
  }

  /// Returns the errors of a similarity; NaN if no tiles were added.
  private func errors(of similarity: ImageSimilarity, _ counts: [Float]) -> [Float] {
    guard !images.isEmpty else { return sums.map { _ in .nan } }
    let channels = images.count / sums.count
    func means(_ sums: [Float]) -> FloatSlice {
      FloatBuffer(sums.indices.map { sums[$0] / counts[$0 / channels] }).all
    }
    return similarity.errors(
      means(images), means(reconstructions), height: size.height, width: size.width, channels: channels)
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
    if let similarity {
      values = errors(of: similarity, rows.flatMap { row in columns.map { Float(row * $0) } })
    } else {
      for row in rows.indices {
        for column in columns.indices {
          values[row * size.width + column] /= Float(rows[row] * columns[column])
        }
      }
    }
    if tiles.smoothing > 1 { values = smoothed(values) }
    if isRoot { values = values.map { $0.squareRoot() } }
    return ScoreMap(
      width: size.width, height: size.height, values: values, dilation: tiles.dilation, within: isInside,
      score: tiles.score)
  }

  /// Returns the means over squares of pixels, as far as they lie in the image: rows first, then columns.
  ///
  /// Shifted maps are added as wholes, which the compiler turns into vector instructions.
  private func smoothed(_ values: [Float]) -> [Float] {
    let (width, height, reach) = (size.width, size.height, tiles.smoothing / 2)
    var rows = values
    let inside = min(reach, width)..<max(width - reach, min(reach, width))
    rows.withMutableSpan { rows in
      let values = values.span
      for row in 0..<height {
        let start = row * width
        for column in inside { rows[start + column] = 0 }
        for shift in -reach...reach {
          for column in inside { rows[start &+ column] += values[start &+ column &+ shift] }
        }
        for column in inside { rows[start &+ column] /= Float(2 * reach + 1) }
        for column in 0..<width where !inside.contains(column) {
          let columns = max(0, column - reach)..<min(width, column + reach + 1)
          var sum: Float = 0
          for near in columns { sum += values[start + near] }
          rows[start + column] = sum / Float(columns.count)
        }
      }
    }
    var result = [Float](repeating: 0, count: rows.count)
    result.withMutableSpan { result in
      let rows = rows.span
      for row in 0..<height {
        let start = row * width
        let near = max(0, row - reach)..<min(height, row + reach + 1)
        let share = 1 / Float(near.count)
        for other in near {
          let first = other * width
          for column in 0..<width { result[start &+ column] += rows[first &+ column] }
        }
        for column in 0..<width { result[start &+ column] *= share }
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
