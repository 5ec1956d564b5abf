import CVectorKernels
import MisfitCore
import Synchronization

/// A convolution by this package's own kernels, with float or bf16 factors, for batches in blocks.
///
/// Images between layers are floats. Each is packed, with zero padding, just before it is used, in memory
/// that stays in the cache; bf16 rounds it there. Sums are floats.
@safe final class DirectConvolution: @unchecked Sendable {
  let form: ConvolutionStep.Form
  let direct: DirectForm
  let table: misfit_convolution_kernels
  private let input: FloatSlice
  private let output: FloatSlice
  private let training: ConvolutionStep.Training?
  /// The kernel as forward takes it, and as the plan back does.
  private let outputKernel: WordBuffer
  private let inputGradientKernel: WordBuffer?
  private let bias: WordBuffer
  /// The kernel gradient of each block.
  private let gradients: [FloatBuffer]
  private let parameters: FloatSlice
  private let wide: WideKernel?
  private let free = Mutex<[DirectScratch]>([])

  /// Creates a convolution, or nil if this processor or build has no such kernels.
  init?(
    _ form: ConvolutionStep.Form, precision: Precision, parameters: FloatSlice, input: FloatSlice,
    output: FloatSlice, training: ConvolutionStep.Training?, blockCount: Int
  ) {
    guard let table = Self.table(precision) else { return nil }
    self.form = form
    self.table = table
    direct = DirectForm(form.shape, numbersPerWord: table.numbers_per_word)
    (self.parameters, self.input, self.output, self.training) = (parameters, input, output, training)
    outputPlan = form.isTransposed ? direct.dataGradientPlan : direct.forwardPlan
    inputGradientPlan = form.isTransposed ? direct.forwardPlan : direct.dataGradientPlan
    outputKernel = WordBuffer(count: outputPlan.kernelCount)
    inputGradientKernel = training?.inputDelta == nil ? nil : WordBuffer(count: inputGradientPlan.kernelCount)
    bias = WordBuffer(count: outputPlan.paddedChannels)
    wide = form.upsampled.map { WideKernel($0, count: form.shape.kernelCount) }
    gradients =
      training == nil ? [] : (0..<blockCount).map { _ in FloatBuffer(count: form.shape.kernelCount) }
  }

  /// The kernels of a precision, if the current CPU level has them.
  private static func table(_ precision: Precision) -> misfit_convolution_kernels? {
    guard VectorKernels.current.level == .avx512 else { return nil }
    return switch precision {
    case .bfloat16: unsafe misfit_bfloat16_convolution_kernels()?.pointee
    case .float32: unsafe misfit_convolution_kernels()?.pointee
    }
  }

  static func isAvailable(_ precision: Precision) -> Bool { table(precision) != nil }

  private let outputPlan: DirectForm.Plan
  private let inputGradientPlan: DirectForm.Plan

  /// Computes the sums of `rows`, with the bias, and their ReLU if `relu`.
  func forward(_ rows: Range<Int>, relu: Bool) {
    withScratch { scratch in
      for row in rows { compute(row, relu: relu, scratch) }
    }
  }

  @inline(never)
  private func compute(_ row: Int, relu: Bool, _ scratch: DirectScratch) {
    unsafe convolve(
      outputPlan, from: input.pointer + row * form.inputCount, to: output.pointer + row * form.outputCount,
      kernel: outputKernel, words: scratch.words(outputPlan), planes: scratch.planes,
      bias: UnsafeRawPointer(bias.base).assumingMemoryBound(to: Float.self), relu: relu)
  }

  /// Accumulates the gradient of a block from its delta, and computes the delta of the previous layer.
  ///
  /// - Precondition: all rows of a block except the last are passed in pairs.
  func backward(_ rows: Range<Int>, block: Int, isFirst: Bool) {
    guard let training else { return }
    let gradient = gradients[block]
    if isFirst { gradient.all.fill(with: 0) }
    withScratch { scratch in
      for row in rows { computeInputGradient(row, training, scratch) }
      let step = table.numbers_per_word
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
        unsafe addGradient(
          row, hasSecond: step == 2 && row + 1 < rows.upperBound, training, scratch, into: gradient.base)
      }
    }
  }

  @inline(never)
  private func computeInputGradient(
    _ row: Int, _ training: ConvolutionStep.Training, _ scratch: DirectScratch
  ) {
    guard let inputDelta = training.inputDelta, let inputGradientKernel else { return }
    unsafe convolve(
      inputGradientPlan, from: training.delta.pointer + row * form.outputCount,
      to: inputDelta.pointer + row * form.inputCount, kernel: inputGradientKernel,
      words: scratch.words(inputGradientPlan),
      planes: scratch.planes, bias: nil, relu: false)
  }

  /// Adds the gradients of the blocks in order, and copies the sum to the arena.
  func sumGradients(blockCount: Int) {
    guard let training else { return }
    let sum = gradients[0].all
    for block in 1..<max(blockCount, 1) { VectorKernels.current.add(gradients[block].all, to: sum) }
    let target = training.arena.gradients[form.kernelStart..<form.kernelStart + form.kernelCount]
    if let wide {
      direct.unpackGradient(sum, into: wide.gradient)
      wide.narrowGradient(into: target)
    } else {
      direct.unpackGradient(sum, into: target)
    }
  }

  /// Packs kernel and bias after a change.
  func refreshParameters() {
    let kernel = parameters[form.kernelStart..<form.kernelStart + form.kernelCount]
    if let wide { wide.widen(kernel) }
    let plain = wide?.kernel ?? kernel
    unsafe pack(plain.pointer, outputPlan, into: outputKernel.base)
    if let inputGradientKernel {
      unsafe pack(plain.pointer, inputGradientPlan, into: inputGradientKernel.base)
    }
    for channel in 0..<form.outputChannels {
      unsafe bias.base[channel] = parameters[form.biasStart + channel].bitPattern
    }
  }

  private func pack(
    _ kernel: UnsafeMutablePointer<Float>, _ plan: DirectForm.Plan, into target: UnsafeMutablePointer<UInt32>
  ) {
    let (inputs, outputs) = (form.shape.imageChannels, form.shape.outputChannels)
    let wordsPerPixel = plan.source.words(table.numbers_per_word)
    let pack = unsafe plan.isTransposed ? table.transpose_kernel : table.pack_kernel
    for pass in plan.passes {
      for (place, tap) in plan.taps[pass.taps].enumerated() {
        unsafe pack(
          kernel + tap * inputs * outputs, inputs, outputs,
          target + pass.kernel + place * wordsPerPixel * plan.paddedChannels, plan.paddedChannels)
      }
    }
  }

  private func convolve(
    _ plan: DirectForm.Plan, from source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>,
    kernel: WordBuffer, words: WordBuffer, planes: WordBuffer, bias: UnsafePointer<Float>?, relu: Bool
  ) {
    unsafe packWords(source, plan.source, into: words)
    if plan.isInPlanes { splitIntoPlanes(words, plan.source, into: planes) }
    let from = unsafe (plan.isInPlanes ? planes : words).base
    for pass in plan.passes {
      unsafe run(pass, isInPlanes: plan.isInPlanes, from, kernel.base, target, bias, relu: relu)
    }
  }

  // Not inlined: Swift 6.3's optimizer crashes on the loop around it.
  @inline(never)
  private func run(
    _ pass: DirectForm.Pass, isInPlanes: Bool, _ source: UnsafeMutablePointer<UInt32>,
    _ kernel: UnsafeMutablePointer<UInt32>, _ target: UnsafeMutablePointer<Float>,
    _ bias: UnsafePointer<Float>?,
    relu: Bool
  ) {
    var numbers = unsafe pass.numbers
    unsafe numbers.source = UnsafePointer(source + pass.source)
    unsafe numbers.kernel = UnsafePointer(kernel + pass.kernel)
    unsafe numbers.target = target + pass.target
    unsafe numbers.bias = bias
    unsafe numbers.relu = relu
    if isInPlanes { unsafe table.convolve_planes(&numbers) } else { unsafe table.convolve(&numbers) }
  }

  /// Packs an image in words of adjacent channels; the zero padding is already there.
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

  /// Transposes words of pixels [pixels, words] to planes [words, pixels].
  private func splitIntoPlanes(_ words: WordBuffer, _ image: PaddedImage, into planes: WordBuffer) {
    let count = image.words(table.numbers_per_word)
    let pixels = image.padded.count
    for first in stride(from: 0, to: pixels, by: 16) {
      let lanes = min(16, pixels - first)
      unsafe VectorKernels.current.table.transpose(
        UnsafeRawPointer(words.base + first * count).assumingMemoryBound(to: Float.self), count, lanes, count,
        UnsafeMutableRawPointer(planes.base + first).assumingMemoryBound(to: Float.self), pixels, lanes)
    }
  }

  /// Accumulates the gradient of one or two images.
  @inline(never)
  private func addGradient(
    _ row: Int, hasSecond: Bool, _ training: ConvolutionStep.Training, _ scratch: DirectScratch,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let inputs = unsafe input.pointer + row * form.inputCount
    let deltas = unsafe training.delta.pointer + row * form.outputCount
    let secondInput = unsafe hasSecond ? inputs + form.inputCount : nil
    let secondDelta = unsafe hasSecond ? deltas + form.outputCount : nil
    let (image, output) = (direct.forwardPlan.source, direct.dataGradientPlan.source)
    let swapsRoles = direct.swapsGradientRoles
    let (window, places) = swapsRoles ? (output, image) : (image, output)
    let inputIsWindow = form.isTransposed == swapsRoles
    unsafe packPairs(
      inputIsWindow ? inputs : deltas, second: inputIsWindow ? secondInput : secondDelta, window,
      into: scratch.windowPairs, padded: true)
    unsafe packPairs(
      inputIsWindow ? deltas : inputs, second: inputIsWindow ? secondDelta : secondInput, places,
      into: scratch.positionPairs, padded: false)
    var numbers = unsafe direct.gradientNumbers
    unsafe numbers.image = UnsafePointer(scratch.windowPairs.base + direct.gradientStart)
    unsafe numbers.delta = UnsafePointer(scratch.positionPairs.base)
    unsafe numbers.gradient = gradient
    unsafe table.add_gradient(&numbers)
  }

  private func withScratch(_ body: (DirectScratch) -> Void) {
    let scratch = free.withLock { $0.popLast() } ?? DirectScratch(direct, trains: training != nil)
    body(scratch)
    free.withLock { $0.append(scratch) }
  }
}
