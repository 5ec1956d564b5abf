/// An image with zeros round it, as the passes of a convolution want it.
struct PaddedImage: Hashable, Sendable {
  /// Without the zeros.
  var extent: PixelExtent
  var channels: Int
  /// Rows and columns of zeros before the image.
  var before: PixelExtent
  /// With all zeros.
  var padded: PixelExtent

  /// The image of a convolution, as far as its windows reach.
  init(imageOf shape: ConvolutionShape) {
    func reach(_ output: Int, _ stride: Int, _ kernel: Int, _ image: Int, _ pad: Int) -> Int {
      max((output - 1) * stride + kernel, image + pad)
    }
    extent = shape.image
    channels = shape.imageChannels
    before = shape.padBefore
    padded = PixelExtent(
      reach(
        shape.output.height, shape.stride.height, shape.kernel.height, shape.image.height,
        shape.padBefore.height),
      reach(
        shape.output.width, shape.stride.width, shape.kernel.width, shape.image.width, shape.padBefore.width))
  }

  /// The output of a convolution, as far as the ways back of `rows` and `columns` reach.
  init(outputOf shape: ConvolutionShape, rows: [WayBack], columns: [WayBack]) {
    func zeros(_ ways: [WayBack], _ count: Int) -> (before: Int, after: Int) {
      (
        ways.map { -$0.firstPlace }.reduce(0, max),
        ways.map { $0.firstPlace + $0.count + $0.taps - 1 - count }.reduce(0, max)
      )
    }
    let (vertical, horizontal) = (zeros(rows, shape.output.height), zeros(columns, shape.output.width))
    extent = shape.output
    channels = shape.outputChannels
    before = PixelExtent(vertical.before, horizontal.before)
    padded = PixelExtent(
      shape.output.height + vertical.before + vertical.after,
      shape.output.width + horizontal.before + horizontal.after)
  }

  /// The words of a pixel that holds `numbersPerWord` channels in each.
  func words(_ numbersPerWord: Int) -> Int { (channels + numbersPerWord - 1) / numbersPerWord }

  /// The place of the image's first pixel.
  var firstPixel: Int { before.height * padded.width + before.width }
}

/// The pixels of a row, or a column, of the image that the same taps of the kernel reach from the output: every
/// `stride`th one.
///
/// The pixel `firstPixel + stride * i` is a sum over the places from `firstPlace + i` on, `taps` of them; place
/// number j comes with the tap `lastTap - stride * j` of the kernel.
struct WayBack: Hashable, Sendable {
  var firstPixel: Int
  var count: Int
  var taps: Int
  var firstPlace: Int
  var lastTap: Int

  /// The ways along one side of an image of `pixels`.
  static func all(pixels: Int, kernel: Int, stride: Int, padBefore: Int) -> [WayBack] {
    (0..<stride).compactMap { phase in
      let first = ((phase - padBefore) % stride + stride) % stride
      guard first < pixels else { return nil }
      let taps = phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0
      return WayBack(
        firstPixel: first, count: (pixels - 1 - first) / stride + 1, taps: taps,
        firstPlace: (first + padBefore - phase) / stride - (taps - 1), lastTap: phase + stride * (taps - 1))
    }
  }
}
