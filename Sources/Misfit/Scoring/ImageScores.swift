import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// Combines the scores of tiles, which arrive in order, into scores of images.
struct ImageScores {
  private let tiles: ImagePreparation.Tiles
  private let images: [TiledImage]
  /// Whether roots are those of means: with tiles of one size, the mean over tiles is then the root mean
  /// square of the whole image.
  private let isRoot: Bool
  private var image = 0
  private var tileCount = 0
  private var largest = -Double.infinity
  private var sum = 0.0
  private var map: ScoreMapSum?
  private let region: RegionOfInterest?
  private let similarity: ImageSimilarity?

  /// Creates a combiner of the tiles of `images`, in order; without images, every row is a sample.
  ///
  /// `region` is the part of images that counts; nil for the whole image.
  init(
    _ tiles: ImagePreparation.Tiles, of measure: ScoreMeasure, images: [TiledImage],
    region: RegionOfInterest? = nil
  ) {
    self.tiles = tiles
    self.region = region
    similarity = PixelScore(measure).similarity
    self.images = images
    isRoot = measure == .reconstruction(.rootMeanSquared) && tiles.score != .maximum
  }

  /// Adds the score of the next tile, and returns the score of the image with its last tile, else nil; NaN
  /// if the score of any tile is NaN.
  ///
  /// `pixels` are the scores of the tile's pixels, needed where an image's score is the peak of its map; nil
  /// gives each of them the score of the tile. For ``PixelScore/stitched(_:)``, they are the tile and its
  /// reconstruction.
  mutating func add(_ score: Double, pixels: FloatSlice? = nil) -> Double? {
    guard !images.isEmpty else { return score }
    if tiles.score.isOfMap {
      if map == nil { map = ScoreMapSum(images[image].size, tiles, region: region, similarity) }
      if let pixels { map?.add(pixels, toTile: tileCount) } else { map?.add(Float(score), toTile: tileCount) }
    }
    // `max` may ignore a NaN.
    largest = score.isNaN || largest.isNaN ? .nan : max(largest, score)
    sum += isRoot ? score * score : score
    tileCount += 1
    guard tileCount == images[image].tileCount else { return nil }
    let mean = sum / Double(tileCount)
    let value =
      switch tiles.score {
      case .maximum: largest
      case .mean: isRoot ? mean.squareRoot() : mean
      case .peak, .top: Double(map?.map(isRoot: isRoot && pixels != nil).score ?? .nan)
      }
    (image, tileCount, largest, sum, map) = (image + 1, 0, -.infinity, 0, nil)
    return value
  }
}
