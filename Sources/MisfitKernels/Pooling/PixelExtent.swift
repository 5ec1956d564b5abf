/// Height and width, of images, kernels, windows and strides.
package struct PixelExtent: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// Height times width.
  package var count: Int { height * width }
}
