import CVectorKernels

/// How a convolution runs on our own kernels: the passes over packed images, apart from memory.
struct DirectForm: Sendable {
  /// A grid of places that the same part of the kernel gives.
  @safe struct Pass: @unchecked Sendable {
    /// All but the addresses.
    var numbers: misfit_convolution_pass
    /// Where source, kernel and target begin.
    var source: Int
    var kernel: Int
    var target: Int
    /// Where the pixels of the kernel stand in the way's.
    var taps: Range<Int>
  }

  /// Passes from one side of the convolution to the other.
  final class Way: Sendable {
    let passes: [Pass]
    /// The pixels of the kernels of all passes in their order, as places in the layer's.
    let taps: [Int]
    let source: PaddedImage
    /// Whether few channels come out: the source is taken in planes.
    let isInPlanes: Bool
    /// The words of the kernels of all passes.
    let kernelCount: Int
    /// The channels that come out, in whole vectors.
    let paddedChannels: Int
    /// Whether the kernel's pixels are turned over.
    let isTurned: Bool

    init(
      passes: [Pass], taps: [Int], source: PaddedImage, isInPlanes: Bool, kernelCount: Int,
      paddedChannels: Int,
      isTurned: Bool
    ) {
      (self.passes, self.taps, self.source, self.isInPlanes) = (passes, taps, source, isInPlanes)
      (self.kernelCount, self.paddedChannels, self.isTurned) = (kernelCount, paddedChannels, isTurned)
    }
  }

  let shape: ConvolutionShape
  let numbersPerWord: Int
  /// From the image to the output, and back.
  let toOutput: Way
  let toImage: Way

  init(_ shape: ConvolutionShape, numbersPerWord: Int) {
    self.shape = shape
    self.numbersPerWord = numbersPerWord
    toOutput = Self.wayToOutput(shape, numbersPerWord)
    toImage = Self.wayToImage(shape, numbersPerWord)
  }

  /// Whether the gradient's vectors run over the image's channels, since the output has too few.
  var swapsGradient: Bool {
    shape.stride == PixelExtent(1, 1) && shape.outputChannels < 16
      && shape.imageChannels > shape.outputChannels
  }

  private static let mostChannelsInPlanes = 4

  private static func wayToOutput(_ shape: ConvolutionShape, _ numbersPerWord: Int) -> Way {
    let source = PaddedImage(imageOf: shape)
    let isInPlanes = shape.outputChannels <= mostChannelsInPlanes && shape.stride == PixelExtent(1, 1)
    let padded = (shape.outputChannels + 15) / 16 * 16
    let words = source.words(numbersPerWord)
    let row = source.padded.width * (isInPlanes ? 1 : words)
    let numbers = unsafe pass(
      source, words: words, isInPlanes: isInPlanes, sourceRow: shape.stride.height * row,
      sourceStep: isInPlanes ? words : shape.stride.width * words, taps: shape.kernel, padded: padded,
      target: (shape.output.width * shape.outputChannels, shape.outputChannels), places: shape.output,
      channels: shape.outputChannels)
    let only = unsafe Pass(
      numbers: numbers, source: 0, kernel: 0, target: 0, taps: 0..<shape.kernel.count)
    return Way(
      passes: [only], taps: Array(0..<shape.kernel.count), source: source, isInPlanes: isInPlanes,
      kernelCount: shape.kernel.count * words * padded, paddedChannels: padded, isTurned: false)
  }

  private static func wayToImage(_ shape: ConvolutionShape, _ numbersPerWord: Int) -> Way {
    let rows = WayBack.all(
      pixels: shape.image.height, kernel: shape.kernel.height, stride: shape.stride.height,
      padBefore: shape.padBefore.height)
    let columns = WayBack.all(
      pixels: shape.image.width, kernel: shape.kernel.width, stride: shape.stride.width,
      padBefore: shape.padBefore.width)
    let source = PaddedImage(outputOf: shape, rows: rows, columns: columns)
    let channels = shape.imageChannels
    let (words, padded) = (source.words(numbersPerWord), (channels + 15) / 16 * 16)
    let isInPlanes = channels <= mostChannelsInPlanes
    let pixel = isInPlanes ? 1 : words
    var kernelEnd = 0
    var passes: [Pass] = []
    var allTaps: [Int] = []
    for row in rows {
      for column in columns {
        let taps = PixelExtent(row.taps, column.taps)
        let numbers = unsafe pass(
          source, words: words, isInPlanes: isInPlanes, sourceRow: source.padded.width * pixel,
          sourceStep: words, taps: taps, padded: padded,
          target: (
            shape.stride.height * shape.image.width * channels, shape.stride.width * channels
          ), places: PixelExtent(row.count, column.count), channels: channels)
        let place =
          (source.before.height + row.firstPlace) * source.padded.width + source.before.width
          + column.firstPlace
        unsafe passes.append(
          Pass(
            numbers: numbers, source: taps.count == 0 ? 0 : place * pixel, kernel: kernelEnd,
            target: (row.firstPixel * shape.image.width + column.firstPixel) * channels,
            taps: allTaps.count..<allTaps.count + taps.count))
        for y in 0..<taps.height {
          for x in 0..<taps.width {
            allTaps.append(
              (row.lastTap - shape.stride.height * y) * shape.kernel.width + column.lastTap
                - shape.stride.width * x)
          }
        }
        kernelEnd += taps.count * words * padded
      }
    }
    return Way(
      passes: passes, taps: allTaps, source: source, isInPlanes: isInPlanes, kernelCount: kernelEnd,
      paddedChannels: padded, isTurned: true)
  }

  private static func pass(
    _ source: PaddedImage, words: Int, isInPlanes: Bool, sourceRow: Int, sourceStep: Int, taps: PixelExtent,
    padded: Int, target: (row: Int, step: Int), places: PixelExtent, channels: Int
  ) -> misfit_convolution_pass {
    var pass = unsafe misfit_convolution_pass()
    unsafe pass.source_row = sourceRow
    unsafe pass.source_step = sourceStep
    unsafe pass.tap_row = source.padded.width * (isInPlanes ? 1 : words)
    unsafe pass.plane = source.padded.count
    unsafe pass.taps = taps.width == 0 ? 0 : taps.height
    unsafe pass.words = taps.width * words
    unsafe pass.padded_channels = padded
    unsafe pass.target_row = target.row
    unsafe pass.target_step = target.step
    unsafe pass.height = places.height
    unsafe pass.width = places.width
    unsafe pass.channels = channels
    return unsafe pass
  }
}
