import MisfitCore
import MisfitImages

/// A rectangle of an image.
package struct ImageRectangle: Sendable, Hashable, Codable {
  /// The leftmost column, from 0.
  package var x: Int
  /// The topmost row, from 0.
  package var y: Int
  /// The number of columns.
  package var width: Int
  /// The number of rows.
  package var height: Int

  /// Creates a rectangle.
  package init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Returns whether the rectangle is inside of an image.
  func fits(_ size: ImageSize) -> Bool {
    x >= 0 && y >= 0 && width >= 1 && height >= 1 && x <= size.width - width && y <= size.height - height
  }
}

/// The part of images that counts: a rectangle, the pixels of a mask that are not black, or what is in both.
///
/// It is given for images of one size, and scaled to others in proportion.
package struct RegionOfInterest: Sendable, Hashable, Codable {
  /// The size of the images that it was given for; nil until it is resolved.
  package private(set) var size: ImageSize?
  /// The rectangle; nil for the whole image.
  package var rectangle: ImageRectangle?
  /// The path of the mask, until it is resolved.
  package var maskPath: String?
  /// The lengths of the mask's runs of pixels, row by row: of those that do not count and those that do, in
  /// turn.
  private var runs: [Int]?

  /// Creates a region.
  package init(rectangle: ImageRectangle? = nil, maskPath: String? = nil) {
    self.rectangle = rectangle
    self.maskPath = maskPath
  }

  /// Returns the region for images of a size, with its mask read.
  ///
  /// - Throws: ``IngestError`` if the rectangle is not inside of the image, the mask has another size or
  ///   cannot be read, or nothing is left.
  package func resolved(for image: ImageSize, named name: String) throws(IngestError) -> RegionOfInterest {
    guard size == nil else { return self }
    var region = self
    region.size = image
    if let rectangle, !rectangle.fits(image) {
      throw IngestError(
        .annotation(
          """
          the region \(rectangle.x),\(rectangle.y),\(rectangle.width),\(rectangle.height) is not inside of \
          an image of \(image.width) x \(image.height)
          """, remedy: "give left, top, width and height in pixels, as in \(.regionOfInterest, "0,0,32,32")"),
        at: InputPosition(source: name))
    }
    if let maskPath {
      region.runs = try Self.runs(maskPath, image)
      region.maskPath = nil
    }
    guard region.isInside(image).contains(true) else {
      throw IngestError(
        .annotation("no pixel of the images counts", remedy: "leave some of them white"),
        at: InputPosition(source: maskPath ?? name))
    }
    return region
  }

  /// Returns whether each pixel of an image counts, row by row: [height, width].
  ///
  /// - Precondition: the region is resolved.
  package func isInside(_ image: ImageSize) -> [Bool] {
    guard let size else { preconditionFailure("a region of interest that is not resolved") }
    let mask = runs.map(Self.pixels)
    let columns = (0..<image.width).map { (2 * $0 + 1) * size.width / (2 * image.width) }
    var result: [Bool] = []
    result.reserveCapacity(image.width * image.height)
    for row in 0..<image.height {
      let stored = (2 * row + 1) * size.height / (2 * image.height)
      let isRow = rectangle.map { ($0.y..<$0.y + $0.height).contains(stored) } ?? true
      for column in columns {
        let isColumn = rectangle.map { ($0.x..<$0.x + $0.width).contains(column) } ?? true
        result.append(isRow && isColumn && mask?[stored * size.width + column] ?? true)
      }
    }
    return result
  }

  /// Returns an image whose pixels outside of the region are black.
  func blanked(_ raster: Raster) -> Raster {
    let isInside = isInside(ImageSize(width: raster.width, height: raster.height))
    func kept<Sample: FixedWidthInteger>(_ samples: [Sample]) -> [Sample] {
      samples.indices.map { isInside[$0 / raster.channels] ? samples[$0] : 0 }
    }
    let samples: Raster.Samples =
      switch raster.samples {
      case .bytes(let samples): .bytes(kept(samples))
      case .words(let samples): .words(kept(samples))
      }
    return Raster(height: raster.height, width: raster.width, channels: raster.channels, samples: samples)
  }

  /// Whether the numbers are usable; a model file may contain any.
  var isUsable: Bool {
    let sides = 1...ImagePreparation.maximumSide
    guard let size, sides.contains(size.width), sides.contains(size.height) else { return false }
    guard rectangle?.fits(size) ?? true, maskPath == nil else { return false }
    guard let runs else { return true }
    var count = 0
    for run in runs {
      guard run >= 0, run <= size.width * size.height - count else { return false }
      count += run
    }
    return count == size.width * size.height
  }

  /// The description for users: `the region 0,0,64,48 and a mask count`.
  var text: String {
    let rectangle = rectangle.map { "the region \($0.x),\($0.y),\($0.width),\($0.height)" }
    let parts = [rectangle, runs != nil || maskPath != nil ? "a mask" : nil].compactMap(\.self)
    return "limited to \(parts.joined(separator: " and "))"
  }

  private static func pixels(_ runs: [Int]) -> [Bool] {
    var pixels: [Bool] = []
    for (index, run) in runs.enumerated() {
      pixels.append(contentsOf: repeatElement(!index.isMultiple(of: 2), count: run))
    }
    return pixels
  }

  private static func runs(_ path: String, _ image: ImageSize) throws(IngestError) -> [Int] {
    let raster: Raster
    do { raster = try ImageDecoder.raster(ofFile: path).convertedToGray } catch { throw IngestError(error) }
    guard raster.width == image.width, raster.height == image.height else {
      throw IngestError(
        .annotation(
          """
          the mask has \(raster.width) x \(raster.height) pixels, and the images \(image.width) x \
          \(image.height)
          """, remedy: "make the mask of the size of the images, before any resizing"),
        at: InputPosition(source: path))
    }
    let values = raster.values
    let half = (values.max() ?? 0) / 2
    var (runs, counts) = ([0], false)
    for value in values {
      if (value > half) != counts {
        runs.append(0)
        counts.toggle()
      }
      runs[runs.count - 1] += 1
    }
    return runs
  }
}
