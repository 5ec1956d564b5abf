import Misfit

/// The flags for the part of images that counts.
struct RegionFlags: FlagSet {
  var rectangle: ImageRectangle?
  var maskPath: String?

  static var arguments: [Argument<RegionFlags>] {
    Group("Region of interest", common: []) {
      Flag(
        "--region X,Y,W,H", \.rectangle, .rectangle, otherwise: "the whole image",
        help:
          """
          The part of each image that counts: left, top, width and height in pixels of the files. Scores, \
          maps and regions ignore what is outside; a model that is fitted with it keeps it.
          """
      )
      Flag(
        "--mask-out FILE", \.maskPath, .path, otherwise: "every pixel counts",
        help: "A picture of the images' size whose black pixels do not count.")
    }
  }

  /// The region that the flags select; nil for the whole image.
  var region: RegionOfInterest? {
    guard rectangle != nil || maskPath != nil else { return nil }
    return RegionOfInterest(rectangle: rectangle, maskPath: maskPath)
  }

  /// Sets the region of a scoring, whose model may have been fitted without one.
  ///
  /// - Throws: ``ArgumentError`` if the model has no maps of scores; ``IngestError`` if the region does not
  ///   fit the images.
  func apply(to scoring: inout Scoring) throws {
    guard let region else { return }
    guard let source = scoring.source.imageFolder,
      scoring.detector.schema.hasScoreMaps
    else {
      throw ArgumentError(
        .conflict(
          "--region and --mask-out need a model whose scores are those of maps",
          remedy: "give --region to `misfit fit`, or fit with --tile N"))
    }
    scoring.region = try region.resolved(for: source.originalSizes[0], named: source.name)
  }
}

extension ValueKind where Value == ImageRectangle {
  /// The left, top, width and height of a rectangle: `0,0,64,48`.
  static var rectangle: ValueKind {
    ValueKind(
      expectation: "left, top, width and height in pixels, such as 0,0,64,48", example: "0,0,64,48",
      read: { text in
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
          let height = numbers[3], x >= 0, y >= 0, width >= 1, height >= 1
        else { return nil }
        return ImageRectangle(x: x, y: y, width: width, height: height)
      },
      write: { "\($0.x),\($0.y),\($0.width),\($0.height)" })
  }
}
