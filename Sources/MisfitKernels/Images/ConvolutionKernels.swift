import COneDNN
import MisfitCore

/// The kernel of a convolution in the layouts that its primitives want, and the gradients of its blocks.
@safe final class ConvolutionKernels: @unchecked Sendable {
  /// A layout, and the memory of kernels in it, which changes only while the step is made, on one thread.
  final class Place: @unchecked Sendable {
    let layout = KernelLayout()
    /// Whether a primitive has set the layout.
    private(set) var isChosen = false
    private(set) var buffers: [FloatBuffer] = []

    /// A primitive has set the layout: makes memory for a kernel of each of `count` blocks.
    func choose(count: Int) {
      guard !isChosen else { return }
      isChosen = true
      buffers = (0..<count).map { _ in layout.makeBuffer() }
    }
  }

  let compute = Place()
  let back = Place()
  /// A gradient for each block of rows.
  let gradients = Place()
  private let form: ConvolutionStep.Form
  private let parameters: FloatSlice
  private let training: ConvolutionStep.Training?
  private let blockCount: Int
  private let stream: PrimitiveStream
  private var takingUp: [Primitive] = []
  private var givingBack: Primitive?
  /// The kernel as the primitives' shape has it, where the arena has another.
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

  /// A way of the convolution for `rows` rows, with its kernel in place for block `index`.
  func primitive(
    _ way: ConvolutionWay, rows: Int, kernel place: Place, index: Int, on stream: PrimitiveStream
  ) throws(PrimitiveError) -> Primitive {
    let primitive = try Primitive(
      way, of: form.shape, rows: rows, layout: place.layout, isChosen: place.isChosen, on: stream)
    place.choose(count: place === gradients ? blockCount : 1)
    try unsafe primitive.set(MISFIT_CONVOLUTION_KERNEL, to: place.buffers[index].base)
    return primitive
  }

  /// Makes the copies between a model's kernel and those of the primitives, whose layouts are now chosen.
  func finish() throws(PrimitiveError) {
    let plain = try KernelLayout(plain: form.shape)
    let kernel = unsafe wide?.kernel.pointer ?? parameters.pointer + form.kernelStart
    takingUp = [
      try unsafe .reorder(
        from: plain, at: kernel, to: compute.layout, at: compute.buffers[0].base, on: stream)
    ]
    guard let training else { return }
    if training.inputDelta != nil {
      takingUp.append(
        try unsafe .reorder(from: plain, at: kernel, to: back.layout, at: back.buffers[0].base, on: stream))
    }
    givingBack = try unsafe .reorder(
      from: gradients.layout, at: gradients.buffers[0].base, to: plain,
      at: wide?.gradient.pointer ?? training.arena.gradients.pointer + form.kernelStart, on: stream)
  }

  /// Copies the model's kernel to the primitives'.
  func takeUp() {
    if let wide { wide.widen(parameters[form.kernelStart..<form.kernelStart + form.kernelCount]) }
    for primitive in takingUp { ConvolutionBlock.run(primitive) }
  }

  /// Adds the gradients of the blocks in their order, and copies the sum to the arena.
  func sumGradients(blockCount: Int) {
    let sum = gradients.buffers[0].all
    for block in 1..<max(blockCount, 1) {
      VectorKernels.current.add(gradients.buffers[block].all, to: sum)
    }
    if let givingBack { ConvolutionBlock.run(givingBack) }
    if let wide, let training {
      wide.narrowGradient(
        into: training.arena.gradients[form.kernelStart..<form.kernelStart + form.kernelCount])
    }
  }
}
