import MisfitCore
import MisfitImages

/// The size of an image in pixels.
public struct ImageSize: Sendable, Hashable, Codable {
  /// The number of columns.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Creates a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// The way that the score of an image is computed from those of its tiles.
public enum TileScore: String, Sendable, Hashable, Codable, CaseIterable {
  /// The maximum: one anomalous tile makes the image anomalous.
  case maximum
  /// The mean: an image is anomalous if much of it is.
  case mean
  /// The largest value of the map of scores: each pixel has the mean of the tiles that hold it, averaged over
  /// a few pixels.
  case peak
  /// The mean of the highest thousandth of that map, at least one pixel.
  case top

  /// Whether the score of an image comes from a map of its pixels' scores.
  package var isOfMap: Bool { self == .peak || self == .top }
}

/// The preparation of each image of a folder for a model; a part of the model's schema, so that images are
/// prepared for scoring as they were for training.
public struct ImagePreparation: Sendable, Hashable, Codable {
  /// Square patches that an image is cut into.
  public struct Tiles: Sendable, Hashable, Codable {
    /// The number of rows and columns of a tile.
    public var side: Int
    /// The distance in pixels from one tile to the next, at most ``side``; if it is smaller, tiles overlap.
    public var stride: Int
    /// The way that the score of an image is computed.
    public var score: TileScore
    /// The side of the square of pixels over which each pixel of a map of scores is averaged, odd; 1 for no
    /// averaging.
    public var smoothing: Int
    /// The number of pixels that scores spread: each pixel of a map takes the largest score at most so far
    /// away in its row and its column (a grey dilation), so that a map covers a whole defect; 0 for none.
    ///
    /// The peak stays the same.
    public var dilation: Int

    /// Creates tiles; without a stride, they are adjacent.
    ///
    /// - Precondition: `1 <= stride <= side`, `smoothing` is odd, and `dilation >= 0`.
    public init(
      side: Int, stride: Int? = nil, score: TileScore = .maximum, smoothing: Int = 1, dilation: Int = 0
    ) {
      precondition(side >= 1 && (1...side).contains(stride ?? side), "a stride from 1 to the tile's side")
      precondition(smoothing >= 1 && !smoothing.isMultiple(of: 2), "an odd number of pixels")
      precondition(dilation >= 0, "a distance in pixels")
      self.side = side
      self.stride = stride ?? side
      self.score = score
      self.smoothing = smoothing
      self.dilation = dilation
    }

    private enum CodingKeys: String, CodingKey {
      case side, stride, score, smoothing, dilation
    }

    /// Reads tiles from a model file; files of earlier versions have no smoothing and no dilation.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      side = try values.decode(Int.self, forKey: .side)
      stride = try values.decode(Int.self, forKey: .stride)
      score = try values.decode(TileScore.self, forKey: .score)
      smoothing = try values.decodeIfPresent(Int.self, forKey: .smoothing) ?? 1
      dilation = try values.decodeIfPresent(Int.self, forKey: .dilation) ?? 0
    }

    /// Whether the numbers are usable; a model file may contain any.
    var isUsable: Bool {
      (1...ImagePreparation.maximumSide).contains(side) && (1...side).contains(stride)
        && (0...255).contains(dilation) && (1...255).contains(smoothing) && !smoothing.isMultiple(of: 2)
    }
  }

  /// The size that every image is resized to, by area averaging or, to enlarge, by interpolation; nil keeps
  /// its own.
  public var size: ImageSize?
  /// Whether colors are converted to gray, by the luma of BT.601.
  public var isGrey: Bool
  /// The part of images whose brightness and contrast are normalized; nil keeps them as they are.
  public var contrast: ImageContrast?
  /// The tiles that images are then cut into; nil keeps them whole.
  public var tiles: Tiles?
  /// The part of images that counts; pixels outside become black, and nil means the whole image.
  package var region: RegionOfInterest?

  /// Creates a preparation; the default keeps images as they are.
  public init(
    size: ImageSize? = nil, isGrey: Bool = false, contrast: ImageContrast? = nil, tiles: Tiles? = nil
  ) {
    self.size = size
    self.isGrey = isGrey
    self.contrast = contrast
    self.tiles = tiles
  }

  /// Whether images are kept unchanged.
  public var isNothing: Bool { self == ImagePreparation() }

  /// The maximum length of a side after resizing.
  public static let maximumSide = 16_384

  /// The description for users: `resized to 64 x 48, grey, tiles of 32 x 32 every 16 pixels`.
  public var text: String {
    var parts: [String] = []
    if let region { parts.append(region.text) }
    if let size { parts.append("resized to \(size.width) x \(size.height)") }
    if isGrey { parts.append("made grey") }
    switch contrast {
    case .image: parts.append("contrast of each image normalized")
    case .patch: parts.append("contrast of each patch normalized")
    case nil: break
    }
    if let tiles {
      let every = tiles.stride == tiles.side ? "" : " every \(tiles.stride) pixels"
      parts.append("tiles of \(tiles.side) x \(tiles.side)\(every)")
    }
    return parts.joined(separator: ", ")
  }

  /// Whether the numbers are usable; a model file may contain any.
  var isUsable: Bool {
    let sides = [size?.width, size?.height].compactMap { $0 }
    return sides.allSatisfy { (1...Self.maximumSide).contains($0) } && tiles?.isUsable ?? true
      && region?.isUsable ?? true
  }

  /// Returns the image, resized and gray as configured; in RGB if `channels` is 3.
  func prepare(_ raster: Raster, channels: Int) -> Raster {
    // Gray first: only a third of the samples are then resized.
    var result = isGrey ? raster.convertedToGray : raster
    if normalizesImages {
      // What is outside of the region does not count, so it is not black yet.
      let counts = region?.isInside(ImageSize(width: raster.width, height: raster.height))
      result = result.normalizingContrast(counts: counts)
    }
    if let region { result = region.blanked(result) }
    if let size { result = result.resized(width: size.width, height: size.height) }
    return channels == 3 ? result.convertedToRGB : result
  }

  /// Whether the contrast of whole images is normalized.
  private var normalizesImages: Bool { contrast == .image || contrast == .patch && tiles == nil }

  /// Returns the size of a prepared image.
  func size(of original: ImageSize) -> ImageSize { size ?? original }
}
