import CVectorKernels

/// The plan of a convolution by this package's own kernels: passes over packed images, without memory.
struct DirectForm: Sendable {
  /// A grid of positions that share the same kernel taps.
  @safe struct Pass: @unchecked Sendable {
    /// All fields except the addresses.
    var numbers: misfit_convolution_pass
    /// The offsets of source, kernel and target.
    var source: Int
    var kernel: Int
    var target: Int
    /// The range of the pass in the taps of the plan.
    var taps: Range<Int>
  }

  /// The passes from one side of the convolution to the other.
  final class Plan: Sendable {
    let passes: [Pass]
    /// The kernel pixels of all passes in order, as indices into the layer's kernel.
    let taps: [Int]
    let source: PaddedImage
    /// Whether the source is stored in planes, for few output channels.
    let isInPlanes: Bool
    /// The total words of the kernels of all passes.
    let kernelCount: Int
    /// The output channels, rounded up to whole vectors.
    let paddedChannels: Int
    /// Whether the kernel's pixels are transposed.
    let isTransposed: Bool

    init(
      passes: [Pass], taps: [Int], source: PaddedImage, isInPlanes: Bool, kernelCount: Int,
      paddedChannels: Int,
      isTransposed: Bool
    ) {
      (self.passes, self.taps, self.source, self.isInPlanes) = (passes, taps, source, isInPlanes)
      (self.kernelCount, self.paddedChannels, self.isTransposed) = (kernelCount, paddedChannels, isTransposed)
    }
  }

  let shape: ConvolutionShape
  let numbersPerWord: Int
  /// The passes from the image to the output, and from the output's delta to the image's.
  let forwardPlan: Plan
  let dataGradientPlan: Plan

  init(_ shape: ConvolutionShape, numbersPerWord: Int) {
    self.shape = shape
    self.numbersPerWord = numbersPerWord
    forwardPlan = Self.makeForwardPlan(shape, numbersPerWord)
    dataGradientPlan = Self.makeDataGradientPlan(shape, numbersPerWord)
  }

  /// Whether the vectors of the gradient pass hold image channels, since there are too few output channels.
  var swapsGradientRoles: Bool {
    shape.stride == PixelExtent(1, 1) && shape.outputChannels < 16
      && shape.imageChannels > shape.outputChannels
  }

  private static let maximumPlaneChannels = 4

  private static func makeForwardPlan(_ shape: ConvolutionShape, _ numbersPerWord: Int) -> Plan {
    let source = PaddedImage(imageOf: shape)
    let isInPlanes = shape.outputChannels <= maximumPlaneChannels && shape.stride == PixelExtent(1, 1)
    let padded = (shape.outputChannels + 15) / 16 * 16
    let words = source.words(numbersPerWord)
    let row = source.padded.width * (isInPlanes ? 1 : words)
    let numbers = unsafe pass(
      source, words: words, isInPlanes: isInPlanes, sourceRow: shape.stride.height * row,
      sourceStep: isInPlanes ? words : shape.stride.width * words, taps: shape.kernel, padded: padded,
      target: (shape.output.width * shape.outputChannels, shape.outputChannels), positions: shape.output,
      channels: shape.outputChannels)
    let only = unsafe Pass(
      numbers: numbers, source: 0, kernel: 0, target: 0, taps: 0..<shape.kernel.count)
    return Plan(
      passes: [only], taps: Array(0..<shape.kernel.count), source: source, isInPlanes: isInPlanes,
      kernelCount: shape.kernel.count * words * padded, paddedChannels: padded, isTransposed: false)
  }

  private static func makeDataGradientPlan(_ shape: ConvolutionShape, _ numbersPerWord: Int) -> Plan {
    let rows = StridePhase.all(
      pixels: shape.image.height, kernel: shape.kernel.height, stride: shape.stride.height,
      padBefore: shape.padBefore.height)
    let columns = StridePhase.all(
      pixels: shape.image.width, kernel: shape.kernel.width, stride: shape.stride.width,
      padBefore: shape.padBefore.width)
    let source = PaddedImage(outputOf: shape, rows: rows, columns: columns)
    let channels = shape.imageChannels
    let (words, padded) = (source.words(numbersPerWord), (channels + 15) / 16 * 16)
    let isInPlanes = channels <= maximumPlaneChannels
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
          ), positions: PixelExtent(row.count, column.count), channels: channels)
        let position =
          (source.before.height + row.firstPosition) * source.padded.width + source.before.width
          + column.firstPosition
        unsafe passes.append(
          Pass(
            numbers: numbers, source: taps.count == 0 ? 0 : position * pixel, kernel: kernelEnd,
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
    return Plan(
      passes: passes, taps: allTaps, source: source, isInPlanes: isInPlanes, kernelCount: kernelEnd,
      paddedChannels: padded, isTransposed: true)
  }

  private static func pass(
    _ source: PaddedImage, words: Int, isInPlanes: Bool, sourceRow: Int, sourceStep: Int, taps: PixelExtent,
    padded: Int, target: (row: Int, step: Int), positions: PixelExtent, channels: Int
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
    unsafe pass.height = positions.height
    unsafe pass.width = positions.width
    unsafe pass.channels = channels
    return unsafe pass
  }
}
