/// The padding of images at their edges.
package enum Padding: String, CaseIterable, Hashable, Sendable {
  /// Zeros around the image, so that each stride has its window.
  case same
  /// No padding: windows are inside the image.
  case valid
}

/// Height and width of a kernel, a window or a stride, in pixels.
package struct PixelSize: Hashable, Sendable {
  /// The height in pixels, at least 1.
  package var height: Int
  /// The width in pixels, at least 1.
  package var width: Int

  /// Creates a rectangle, or a square if there is no width.
  package init(_ height: Int, _ width: Int? = nil) {
    self.height = height
    self.width = width ?? height
  }

  /// The size in the architecture language: `3`, or `3x5`.
  var text: String { height == width ? "\(height)" : "\(height)x\(width)" }

  /// Height and width.
  var extents: [Int] { [height, width] }
}
