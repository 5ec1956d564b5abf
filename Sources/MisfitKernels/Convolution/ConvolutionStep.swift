import COneDNN
import CVectorKernels
import MisfitCore

/// A convolution or transposed convolution compiled for batches of up to B rows in blocks of equal size.
///
/// Computed by this package's own kernels if the processor supports them, else by oneDNN, where each block
/// has its own primitives, created once on the memory of its rows, so that a run sets no arguments. The
/// kernel's gradient is computed block by block in the backward pass, and summed in the order of the blocks.
///
/// Shapes: `input` [B, I], `output` and `delta` [B, O], `inputDelta` [B, I], where I and O are whole images;
/// the kernel in the arena has Keras' layout: [height, width, channels in, channels out]; for a transposed
/// convolution [height, width, channels out, channels in].
@safe package final class ConvolutionStep: @unchecked Sendable {
  /// The layer without memory.
  package struct Form: Sendable {
    package var shape: ConvolutionShape
    package var isTransposed: Bool
    package var activation: Activation
    /// The offsets of kernel and bias in the arena.
    package var kernelStart: Int
    package var biasStart: Int
    /// The narrow kernel in the arena, for a convolution over repeated pixels; nil if the arena holds the
    /// kernel of `shape`.
    package var upsampled: UpsampledKernel?

    package init(
      shape: ConvolutionShape, isTransposed: Bool, activation: Activation, kernelStart: Int, biasStart: Int,
      upsampled: UpsampledKernel? = nil
    ) {
      self.shape = shape
      self.isTransposed = isTransposed
      self.activation = activation
      self.kernelStart = kernelStart
      self.biasStart = biasStart
      self.upsampled = upsampled
    }

    /// The number of values of the kernel in the arena.
    package var kernelCount: Int { upsampled?.count ?? shape.kernelCount }

    /// The input and output values of a row, and the output channels.
    package var inputCount: Int { isTransposed ? shape.outputCount : shape.imageCount }
    package var outputCount: Int { isTransposed ? shape.imageCount : shape.outputCount }
    package var outputChannels: Int { isTransposed ? shape.imageChannels : shape.outputChannels }

    /// The number of values over which biases are added and their gradients summed: the channels, or whole
    /// images if the channels do not fill vectors.
    var biasPeriod: Int { outputChannels % 16 == 0 ? outputChannels : outputCount }
  }

  /// The memory that only training needs.
  package struct Training {
    package var arena: ParameterArena
    /// The gradient with respect to the output, then with respect to its sums; for the last layer, the memory
    /// of the output.
    package var delta: FloatSlice
    /// The delta of the previous layer; nil for the first layer.
    package var inputDelta: FloatSlice?

    package init(arena: ParameterArena, delta: FloatSlice, inputDelta: FloatSlice?) {
      self.arena = arena
      self.delta = delta
      self.inputDelta = inputDelta
    }
  }

  /// The implementation that computes the sums.
  private enum Engine {
    case direct(DirectConvolution)
    case primitives(ConvolutionKernels, [ConvolutionBlock])
  }

  package let form: Form
  let rowsPerBlock: Int
  let capacity: Int
  private let blockCount: Int
  let parameters: FloatSlice
  let input: FloatSlice
  let output: FloatSlice
  let training: Training?
  private let engine: Engine
  /// The sums of each block's deltas, [blocks, bias period].
  private let biasSums: FloatBuffer
  private let tiledBias: FloatBuffer

  /// Creates a step; factors are rounded to bf16 only by this package's own kernels.
  ///
  /// With `blockCount`, a batch has that many blocks and its rows are processed a few at a time in smaller
  /// memory: only if ``isDirect(_:)``.
  ///
  /// - Throws: ``PrimitiveError`` if oneDNN has no memory for its primitives.
  /// - Precondition: the shapes fit, for a whole number of rows.
  package init(
    _ form: Form, rowsPerBlock: Int, parameters: FloatSlice, input: FloatSlice, output: FloatSlice,
    training: Training? = nil, precision: Precision = .float32,
    blockCount: Int? = nil
  ) throws(PrimitiveError) {
    let capacity = input.count / form.inputCount
    precondition(
      input.count == capacity * form.inputCount && output.count == capacity * form.outputCount,
      "shapes differ")
    precondition(
      form.kernelStart + form.kernelCount <= parameters.count
        && form.biasStart + form.outputChannels <= parameters.count, "the layer is outside the arena")
    if let training {
      precondition(training.delta.count == output.count, "shapes differ")
      precondition(training.inputDelta.map { $0.count == input.count } ?? true, "shapes differ")
    }
    self.form = form
    self.rowsPerBlock = rowsPerBlock
    self.capacity = capacity
    self.parameters = parameters
    self.input = input
    self.output = output
    self.training = training
    let blockCount = blockCount ?? (capacity + rowsPerBlock - 1) / rowsPerBlock
    self.blockCount = blockCount
    biasSums = FloatBuffer(count: training == nil ? 0 : blockCount * form.biasPeriod)
    tiledBias = FloatBuffer(count: form.biasPeriod)
    let direct = DirectConvolution(
      form, precision: precision, parameters: parameters, input: input, output: output, training: training,
      blockCount: blockCount)
    if let direct {
      engine = .direct(direct)
      return
    }
    let kernels = try ConvolutionKernels(
      form, parameters: parameters, training: training, blockCount: blockCount)
    var blocks: [ConvolutionBlock] = []
    for index in 0..<blockCount {
      let start = index * rowsPerBlock
      let memory = ConvolutionMemory(
        form, rows: start..<min(start + rowsPerBlock, capacity), input: input, output: output,
        training: training)
      blocks.append(try ConvolutionBlock(form, index: index, memory: memory, kernels: kernels))
    }
    try kernels.finish()
    engine = .primitives(kernels, blocks)
  }

  /// Computes the output of `rows`, a block; `activates: false` leaves the sums.
  package func forward(_ rows: Range<Int>, activates: Bool = true) {
    let activation = activates ? form.activation : .linear
    let (target, count) = unsafe (
      output.pointer + rows.lowerBound * form.outputCount, rows.count * form.outputCount
    )
    switch engine {
    case .direct(let direct):
      direct.forward(rows, relu: activation == .relu)
      if activation != .relu { unsafe VectorKernels.current.table.activate(target, count, activation.code) }
    case .primitives(_, let blocks):
      ConvolutionBlock.run(blocks[block(of: rows)].primitives(rowCount: rows.count).forward)
      let period = form.biasPeriod
      unsafe VectorKernels.current.table.add_bias_activate(
        target, tiledBias.base, count / period, period, activation.code)
    }
  }

  /// The same as the method of ``DenseStep``.
  package func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    VectorKernels.current.lossGradient(
      loss, of: form.activation, sums: output, width: form.outputCount, rows, target: target, scale: scale)
  }

  /// Computes the delta of the sums, unless it already is, and from it the block's share of the gradients and
  /// the delta of the previous layer.
  ///
  /// For rows that are not a whole block, `block` is the block's index and `isFirst` whether they are its
  /// first rows.
  package func backward(
    _ rows: Range<Int>, deltaIsOfSums: Bool, block: Int? = nil, isFirst: Bool = true
  ) {
    guard let training else { preconditionFailure("the step was created without memory for training") }
    let block = block ?? self.block(of: rows)
    precondition(block < blockCount && rows.upperBound <= capacity, "the rows are outside the batch")
    let period = form.biasPeriod
    let (start, count) = (rows.lowerBound * form.outputCount, rows.count * form.outputCount)
    let sums = biasSums.all[block * period..<(block + 1) * period]
    if isFirst { sums.fill(with: 0) }
    let activation = deltaIsOfSums ? Activation.linear : form.activation
    unsafe VectorKernels.current.table.multiply_by_slope(
      training.delta.pointer + start, output.pointer + start, count / period, period, activation.code,
      sums.pointer)
    switch engine {
    case .direct(let direct): direct.backward(rows, block: block, isFirst: isFirst)
    case .primitives(_, let blocks):
      let primitives = blocks[block].primitives(rowCount: rows.count)
      if let kernelGradient = primitives.kernelGradient { ConvolutionBlock.run(kernelGradient) }
      if let inputGradient = primitives.inputGradient { ConvolutionBlock.run(inputGradient) }
    }
  }

  /// Whether this package's own kernels compute, which accept any rows of a block at a time.
  package static func isDirect(_ precision: Precision) -> Bool { DirectConvolution.isAvailable(precision) }

  /// Sums the gradients of the blocks of the first `rowCount` rows into the arena.
  package func gradient(rowCount: Int) {
    guard let training else { preconditionFailure("the step was created without memory for training") }
    let blockCount = (rowCount + rowsPerBlock - 1) / rowsPerBlock
    precondition(rowCount >= 1 && blockCount <= self.blockCount, "the rows are outside the batch")
    switch engine {
    case .direct(let direct): direct.sumGradients(blockCount: blockCount)
    case .primitives(let kernels, _): kernels.sumGradients(blockCount: blockCount)
    }
    let (period, channels) = (form.biasPeriod, form.outputChannels)
    let sums = biasSums.all
    for block in 1..<max(blockCount, 1) {
      VectorKernels.current.add(sums[block * period..<(block + 1) * period], to: sums[0..<period])
    }
    let gradient = training.arena.gradients[form.biasStart..<form.biasStart + channels]
    gradient.fill(with: 0)
    for pixel in 0..<period / channels {
      VectorKernels.current.add(sums[pixel * channels..<(pixel + 1) * channels], to: gradient)
    }
  }

  /// The blocks of kernel and bias in the arena.
  package var blocks: (kernel: ParameterBlock, bias: ParameterBlock) {
    (
      ParameterBlock(start: form.kernelStart, columns: form.kernelCount),
      ParameterBlock(start: form.biasStart, columns: form.outputChannels)
    )
  }

  /// Packs kernel and bias after a change.
  package func refreshParameters() {
    switch engine {
    case .direct(let direct): return direct.refreshParameters()
    case .primitives(let kernels, _): kernels.refreshParameters()
    }
    let bias = parameters[form.biasStart..<form.biasStart + form.outputChannels]
    for pixel in 0..<form.biasPeriod / form.outputChannels {
      let start = pixel * form.outputChannels
      tiledBias.all[start..<start + form.outputChannels].copy(from: bias)
    }
  }

  /// The index of the block that `rows` are.
  private func block(of rows: Range<Int>) -> Int {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= capacity && rows.count <= rowsPerBlock
        && rows.lowerBound % rowsPerBlock == 0, "the rows are not a block of the batch")
    return rows.lowerBound / rowsPerBlock
  }
}
