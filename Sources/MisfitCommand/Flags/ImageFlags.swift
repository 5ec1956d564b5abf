import Misfit

/// The flags for the preparation of a folder's images, which the model stores.
struct ImageFlags: FlagSet {
  var size: ImageSize?
  var isGrey = false
  var isWhole = false
  var contrast = ContrastFlag.none
  var tileSide: Int?
  var tileStride: Int?
  var tileScore: TileScore?
  var smoothing: Int?
  var dilation: Int?
  var region = RegionFlags()

  static var arguments: [Argument<ImageFlags>] {
    Group("Images", common: ["--resize"]) {
      Flag(
        "--resize WxH", \.size, .imageSize,
        otherwise: "images keep their size, which must be the same for all",
        help:
          """
          Resize all images of a folder to this size, such as 64x48: area averaging, or interpolation to \
          enlarge.
          """
      )
      Switch("--grey", \.isGrey, help: "Convert colors to gray (Rec. 601 luma).")
      Flag(
        "--contrast NAME", \.contrast, .choice,
        help:
          """
          Normalize brightness and contrast, for light that changes: of each whole image; of each patch, \
          where light changes within an image too; or of none.
          """)
      Switch(
        "--whole", \.isWhole,
        help: "Learn large images whole, not in patches; the score is then the error of the whole image.")
      Flag(
        "--tile N", \.tileSide, .integer(in: 1...ImagePreparation.maximumSide),
        otherwise: "patches of 8 if an image's sides are longer than 64 pixels",
        help:
          "Cut images into tiles of N x N pixels; scores and pictures are of whole images again."
      )
      Flag(
        "--tile-stride N", \.tileStride, .integer(in: 1...ImagePreparation.maximumSide),
        otherwise: "the tile's side: edge to edge",
        help: "Pixels from one tile to the next; fewer make tiles overlap.")
      Flag(
        "--tile-score NAME", \.tileScore, .choice, otherwise: "peak",
        help:
          """
          An image's score: the peak of its map, where each pixel has the mean of the tiles that hold it; \
          top, the mean of the highest thousandth of the map; or the maximum or the mean of its tiles'.
          """)
      Flag(
        "--smooth N", \.smoothing, .integer(in: 1...255),
        otherwise: "3 pixels",
        help: "The side of the square of pixels, an odd number, over which maps of scores are averaged.")
      Flag(
        "--dilate N", \.dilation, .integer(in: 0...255),
        otherwise: "4 pixels",
        help:
          """
          The number of pixels that the scores of a map spread: a pixel takes the largest score so near, and \
          regions cover whole defects.
          """)
    }
    Shared(\.region)
  }

  func check() throws(ArgumentError) {
    if isWhole, tileSide != nil {
      throw ArgumentError(
        .conflict("--whole and --tile exclude each other", remedy: "give one of them"))
    }
    guard let tileSide else {
      guard tileStride != nil || smoothing != nil || dilation != nil else { return }
      throw ArgumentError(
        .conflict(
          "--tile-stride, --smooth and --dilate need tiles", remedy: "give --tile N too"))
    }
    if let smoothing, smoothing.isMultiple(of: 2) {
      throw ArgumentError(
        .conflict(
          "a square of \(smoothing) pixels has no middle",
          remedy: "give an odd --smooth, such as \(smoothing + 1)"))
    }
    guard let tileStride, tileStride > tileSide else { return }
    throw ArgumentError(
      .conflict(
        "a stride of \(tileStride) leaves pixels between tiles of \(tileSide) unseen",
        remedy: "give a --tile-stride of at most \(tileSide)"))
  }

  /// The preparation that the flags select, for a source.
  var preparation: ImagePreparation {
    var preparation = ImagePreparation(
      size: size, isGrey: isGrey, contrast: contrast.contrast,
      tiles: tileSide.map {
        .init(
          side: $0, stride: tileStride, score: tileScore ?? .peak, smoothing: smoothing ?? 3,
          dilation: dilation ?? 4)
      })
    preparation.region = region.region
    return preparation
  }

  /// Applies the flags on images that the model, not the source, decides on.
  func apply(to options: inout FitOptions) {
    options.rows.imagesAreWhole = isWhole
    if tileSide == nil { options.rows.patchScore = tileScore }
  }
}

/// The part of images whose contrast is normalized.
enum ContrastFlag: String, CaseIterable {
  case none, image, patch

  var contrast: ImageContrast? { ImageContrast(rawValue: rawValue) }
}

extension ValueKind where Value == ImageSize {
  /// The width and height of an image: `64x48`.
  static var imageSize: ValueKind {
    ValueKind(
      expectation: "a width and a height in pixels, such as 64x48", example: "64x48",
      read: { text in
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1],
          (1...ImagePreparation.maximumSide).contains(width),
          (1...ImagePreparation.maximumSide).contains(height)
        else { return nil }
        return ImageSize(width: width, height: height)
      },
      write: { "\($0.width)x\($0.height)" },
      hint: { Int($0).map { "for squares, write \($0)x\($0)" } })
  }
}
