import COneDNN
import MisfitCore

/// The addresses of the rows of one block.
@safe struct ConvolutionMemory: @unchecked Sendable {
  /// The rows of the block in a full batch.
  let rowCount: Int
  let input: UnsafeMutablePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let delta: UnsafeMutablePointer<Float>?
  let inputDelta: UnsafeMutablePointer<Float>?

  init(
    _ form: ConvolutionStep.Form, rows: Range<Int>, input: FloatSlice, output: FloatSlice,
    training: ConvolutionStep.Training?
  ) {
    rowCount = rows.count
    let (inputStart, outputStart) = (rows.lowerBound * form.inputCount, rows.lowerBound * form.outputCount)
    unsafe self.input = input.pointer + inputStart
    unsafe self.output = output.pointer + outputStart
    unsafe delta = training.map { unsafe $0.delta.pointer + outputStart }
    unsafe inputDelta = training?.inputDelta.map { unsafe $0.pointer + inputStart }
  }
}

/// The primitives of one block of rows, run by one thread at a time.
///
/// The primitives of a smaller block, at the end of an epoch, are created on first use and kept.
final class ConvolutionBlock: @unchecked Sendable {
  /// The primitives for one row count.
  struct Primitives {
    let rowCount: Int
    let forward: Primitive
    let kernelGradient: Primitive?
    let inputGradient: Primitive?
  }

  let index: Int
  private let form: ConvolutionStep.Form
  private let memory: ConvolutionMemory
  private let kernels: ConvolutionKernels
  private let stream: PrimitiveStream
  private let usual: Primitives
  private var smaller: Primitives?

  init(
    _ form: ConvolutionStep.Form, index: Int, memory: ConvolutionMemory, kernels: ConvolutionKernels
  ) throws(PrimitiveError) {
    self.form = form
    self.index = index
    self.memory = memory
    self.kernels = kernels
    let stream = try PrimitiveStream()
    self.stream = stream
    usual = try Self.make(
      form, rowCount: memory.rowCount, index: index, memory: memory, kernels: kernels, on: stream)
  }

  func primitives(rowCount: Int) -> Primitives {
    if rowCount == usual.rowCount { return usual }
    if let smaller, smaller.rowCount == rowCount { return smaller }
    precondition(rowCount >= 1 && rowCount < usual.rowCount, "the rows are outside the block")
    let made = try? Self.make(
      form, rowCount: rowCount, index: index, memory: memory, kernels: kernels, on: stream)
    guard let made else { preconditionFailure("oneDNN has no memory for a primitive") }
    smaller = made
    return made
  }

  /// Runs a primitive whose arguments were checked at its creation.
  static func run(_ primitive: Primitive) {
    do { try primitive.run() } catch { preconditionFailure("\(error)") }
  }

  private static func make(
    _ form: ConvolutionStep.Form, rowCount: Int, index: Int, memory: ConvolutionMemory,
    kernels: ConvolutionKernels, on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitives {
    let forward = try kernels.primitive(
      form.isTransposed ? .dataGradient : .forward, rows: rowCount, kernel: kernels.forward, index: 0,
      on: stream)
    try unsafe set(forward, form, input: memory.input, output: memory.output)
    guard let delta = unsafe memory.delta else {
      return Primitives(rowCount: rowCount, forward: forward, kernelGradient: nil, inputGradient: nil)
    }
    let kernelGradient = try kernels.primitive(
      .kernelGradient, rows: rowCount, kernel: kernels.gradients, index: index, on: stream)
    try unsafe set(kernelGradient, form, input: memory.input, output: delta)
    var inputGradient: Primitive?
    if let inputDelta = unsafe memory.inputDelta {
      let primitive = try kernels.primitive(
        form.isTransposed ? .forward : .dataGradient, rows: rowCount, kernel: kernels.inputGradient, index: 0,
        on: stream)
      try unsafe set(primitive, form, input: inputDelta, output: delta)
      inputGradient = primitive
    }
    return Primitives(
      rowCount: rowCount, forward: forward, kernelGradient: kernelGradient, inputGradient: inputGradient)
  }

  /// Sets the image arguments: the layer's input and output, swapped for a transposed layer.
  private static func set(
    _ primitive: Primitive, _ form: ConvolutionStep.Form, input: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) throws(PrimitiveError) {
    try unsafe primitive.set(MISFIT_CONVOLUTION_IMAGE, to: form.isTransposed ? output : input)
    try unsafe primitive.set(MISFIT_CONVOLUTION_OUTPUT, to: form.isTransposed ? input : output)
  }
}
