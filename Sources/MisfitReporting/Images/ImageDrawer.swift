import Misfit
import MisfitCore
import MisfitImages
import MisfitIngest
import MisfitPlots

/// Draws the pictures of one image at the size of its file.
struct ImageDrawer: Sendable {
  let detector: Detector
  let scale: MapScale?
  /// Whether the pictures that only the page shows are made.
  var drawsPage = true

  /// The longest side of a thumbnail.
  private static let thumbnailSide = 144
  /// The longest side of an original on the page; a larger file is shown smaller, not copied.
  private static let copiedSide = 4096

  /// The regions and pictures of an image.
  struct Result: Sendable {
    var size: ImageSize
    var regions: [ImageRegion] = []
    var pictures: [PictureKind: EncodedPicture] = [:]
  }

  /// Returns the regions of an image, which are those of a flagged one, and its pictures if it is drawn.
  ///
  /// `path` is the path of its file; nil if it has none.
  ///
  /// - Throws: ``ImageError``.
  func result(of sample: ScoredSample, path: String?, isDrawn: Bool) throws -> Result {
    let size = sample.target == nil ? sample.imageSize ?? Self.size(of: sample) : Self.size(of: sample)
    var result = Result(size: size)
    let map = scale.flatMap { sample.anomalyMap($0) }
    let values = map?.resampled(to: size) ?? Array(repeating: 0, count: size.width * size.height)
    if sample.isFlagged == true {
      result.regions = ImageRegion.regions(above: values, width: size.width, height: size.height)
    }
    guard isDrawn, let picture = sample.picture(rank: 1, of: detector) else { return result }
    let file = try sample.target == nil ? path.map { try OriginalFile($0) } : nil
    let original = file?.image ?? picture.original
    guard original.width == size.width, original.height == size.height else {
      throw ImageError(
        .corrupted("it has changed since it was scored"), at: InputPosition(source: path ?? sample.id))
    }
    let mask = sample.isFlagged == true ? values.map { $0 > 1 } : []
    try draw(original, values, mask, into: &result)
    guard drawsPage else { return result }
    result.pictures[.original] = try page(original, copyOf: file)
    result.pictures[.reconstruction] = EncodedPicture(
      bytes: try PNGEncoder.encode(picture.reconstruction, isFast: true))
    result.pictures[.thumbnail] = try thumbnail(of: original, map, result.regions)
    return result
  }

  private static func size(of sample: ScoredSample) -> ImageSize {
    guard let (height, width, _) = sample.outputShape.imageExtents else {
      return ImageSize(width: 1, height: 1)
    }
    return ImageSize(width: width, height: height)
  }

  private func draw(
    _ original: Image, _ values: [Float], _ mask: [Bool], into result: inout Result
  ) throws(ImageError) {
    let (width, height) = (original.width, original.height)
    let levels = values.map(HeatScale.level)
    result.pictures[.map] = EncodedPicture(
      bytes: try PNGEncoder.encode(
        indices: levels, width: width, height: height, palette: HeatScale.palette))
    var white = [UInt8](repeating: 0, count: levels.count)
    for pixel in mask.indices where mask[pixel] { white[pixel] = 255 }
    result.pictures[.mask] = EncodedPicture(
      bytes: try PNGEncoder.encode(Image(height: height, width: width, channels: 1, pixels: white)))
    let overlay = HeatOverlay(
      image: original, levels: levels, mask: mask,
      boxes: result.regions.map { HeatOverlay.PixelBox(x: $0.x, y: $0.y, width: $0.width, height: $0.height) }
    )
    result.pictures[.overlay] = EncodedPicture(bytes: try PNGEncoder.encode(overlay.drawn(), isFast: true))
  }

  /// Returns the original for the page: the file itself if a browser shows it and it is not huge.
  private func page(_ original: Image, copyOf file: OriginalFile?) throws(ImageError) -> EncodedPicture {
    let side = max(original.width, original.height)
    if let file, file.isForBrowsers, side <= Self.copiedSide {
      return EncodedPicture(bytes: file.bytes, isJPEG: file.isJPEG)
    }
    guard side > Self.copiedSide else {
      return EncodedPicture(bytes: try PNGEncoder.encode(original, isFast: true))
    }
    return EncodedPicture(bytes: try JPEGEncoder.encode(original.fitted(to: Self.copiedSide)), isJPEG: true)
  }

  /// Returns a small overlay, drawn at its own size so that lines stay visible.
  private func thumbnail(
    of original: Image, _ map: AnomalyMap?, _ regions: [ImageRegion]
  ) throws(ImageError) -> EncodedPicture {
    let small = original.fitted(to: Self.thumbnailSide)
    let (across, down) = (
      Double(small.width) / Double(original.width), Double(small.height) / Double(original.height)
    )
    let boxes = regions.prefix(20).map { region in
      HeatOverlay.PixelBox(
        x: Int(Double(region.x) * across), y: Int(Double(region.y) * down),
        width: max(1, Int(Double(region.width) * across)), height: max(1, Int(Double(region.height) * down)))
    }
    let size = ImageSize(width: small.width, height: small.height)
    let levels =
      map?.resampled(to: size).map(HeatScale.level) ?? Array(repeating: 0, count: size.width * size.height)
    let overlay = HeatOverlay(image: small, levels: levels, mask: [], boxes: Array(boxes)).drawn()
    // Lossy compression would show on a picture of a few pixels.
    guard max(small.width, small.height) > 64 else {
      return EncodedPicture(bytes: try PNGEncoder.encode(overlay))
    }
    return EncodedPicture(bytes: try JPEGEncoder.encode(overlay), isJPEG: true)
  }
}

/// The file of an image, decoded, with its bytes.
private struct OriginalFile {
  let bytes: [UInt8]
  let image: Image
  /// Whether the file is a JPEG.
  let isJPEG: Bool
  /// Whether browsers show the file as it is.
  let isForBrowsers: Bool

  init(_ path: String) throws {
    var bytes: [UInt8] = []
    let file = try ByteFile.reading(path)
    while try file.read(upTo: 1 << 20, appendingTo: &bytes) > 0 {}
    let raster = try ImageDecoder.raster(bytes: bytes, path: path)
    let header = try ImageDecoder.header(bytes: bytes, path: path)
    self.bytes = bytes
    isJPEG = header.format == .jpeg
    // Not all browsers turn a PNG as its Exif data says.
    isForBrowsers =
      header.format == .jpeg
      || header.format == .png && !header.isDeep && !bytes.mayContain(chunk: "eXIf")
    image = raster.shown
  }
}

extension [UInt8] {
  /// Whether a chunk with this name may be among the bytes of a PNG file in its first 64 KB.
  fileprivate func mayContain(chunk name: String) -> Bool {
    let wanted = Array(name.utf8)
    let head = prefix(1 << 16)
    return head.indices.dropLast(3).contains { head[$0...].starts(with: wanted) }
  }
}

extension Raster {
  /// The image in 8 bits; 16-bit samples that leave the upper half of their range unused, as those of cameras
  /// with 12 bits do, are stretched to the whole range.
  var shown: Image {
    let pixels: [UInt8]
    switch samples {
    case .bytes(let samples): pixels = samples
    case .words(let samples):
      let largest = samples.max() ?? 0
      let white = largest > 0 && largest < 1 << 15 ? Int(largest) : Int(UInt16.max)
      pixels = samples.map { UInt8(min(255, (Int($0) * 255 + white / 2) / white)) }
    }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }
}

extension Image {
  /// Returns the image, scaled down so that its longer side has at most `side` pixels.
  func fitted(to side: Int) -> Image {
    let longest = max(width, height)
    guard longest > side else { return self }
    let raster = Raster(self).resized(
      width: max(1, (width * side + longest / 2) / longest),
      height: max(1, (height * side + longest / 2) / longest))
    return raster.shown
  }
}
