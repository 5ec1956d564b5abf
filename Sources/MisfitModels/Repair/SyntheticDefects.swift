import MisfitCore
import MisfitKernels

/// A painter of synthetic defects on images: blobs, rectangles, patches and scars, in a color of the image,
/// in any color, or with pixels from elsewhere.
///
/// A network that learns to remove them, and one that learns to find them, find real defects too, of which
/// there are no examples: Zavrtanik, Kristan and Skočaj, "DRAEM" (2021), whose textures need other images;
/// Li et al., "CutPaste" (2021).
///
/// Shapes: images of H x W pixels with C channels, masks of H x W pixels.
struct SyntheticDefects: Sendable {
  let height: Int
  let width: Int
  let channels: Int
  /// The range of the images' values, from which colors are drawn.
  let range: ClosedRange<Float>

  /// The maximum number of defects of an image; a quarter of the images has none.
  static let maximumCount = 3
  /// The shortest side of a defect in pixels; the longest is half of the image's.
  static let minimumSide = 2
  /// The difference from the original, as a share of the range, from which on a pixel counts as defective.
  static let visibleDifference: Float = 0.05

  /// Paints defects on `image` [H, W, C], with pixels of `texture` [H, W, C], and marks what they change in
  /// `mask` [H, W] with 1.
  func paint(
    on image: FloatSlice, texture: FloatSlice, mask: FloatSlice, using generator: inout SeededGenerator
  ) {
    let original = image.array
    for _ in 0..<generator.nextIndex(below: Self.maximumCount + 1) {
      let shape = DefectShape(
        limitedTo: (max(Self.minimumSide, height / 2), max(Self.minimumSide, width / 2)), using: &generator)
      let row = generator.nextIndex(below: height - shape.height + 1)
      let column = generator.nextIndex(below: width - shape.width + 1)
      let fill = DefectFill(of: self, original, texture, shape, using: &generator)
      let opacity = generator.nextUnitFloat() < 0.7 ? 1 : 0.3 + 0.7 * generator.nextUnitFloat()
      for y in 0..<shape.height {
        for x in 0..<shape.width where shape[y, x] {
          let pixel = (row + y) * width + column + x
          for channel in 0..<channels {
            let index = pixel * channels + channel
            image[index] += opacity * (fill.value(row: y, column: x, channel: channel) - image[index])
          }
        }
      }
    }
    mark(original, image, in: mask)
  }

  /// Marks the pixels that differ visibly from the original.
  private func mark(_ original: [Float], _ image: FloatSlice, in mask: FloatSlice) {
    let limit = Self.visibleDifference * (range.upperBound - range.lowerBound) * Float(channels)
    for pixel in 0..<height * width {
      var sum: Float = 0
      for index in pixel * channels..<(pixel + 1) * channels { sum += abs(image[index] - original[index]) }
      mask[pixel] = sum > limit ? 1 : 0
    }
  }
}

/// The pixels of a defect.
private struct DefectShape {
  let height: Int
  let width: Int
  private var isInside: [Bool]

  subscript(row: Int, column: Int) -> Bool { isInside[row * width + column] }

  /// Draws a shape of at most `limit` pixels: half of the time a blob, else a rectangle or a scar.
  init(limitedTo limit: (height: Int, width: Int), using generator: inout SeededGenerator) {
    // All orders of magnitude are equally probable.
    let least = Double(SyntheticDefects.minimumSide)
    let side = least * Mathematics.pow(Double(limit.height) / least, generator.nextUnitDouble())
    let stretch = Mathematics.exp(0.5 * NormalNumber.next(&generator))
    height = min(max(Int(side), SyntheticDefects.minimumSide), limit.height)
    width = min(max(Int(side * stretch), SyntheticDefects.minimumSide), limit.width)
    isInside = Array(repeating: false, count: height * width)
    switch generator.nextIndex(below: 4) {
    case 0: isInside = isInside.map { _ in true }
    case 1: scratch(using: &generator)
    default: blob(using: &generator)
    }
  }

  /// Draws a line from corner to corner, one or two pixels thick.
  private mutating func scratch(using generator: inout SeededGenerator) {
    let thickness = 1 + generator.nextIndex(below: 2)
    let rises = generator.nextIndex(below: 2) == 1
    let count = 2 * max(height, width)
    for step in 0..<count {
      let share = Double(step) / Double(count - 1)
      let row = Int(share * Double(height - 1))
      let column = Int((rises ? 1 - share : share) * Double(width - 1))
      for y in row..<min(row + thickness, height) {
        for x in column..<min(column + thickness, width) { isInside[y * width + x] = true }
      }
    }
  }

  /// Draws smooth noise above a threshold that rises towards the edge.
  private mutating func blob(using generator: inout SeededGenerator) {
    let cells = 2 + generator.nextIndex(below: 3)
    let noise = (0..<(cells + 1) * (cells + 1)).map { _ in generator.nextUnitDouble() }
    for row in 0..<height {
      for column in 0..<width {
        let y = height > 1 ? Double(row * cells) / Double(height - 1) : 0
        let x = width > 1 ? Double(column * cells) / Double(width - 1) : 0
        let (top, left) = (min(Int(y), cells - 1), min(Int(x), cells - 1))
        let (down, right) = (y - Double(top), x - Double(left))
        func mean(_ corner: Int) -> Double { (1 - right) * noise[corner] + right * noise[corner + 1] }
        let value =
          (1 - down) * mean(top * (cells + 1) + left) + down * mean((top + 1) * (cells + 1) + left)
        let dy = (Double(row) - Double(height - 1) / 2) / (Double(height) / 2)
        let dx = (Double(column) - Double(width - 1) / 2) / (Double(width) / 2)
        isInside[row * width + column] = value - 0.55 * (dy * dy + dx * dx).squareRoot() > 0.15
      }
    }
  }
}

/// What a defect is filled with: a third of the time any color, a color of the image, or a piece of the
/// texture.
private struct DefectFill {
  private let texture: FloatSlice?
  private let color: [Float]
  private let start: Int
  private let width: Int
  private let channels: Int

  init(
    of defects: SyntheticDefects, _ image: [Float], _ texture: FloatSlice, _ shape: DefectShape,
    using generator: inout SeededGenerator
  ) {
    (width, channels) = (defects.width, defects.channels)
    switch generator.nextIndex(below: 3) {
    case 0:
      let (low, high) = (defects.range.lowerBound, defects.range.upperBound)
      color = (0..<channels).map { _ in low + (high - low) * generator.nextUnitFloat() }
      (self.texture, start) = (nil, 0)
    case 1:
      let pixel = generator.nextIndex(below: defects.height * defects.width)
      color = Array(image[pixel * channels..<(pixel + 1) * channels])
      (self.texture, start) = (nil, 0)
    default:
      let row = generator.nextIndex(below: defects.height - shape.height + 1)
      let column = generator.nextIndex(below: defects.width - shape.width + 1)
      (color, self.texture, start) = ([], texture, (row * width + column) * channels)
    }
  }

  func value(row: Int, column: Int, channel: Int) -> Float {
    guard let texture else { return color[channel] }
    return texture[start + (row * width + column) * channels + channel]
  }
}
