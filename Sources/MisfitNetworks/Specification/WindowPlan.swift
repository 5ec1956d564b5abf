import MisfitKernels

/// The placement of windows on an image, as in Keras and TensorFlow.
struct WindowPlan {
  let size: PixelExtent
  let stride: PixelExtent
  let padding: Padding

  init(_ size: PixelSize, _ stride: PixelSize, _ padding: Padding) {
    self.size = PixelExtent(size.height, size.width)
    self.stride = PixelExtent(stride.height, stride.width)
    self.padding = padding
  }

  /// Returns the number of windows of an image; nil if none fits.
  func output(of image: PixelExtent) -> PixelExtent? {
    func count(_ extent: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .same ? (extent + stride - 1) / stride : extent < size ? 0 : (extent - size) / stride + 1
    }
    let output = PixelExtent(
      count(image.height, size.height, stride.height), count(image.width, size.width, stride.width))
    return output.height >= 1 && output.width >= 1 ? output : nil
  }

  /// Returns the extent of the image with these windows: the output of a transposed convolution.
  func transposedOutput(of positions: PixelExtent) -> PixelExtent {
    func extent(_ count: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .same ? count * stride : count * stride + max(size - stride, 0)
    }
    return PixelExtent(
      extent(positions.height, size.height, stride.height), extent(positions.width, size.width, stride.width))
  }

  /// The padding before the image.
  func padBefore(image: PixelExtent, output: PixelExtent) -> PixelExtent {
    func pad(_ extent: Int, _ count: Int, _ size: Int, _ stride: Int) -> Int {
      padding == .valid ? 0 : max(0, (count - 1) * stride + size - extent) / 2
    }
    return PixelExtent(
      pad(image.height, output.height, size.height, stride.height),
      pad(image.width, output.width, size.width, stride.width))
  }
}
