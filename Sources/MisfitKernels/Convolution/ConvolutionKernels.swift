import COneDNN
import MisfitCore

/// The kernel of a convolution in the layouts of its primitives, and the gradients of its blocks.
@safe final class ConvolutionKernels: @unchecked Sendable {
  /// A layout, and kernels stored in it.
  ///
  /// Changes only while the step is created, on one thread.
  final class Storage: @unchecked Sendable {
    let layout = KernelLayout()
    /// Whether a primitive has chosen the layout.
    private(set) var isChosen = false
    private(set) var buffers: [FloatBuffer] = []

    /// Allocates a kernel for each of `count` blocks, once a primitive has chosen the layout.
    func choose(count: Int) {
      guard !isChosen else { return }
      isChosen = true
      buffers = (0..<count).map { _ in layout.makeBuffer() }
    }
  }

  let forward = Storage()
  let inputGradient = Storage()
  /// The gradient of each block of rows.
  let gradients = Storage()
  private let form: ConvolutionStep.Form
  private let parameters: FloatSlice
  private let training: ConvolutionStep.Training?
  private let blockCount: Int
  private let stream: PrimitiveStream
  private var packings: [Primitive] = []
  private var unpacking: Primitive?
  /// The widened kernel, if the arena holds a narrow one.
  private let wide: WideKernel?

  init(
    _ form: ConvolutionStep.Form, parameters: FloatSlice, training: ConvolutionStep.Training?, blockCount: Int
  ) throws(PrimitiveError) {
    self.form = form
    self.parameters = parameters
    self.training = training
    self.blockCount = blockCount
    stream = try PrimitiveStream()
    wide = form.upsampled.map { WideKernel($0, count: form.shape.kernelCount) }
  }

  /// Creates an operation of the convolution for `rows` rows, with the kernel of block `index`.
  func primitive(
    _ operation: ConvolutionOperation, rows: Int, kernel storage: Storage, index: Int,
    on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitive {
    let primitive = try Primitive(
      operation, of: form.shape, rows: rows, layout: storage.layout, isChosen: storage.isChosen, on: stream)
    storage.choose(count: storage === gradients ? blockCount : 1)
    try unsafe primitive.set(MISFIT_CONVOLUTION_KERNEL, to: storage.buffers[index].base)
    return primitive
  }

  /// Creates the copies between the model's kernel and those of the primitives, whose layouts are now chosen.
  func finish() throws(PrimitiveError) {
    let plain = try KernelLayout(plain: form.shape)
    let kernel = unsafe wide?.kernel.pointer ?? parameters.pointer + form.kernelStart
    packings = [
      try unsafe .reorder(
        from: plain, at: kernel, to: forward.layout, at: forward.buffers[0].base, on: stream)
    ]
    guard let training else { return }
    if training.inputDelta != nil {
      packings.append(
        try unsafe .reorder(
          from: plain, at: kernel, to: inputGradient.layout, at: inputGradient.buffers[0].base, on: stream))
    }
    unpacking = try unsafe .reorder(
      from: gradients.layout, at: gradients.buffers[0].base, to: plain,
      at: wide?.gradient.pointer ?? training.arena.gradients.pointer + form.kernelStart, on: stream)
  }

  /// Copies the model's kernel to the primitives.
  func refreshParameters() {
    if let wide { wide.widen(parameters[form.kernelStart..<form.kernelStart + form.kernelCount]) }
    for primitive in packings { ConvolutionBlock.run(primitive) }
  }

  /// Adds the gradients of the blocks in order, and copies the sum to the arena.
  func sumGradients(blockCount: Int) {
    let sum = gradients.buffers[0].all
    for block in 1..<max(blockCount, 1) {
      VectorKernels.current.add(gradients.buffers[block].all, to: sum)
    }
    if let unpacking { ConvolutionBlock.run(unpacking) }
    if let wide, let training {
      wide.narrowGradient(
        into: training.arena.gradients[form.kernelStart..<form.kernelStart + form.kernelCount])
    }
  }
}
