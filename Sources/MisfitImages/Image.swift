/// An image of 8-bit samples: gray (one channel) or RGB (three).
///
/// Shapes: `pixels` [height, width, channels], row-major from the top left, channels interleaved, in the
/// order of Keras. Units: 0 is black, 255 full brightness, encoded as in the file (sRGB unless stated
/// otherwise).
package struct Image: Hashable, Sendable {
  /// The number of rows.
  package let height: Int
  /// The number of columns.
  package let width: Int
  /// The number of channels: 1 for gray, 3 for RGB.
  package let channels: Int
  /// The samples.
  package let pixels: [UInt8]

  /// Creates an image from its samples.
  ///
  /// - Precondition: there is at least one pixel, one or three channels, and `pixels` has
  ///   `height * width * channels` samples.
  package init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    precondition(height >= 1 && width >= 1, "an image needs at least one pixel")
    precondition(channels == 1 || channels == 3, "an image has one channel (gray) or three (RGB)")
    precondition(pixels.count == height * width * channels, "the samples do not fill the image")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// The samples of the pixel in a row and column, both from 0.
  ///
  /// - Precondition: the position is inside the image.
  package subscript(row: Int, column: Int) -> ArraySlice<UInt8> {
    precondition(row >= 0 && row < height && column >= 0 && column < width, "outside the image")
    let start = (row * width + column) * channels
    return pixels[start..<start + channels]
  }
}
