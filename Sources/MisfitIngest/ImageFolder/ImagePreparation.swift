import MisfitCore
import MisfitImages

/// Rows and columns of an image.
public struct ImageSize: Sendable, Hashable, Codable {
  /// The number of columns.
  public var width: Int
  /// The number of rows.
  public var height: Int

  /// Makes a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// How one score of an image is made of its tiles' errors.
public enum TileScore: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest: one odd place makes the image odd.
  case maximum
  /// The mean: an image is odd where much of it is.
  case mean
}

/// What is done with each image of a folder before a network sees it; a part of the model's schema, so that
/// images are prepared for scoring as they were for fitting.
public struct ImagePreparation: Sendable, Hashable, Codable {
  /// Square patches that an image is cut into.
  public struct Tiles: Sendable, Hashable, Codable {
    /// Rows and columns of a tile.
    public var side: Int
    /// Pixels from one tile to the next, at most ``side``; smaller than it, tiles overlap.
    public var stride: Int
    /// How an image's score is made of its tiles'.
    public var score: TileScore

    /// Makes a choice; without a stride, tiles lie edge to edge.
    ///
    /// - Precondition: `1 <= stride <= side`.
    public init(side: Int, stride: Int? = nil, score: TileScore = .maximum) {
      precondition(side >= 1 && (1...side).contains(stride ?? side), "a stride from 1 to the tile's side")
      self.side = side
      self.stride = stride ?? side
      self.score = score
    }
  }

  /// The size that every image is brought to, by ``Raster/resized(width:height:)``; nil keeps its own.
  public var size: ImageSize?
  /// Whether colours become their luma, by ``Raster/convertedToGray``.
  public var isGrey: Bool
  /// The tiles that images are then cut into; nil leaves them whole.
  public var tiles: Tiles?

  /// Makes a preparation; the default leaves images as they are.
  public init(size: ImageSize? = nil, isGrey: Bool = false, tiles: Tiles? = nil) {
    self.size = size
    self.isGrey = isGrey
    self.tiles = tiles
  }

  /// Whether images are left as they are.
  public var isNothing: Bool { self == ImagePreparation() }

  /// The longest side that images may be brought to.
  public static let maximumSide = 16_384

  /// What is done, for people: `resized to 64 x 48, grey, tiles of 32 x 32 every 16 pixels`.
  public var text: String {
    var parts: [String] = []
    if let size { parts.append("resized to \(size.width) x \(size.height)") }
    if isGrey { parts.append("made grey") }
    if let tiles {
      let every = tiles.stride == tiles.side ? "" : " every \(tiles.stride) pixels"
      parts.append("tiles of \(tiles.side) x \(tiles.side)\(every)")
    }
    return parts.joined(separator: ", ")
  }

  /// Whether the numbers can be worked with; a file may say anything.
  var isUsable: Bool {
    let sides = [size?.width, size?.height, tiles?.side].compactMap { $0 }
    return sides.allSatisfy { (1...Self.maximumSide).contains($0) }
      && tiles.map { (1...$0.side).contains($0.stride) } ?? true
  }

  /// The image, resized and grey as asked for; in RGB where `channels` is 3.
  func prepare(_ raster: Raster, channels: Int) -> Raster {
    // Grey first: a third of the samples are then resized.
    var result = isGrey ? raster.convertedToGray : raster
    if let size { result = result.resized(width: size.width, height: size.height) }
    return channels == 3 ? result.convertedToRGB : result
  }

  /// The size of a prepared image.
  func size(of original: ImageSize) -> ImageSize { size ?? original }
}
