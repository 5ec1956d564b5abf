/// A zero-padded image in the form of the passes of a convolution.
struct PaddedImage: Hashable, Sendable {
  /// The extent without padding.
  var extent: PixelExtent
  var channels: Int
  /// The rows and columns of zeros before the image.
  var before: PixelExtent
  /// The extent with padding.
  var padded: PixelExtent

  /// The image side of a convolution, padded to the reach of its windows.
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

  /// The output side of a convolution, padded to the reach of the stride phases of `rows` and `columns`.
  init(outputOf shape: ConvolutionShape, rows: [StridePhase], columns: [StridePhase]) {
    func zeros(_ phases: [StridePhase], _ count: Int) -> (before: Int, after: Int) {
      (
        phases.map { -$0.firstPosition }.reduce(0, max),
        phases.map { $0.firstPosition + $0.count + $0.taps - 1 - count }.reduce(0, max)
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

  /// Returns the words of a pixel with `numbersPerWord` channels in each word.
  func words(_ numbersPerWord: Int) -> Int { (channels + numbersPerWord - 1) / numbersPerWord }

  /// The index of the image's first pixel.
  var firstPixel: Int { before.height * padded.width + before.width }
}
