import COneDNN
import MisfitCore

/// Where the rows of one block begin.
@safe struct ConvolutionMemory: @unchecked Sendable {
  /// The rows of the block in a whole batch.
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

/// The primitives of one block of rows, which one thread at a time runs.
///
/// Those of a smaller block, at the end of an epoch, are made when the first comes, and kept.
final class ConvolutionBlock: @unchecked Sendable {
  /// What a block runs.
  struct Primitives {
    let rowCount: Int
    let compute: Primitive
    let toKernel: Primitive?
    let back: Primitive?
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
    precondition(rowCount >= 1 && rowCount < usual.rowCount, "rows outside the block")
    let made = try? Self.make(
      form, rowCount: rowCount, index: index, memory: memory, kernels: kernels, on: stream)
    guard let made else { preconditionFailure("oneDNN has no memory for a primitive") }
    smaller = made
    return made
  }

  /// Runs a primitive whose arguments were checked when it was made.
  static func run(_ primitive: Primitive) {
    do { try primitive.run() } catch { preconditionFailure("\(error)") }
  }

  private static func make(
    _ form: ConvolutionStep.Form, rowCount: Int, index: Int, memory: ConvolutionMemory,
    kernels: ConvolutionKernels, on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitives {
    let compute = try kernels.primitive(
      form.isTransposed ? .toImage : .forward, rows: rowCount, kernel: kernels.compute, index: 0, on: stream)
    try unsafe set(compute, form, input: memory.input, output: memory.output)
    guard let delta = unsafe memory.delta else {
      return Primitives(rowCount: rowCount, compute: compute, toKernel: nil, back: nil)
    }
    let toKernel = try kernels.primitive(
      .toKernel, rows: rowCount, kernel: kernels.gradients, index: index, on: stream)
    try unsafe set(toKernel, form, input: memory.input, output: delta)
    var back: Primitive?
    if let inputDelta = unsafe memory.inputDelta {
      let primitive = try kernels.primitive(
        form.isTransposed ? .forward : .toImage, rows: rowCount, kernel: kernels.back, index: 0, on: stream)
      try unsafe set(primitive, form, input: inputDelta, output: delta)
      back = primitive
    }
    return Primitives(rowCount: rowCount, compute: compute, toKernel: toKernel, back: back)
  }

  /// Sets the images: the layer's input and output, in the places that a transposed layer has them.
  private static func set(
    _ primitive: Primitive, _ form: ConvolutionStep.Form, input: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) throws(PrimitiveError) {
    try unsafe primitive.set(MISFIT_CONVOLUTION_IMAGE, to: form.isTransposed ? output : input)
    try unsafe primitive.set(MISFIT_CONVOLUTION_OUTPUT, to: form.isTransposed ? input : output)
  }
}
