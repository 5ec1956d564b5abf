import MisfitImages

/// A heat map on its image: colored where it is near the threshold or above, with a line around the regions
/// above the threshold and a box around each.
package struct HeatOverlay: Sendable {
  /// The image under the map.
  package var image: Image
  /// The levels of the map at the size of the image, see ``HeatScale``: [height, width].
  package var levels: [UInt8]
  /// Whether each pixel belongs to a region: [height, width]; empty for none.
  package var mask: [Bool]
  /// The boxes of the regions.
  package var boxes: [PixelBox]

  /// A box of pixels.
  package struct PixelBox: Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    /// Creates a box.
    package init(x: Int, y: Int, width: Int, height: Int) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
  }

  /// The value from which a map is visible, in units of the threshold.
  private static let firstVisible = 0.5
  /// The opacity of values at the threshold and above.
  private static let fullOpacity = 0.6
  private static let outline = PlotColor(0x00E5FF)
  private static let frame = PlotColor(0xFFE100)
  private static let shadow = PlotColor(0x101010)

  /// Creates an overlay.
  ///
  /// - Precondition: levels and mask fill the image.
  package init(image: Image, levels: [UInt8], mask: [Bool], boxes: [PixelBox]) {
    precondition(levels.count == image.width * image.height, "one level a pixel")
    precondition(mask.isEmpty || mask.count == levels.count, "one bit of the mask a pixel")
    (self.image, self.levels, self.mask, self.boxes) = (image, levels, mask, boxes)
  }

  /// Returns the image with the map, the outlines and the boxes, in RGB.
  package func drawn() -> Image {
    var canvas = PixelCanvas(image.convertedToRGB)
    let opacities = Self.opacities
    for pixel in levels.indices where opacities[Int(levels[pixel])] > 0 {
      let level = Int(levels[pixel])
      canvas.blend(HeatScale.colors[level], opacity: opacities[level], at: pixel)
    }
    let thickness = max(1, max(image.width, image.height) / 400)
    if !mask.isEmpty { drawOutlines(thickness: thickness, on: &canvas) }
    // On a smaller image, a line of one pixel would hide what it is to show.
    guard min(image.width, image.height) >= Self.shortestSideWithBoxes else { return canvas.image }
    for box in boxes { draw(box, thickness: thickness, on: &canvas) }
    return canvas.image
  }

  /// The shortest side, in pixels, of an image on which boxes are drawn.
  static let shortestSideWithBoxes = 48

  private static let opacities: [Double] = (0...255).map { level in
    let value = Double(level) / Double(HeatScale.levelsPerUnit)
    return min(1, max(0, (value - firstVisible) / (1 - firstVisible))) * fullOpacity
  }

  /// Draws a line around the mask, outside it, so that the colors of a small region stay visible.
  private func drawOutlines(thickness: Int, on canvas: inout PixelCanvas) {
    let (width, height) = (image.width, image.height)
    for row in 0..<height {
      for column in 0..<width where mask[row * width + column] {
        let isInside =
          column > 0 && row > 0 && column < width - 1 && row < height - 1
          && mask[row * width + column - 1] && mask[row * width + column + 1]
          && mask[(row - 1) * width + column] && mask[(row + 1) * width + column]
        guard !isInside else { continue }
        for nearRow in max(0, row - thickness)...min(height - 1, row + thickness) {
          for nearColumn in max(0, column - thickness)...min(width - 1, column + thickness)
          where !mask[nearRow * width + nearColumn] {
            canvas.set(Self.outline, at: nearRow * width + nearColumn)
          }
        }
      }
    }
  }

  /// Draws a box around a region at a small distance, and a dark line around it for bright images.
  private func draw(_ box: PixelBox, thickness: Int, on canvas: inout PixelCanvas) {
    let gap = 2 * thickness + 1
    let rows = box.y - gap...box.y + box.height - 1 + gap
    let columns = box.x - gap...box.x + box.width - 1 + gap
    canvas.frame(rows: rows, columns: columns, thickness: thickness, color: Self.frame)
    canvas.frame(
      rows: rows.lowerBound - thickness...rows.upperBound + thickness,
      columns: columns.lowerBound - thickness...columns.upperBound + thickness,
      thickness: thickness, color: Self.shadow)
  }
}

/// The pixels of an RGB image that is drawn on.
private struct PixelCanvas {
  private let width: Int
  private let height: Int
  private var pixels: [UInt8]

  init(_ image: Image) {
    (width, height, pixels) = (image.width, image.height, image.pixels)
  }

  var image: Image { Image(height: height, width: width, channels: 3, pixels: pixels) }

  mutating func blend(_ color: PlotColor, opacity: Double, at pixel: Int) {
    let share = Int(opacity * 256)
    mix(color.red, share, at: pixel * 3)
    mix(color.green, share, at: pixel * 3 + 1)
    mix(color.blue, share, at: pixel * 3 + 2)
  }

  /// Mixes one sample with another; `share` is in units of 1 / 256.
  private mutating func mix(_ value: UInt8, _ share: Int, at index: Int) {
    let old = Int(pixels[index])
    pixels[index] = UInt8(old + (Int(value) - old) * share / 256)
  }

  /// Fills a rectangle; what is outside the image is not drawn.
  mutating func fill(rows: ClosedRange<Int>, columns: ClosedRange<Int>, with color: PlotColor) {
    for row in rows.clamped(to: 0...height - 1) where rows.contains(row) {
      for column in columns.clamped(to: 0...width - 1) where columns.contains(column) {
        set(color, at: row * width + column)
      }
    }
  }

  mutating func set(_ color: PlotColor, at pixel: Int) {
    pixels[pixel * 3] = color.red
    pixels[pixel * 3 + 1] = color.green
    pixels[pixel * 3 + 2] = color.blue
  }

  /// Draws the border of a rectangle, inside it.
  mutating func frame(
    rows: ClosedRange<Int>, columns: ClosedRange<Int>, thickness: Int, color: PlotColor
  ) {
    let last = thickness - 1
    fill(rows: rows.lowerBound...rows.lowerBound + last, columns: columns, with: color)
    fill(rows: rows.upperBound - last...rows.upperBound, columns: columns, with: color)
    fill(rows: rows, columns: columns.lowerBound...columns.lowerBound + last, with: color)
    fill(rows: rows, columns: columns.upperBound - last...columns.upperBound, with: color)
  }
}
