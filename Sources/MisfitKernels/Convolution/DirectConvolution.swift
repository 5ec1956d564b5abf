import CVectorKernels
import MisfitCore
import Synchronization

/// A convolution on our own kernels, of floats or of bf16 factors, for batches that pass in blocks.
///
/// Images lie between layers as floats. Each is packed, with zeros round it, just before it is used, in memory
/// that stays in the cache; bf16 rounds it there. Sums are floats.
@safe final class DirectConvolution: @unchecked Sendable {
  let form: ConvolutionStep.Form
  let direct: DirectForm
  let table: misfit_convolution_kernels
  private let input: FloatSlice
  private let output: FloatSlice
  private let training: ConvolutionStep.Training?
  /// The kernel as forward takes it, and as the way back does.
  private let computeKernel: WordBuffer
  private let backKernel: WordBuffer?
  private let bias: WordBuffer
  /// The gradient of each block.
  private let gradients: [FloatBuffer]
  private let parameters: FloatSlice
  private let wide: WideKernel?
  private let free = Mutex<[DirectScratch]>([])

  /// Nil where this processor or build has no such kernels.
  init?(
    _ form: ConvolutionStep.Form, precision: Precision, parameters: FloatSlice, input: FloatSlice,
    output: FloatSlice, training: ConvolutionStep.Training?, blockCount: Int
  ) {
    guard let table = Self.table(precision) else { return nil }
    self.form = form
    self.table = table
    direct = DirectForm(form.shape, numbersPerWord: table.numbers_per_word)
    (self.parameters, self.input, self.output, self.training) = (parameters, input, output, training)
    computes = form.isTransposed ? direct.toImage : direct.toOutput
    goesBack = form.isTransposed ? direct.toOutput : direct.toImage
    computeKernel = WordBuffer(count: computes.kernelCount)
    backKernel = training?.inputDelta == nil ? nil : WordBuffer(count: goesBack.kernelCount)
    bias = WordBuffer(count: computes.paddedChannels)
    wide = form.upsampled.map { WideKernel($0, count: form.shape.kernelCount) }
    gradients =
      training == nil ? [] : (0..<blockCount).map { _ in FloatBuffer(count: form.shape.kernelCount) }
  }

  /// The kernels of a precision, where the current CPU level has them.
  private static func table(_ precision: Precision) -> misfit_convolution_kernels? {
    guard VectorKernels.current.level == .avx512 else { return nil }
    return switch precision {
    case .bfloat16: unsafe misfit_bfloat16_convolution_kernels()?.pointee
    case .single: unsafe misfit_convolution_kernels()?.pointee
    }
  }

  static func isAvailable(_ precision: Precision) -> Bool { table(precision) != nil }

  private let computes: DirectForm.Way
  private let goesBack: DirectForm.Way

  /// Computes the sums of `rows`, with the bias, and the ReLU of them where `activates`.
  func forward(_ rows: Range<Int>, relu: Bool) {
    withScratch { scratch in
      for row in rows { compute(row, relu: relu, scratch) }
    }
  }

  @inline(never)
  private func compute(_ row: Int, relu: Bool, _ scratch: DirectScratch) {
    unsafe convolve(
      computes, from: input.pointer + row * form.inputCount, to: output.pointer + row * form.outputCount,
      kernel: computeKernel, words: scratch.words(computes), planes: scratch.planes,
      bias: UnsafeRawPointer(bias.base).assumingMemoryBound(to: Float.self), relu: relu)
  }

  /// Adds up the gradient of a block from its delta, and makes the delta of the layer before.
  ///
  /// - Precondition: of a block's rows, all but the last come in pairs.
  func backward(_ rows: Range<Int>, block: Int, isFirst: Bool) {
    guard let training else { return }
    let gradient = gradients[block]
    if isFirst { gradient.all.fill(with: 0) }
    withScratch { scratch in
      for row in rows { passBack(row, training, scratch) }
      let step = table.numbers_per_word
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
        unsafe addGradient(
          row, hasSecond: step == 2 && row + 1 < rows.upperBound, training, scratch, into: gradient.base)
      }
    }
  }

  @inline(never)
  private func passBack(_ row: Int, _ training: ConvolutionStep.Training, _ scratch: DirectScratch) {
    guard let inputDelta = training.inputDelta, let backKernel else { return }
    unsafe convolve(
      goesBack, from: training.delta.pointer + row * form.outputCount,
      to: inputDelta.pointer + row * form.inputCount, kernel: backKernel, words: scratch.words(goesBack),
      planes: scratch.planes, bias: nil, relu: false)
  }

  /// Adds the gradients of the blocks in their order, and copies the sum to the arena.
  func sumGradients(blockCount: Int) {
    guard let training else { return }
    let sum = gradients[0].all
    for block in 1..<max(blockCount, 1) { VectorKernels.current.add(gradients[block].all, to: sum) }
    let target = training.arena.gradients[form.kernelStart..<form.kernelStart + form.kernelCount]
    if let wide {
      direct.restore(sum, into: wide.gradient)
      wide.narrowGradient(into: target)
    } else {
      direct.restore(sum, into: target)
    }
  }

  /// Takes up kernel and bias after a change.
  func takeUp() {
    let kernel = parameters[form.kernelStart..<form.kernelStart + form.kernelCount]
    if let wide { wide.widen(kernel) }
    let plain = wide?.kernel ?? kernel
    unsafe pack(plain.pointer, computes, into: computeKernel.base)
    if let backKernel { unsafe pack(plain.pointer, goesBack, into: backKernel.base) }
    for channel in 0..<form.outputChannels {
      unsafe bias.base[channel] = parameters[form.biasStart + channel].bitPattern
    }
  }

  private func pack(
    _ kernel: UnsafeMutablePointer<Float>, _ way: DirectForm.Way, into target: UnsafeMutablePointer<UInt32>
  ) {
    let (inputs, outputs) = (form.shape.imageChannels, form.shape.outputChannels)
    let wordsPerPixel = way.source.words(table.numbers_per_word)
    let pack = unsafe way.isTurned ? table.turn_kernel : table.pack_kernel
    for pass in way.passes {
      for (place, tap) in way.taps[pass.taps].enumerated() {
        unsafe pack(
          kernel + tap * inputs * outputs, inputs, outputs,
          target + pass.kernel + place * wordsPerPixel * way.paddedChannels, way.paddedChannels)
      }
    }
  }

  private func convolve(
    _ way: DirectForm.Way, from source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>,
    kernel: WordBuffer, words: WordBuffer, planes: WordBuffer, bias: UnsafePointer<Float>?, relu: Bool
  ) {
    unsafe packWords(source, way.source, into: words)
    if way.isInPlanes { takeApart(words, way.source, into: planes) }
    let from = unsafe (way.isInPlanes ? planes : words).base
    for part in way.passes {
      unsafe run(part, isInPlanes: way.isInPlanes, from, kernel.base, target, bias, relu: relu)
    }
  }

  // Not inlined: Swift 6.3's optimizer crashes on the loop round it.
  @inline(never)
  private func run(
    _ part: DirectForm.Pass, isInPlanes: Bool, _ source: UnsafeMutablePointer<UInt32>,
    _ kernel: UnsafeMutablePointer<UInt32>, _ target: UnsafeMutablePointer<Float>,
    _ bias: UnsafePointer<Float>?,
    relu: Bool
  ) {
    var pass = unsafe part.numbers
    unsafe pass.source = UnsafePointer(source + part.source)
    unsafe pass.kernel = UnsafePointer(kernel + part.kernel)
    unsafe pass.target = target + part.target
    unsafe pass.bias = bias
    unsafe pass.relu = relu
    if isInPlanes { unsafe table.convolve_planes(&pass) } else { unsafe table.convolve(&pass) }
  }

  /// Packs an image, whose zeros are there, in words of neighbouring channels.
  private func packWords(_ source: UnsafeMutablePointer<Float>, _ image: PaddedImage, into target: WordBuffer)
  {
    let words = image.words(table.numbers_per_word)
    unsafe table.pack_words(
      source, image.extent.height, image.extent.width * image.channels, image.channels,
      target.base + image.firstPixel * words, image.padded.width * words)
  }

  private func packPairs(
    _ source: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>?, _ image: PaddedImage,
    into target: WordBuffer, padded: Bool
  ) {
    let row = image.extent.width * image.channels
    unsafe table.pack_pairs(
      source, second, image.extent.height, row,
      target.base + (padded ? image.firstPixel * image.channels : 0),
      padded ? image.padded.width * image.channels : row)
  }

  /// Words of pixels [pixels, words] as planes [words, pixels].
  private func takeApart(_ words: WordBuffer, _ image: PaddedImage, into planes: WordBuffer) {
    let count = image.words(table.numbers_per_word)
    let pixels = image.padded.count
    for first in stride(from: 0, to: pixels, by: 16) {
      let lanes = min(16, pixels - first)
      unsafe VectorKernels.current.table.transpose(
        UnsafeRawPointer(words.base + first * count).assumingMemoryBound(to: Float.self), count, lanes, count,
        UnsafeMutableRawPointer(planes.base + first).assumingMemoryBound(to: Float.self), pixels, lanes)
    }
  }

  /// Adds the gradient of one or two images.
  @inline(never)
  private func addGradient(
    _ row: Int, hasSecond: Bool, _ training: ConvolutionStep.Training, _ scratch: DirectScratch,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let inputs = unsafe input.pointer + row * form.inputCount
    let deltas = unsafe training.delta.pointer + row * form.outputCount
    let secondInput = unsafe hasSecond ? inputs + form.inputCount : nil
    let secondDelta = unsafe hasSecond ? deltas + form.outputCount : nil
    let (image, output) = (direct.toOutput.source, direct.toImage.source)
    let swaps = direct.swapsGradient
    let (window, places) = swaps ? (output, image) : (image, output)
    let inputIsWindow = form.isTransposed == swaps
    unsafe packPairs(
      inputIsWindow ? inputs : deltas, second: inputIsWindow ? secondInput : secondDelta, window,
      into: scratch.windowPairs, padded: true)
    unsafe packPairs(
      inputIsWindow ? deltas : inputs, second: inputIsWindow ? secondDelta : secondInput, places,
      into: scratch.placePairs, padded: false)
    var numbers = unsafe direct.gradientNumbers
    unsafe numbers.image = UnsafePointer(scratch.windowPairs.base + direct.gradientStart)
    unsafe numbers.delta = UnsafePointer(scratch.placePairs.base)
    unsafe numbers.gradient = gradient
    unsafe table.add_gradient(&numbers)
  }

  private func withScratch(_ body: (DirectScratch) -> Void) {
    let scratch = free.withLock { $0.popLast() } ?? DirectScratch(direct, trains: training != nil)
    body(scratch)
    free.withLock { $0.append(scratch) }
  }
}

/// Memory of one thread while it computes: packed images, with zeros round them that nobody overwrites.
final class DirectScratch: Sendable {
  private let image: WordBuffer
  private let output: WordBuffer
  let planes: WordBuffer
  let windowPairs: WordBuffer
  let placePairs: WordBuffer

  init(_ direct: DirectForm, trains: Bool) {
    func words(_ way: DirectForm.Way) -> Int {
      way.source.padded.count * way.source.words(direct.numbersPerWord)
    }
    let (toOutput, toImage) = (direct.toOutput, direct.toImage)
    image = WordBuffer(count: words(toOutput))
    output = WordBuffer(count: words(toImage))
    planes = WordBuffer(
      count: max(toOutput.isInPlanes ? words(toOutput) : 0, toImage.isInPlanes ? words(toImage) : 0))
    let (image, output) = (toOutput.source, toImage.source)
    let (window, places) = direct.swapsGradient ? (output, image) : (image, output)
    windowPairs = WordBuffer(count: trains ? window.padded.count * window.channels : 0)
    placePairs = WordBuffer(count: trains ? places.extent.count * places.channels : 0)
  }

  func words(_ way: DirectForm.Way) -> WordBuffer { way.isTurned ? output : image }
}
