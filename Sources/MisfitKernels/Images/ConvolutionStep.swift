import COneDNN
import CVectorKernels
import MisfitCore

/// A convolution, or a transposed one, compiled for batches of up to B rows that pass in blocks of equal size.
///
/// Computed by our own kernels where the processor has them, else by oneDNN, where each block has primitives of its own, made once on
/// the memory of its rows, so that a run sets nothing. The kernel's gradient is computed block by block as rows pass, and added up in
/// the order of the blocks.
///
/// Shapes: `input` [B, I], `output` and `delta` [B, O], `inputDelta` [B, I], where I and O are whole images;
/// the kernel lies in the arena as Keras has it: [height, width, channels in, channels out], of a transposed
/// one [height, width, channels out, channels in].
@safe package final class ConvolutionStep: @unchecked Sendable {
  /// What a layer is, apart from memory.
  package struct Form: Sendable {
    package var shape: ConvolutionShape
    package var isTransposed: Bool
    package var activation: Activation
    /// Where kernel and bias begin in the arena.
    package var kernelStart: Int
    package var biasStart: Int
    /// Where the kernel in the arena is that of a convolution over repeated pixels; nil where it is `shape`'s.
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

    /// The numbers of the kernel in the arena.
    package var kernelCount: Int { upsampled?.count ?? shape.kernelCount }

    /// The values of a row that go in and come out, and the channels that come out.
    package var inputCount: Int { isTransposed ? shape.outputCount : shape.imageCount }
    package var outputCount: Int { isTransposed ? shape.imageCount : shape.outputCount }
    package var outputChannels: Int { isTransposed ? shape.imageChannels : shape.outputChannels }

    /// Biases are added, and their gradients summed, over so many values at a time: channels, or whole images
    /// where the channels don't fill vectors.
    var biasPeriod: Int { outputChannels % 16 == 0 ? outputChannels : outputCount }
  }

  /// The slices that only training needs.
  package struct Training {
    package var arena: ParameterArena
    /// The gradient with respect to the output, and then to its sums; a last layer's is the output itself.
    package var delta: FloatSlice
    /// The layer before's delta; nil for the first layer.
    package var inputDelta: FloatSlice?

    package init(arena: ParameterArena, delta: FloatSlice, inputDelta: FloatSlice?) {
      self.arena = arena
      self.delta = delta
      self.inputDelta = inputDelta
    }
  }

  /// What computes the sums.
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

  /// Makes what computes; factors are rounded to bf16 only where our own kernels can.
  ///
  /// With `blockCount`, a batch has so many blocks, and passes some rows at a time through memory that is smaller: only where
  /// ``isDirect(_:)``.
  ///
  /// - Throws: ``PrimitiveError`` where oneDNN has no memory for its primitives.
  /// - Precondition: the shapes fit, for a whole number of rows.
  package init(
    _ form: Form, rowsPerBlock: Int, parameters: FloatSlice, input: FloatSlice, output: FloatSlice,
    training: Training? = nil, precision: Precision = .single,
    blockCount: Int? = nil
  ) throws(PrimitiveError) {
    let capacity = input.count / form.inputCount
    precondition(
      input.count == capacity * form.inputCount && output.count == capacity * form.outputCount,
      "shapes differ")
    precondition(
      form.kernelStart + form.kernelCount <= parameters.count
        && form.biasStart + form.outputChannels <= parameters.count, "a layer outside the arena")
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
      ConvolutionBlock.run(blocks[block(of: rows)].primitives(rowCount: rows.count).compute)
      let period = form.biasPeriod
      unsafe VectorKernels.current.table.add_bias_activate(
        target, tiledBias.base, count / period, period, activation.code)
    }
  }

  /// As of a dense layer.
  package func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    VectorKernels.current.lossGradient(
      loss, of: form.activation, sums: output, width: form.outputCount, rows, target: target, scale: scale)
  }

  /// Makes `delta` that of the sums, unless a loss has left it so; from it the block's part of the gradients,
  /// and the delta of the layer before.
  ///
  /// Rows that are not a whole block say which one they belong to, and whether they are its first.
  package func backward(
    _ rows: Range<Int>, deltaIsOfSums: Bool, block: Int? = nil, isFirst: Bool = true
  ) {
    guard let training else { preconditionFailure("a step that cannot train") }
    let block = block ?? self.block(of: rows)
    precondition(block < blockCount && rows.upperBound <= capacity, "rows outside the batch")
    let period = form.biasPeriod
    let (start, count) = (rows.lowerBound * form.outputCount, rows.count * form.outputCount)
    let sums = biasSums.all[block * period..<(block + 1) * period]
    if isFirst { sums.fill(with: 0) }
    let activation = deltaIsOfSums ? Activation.linear : form.activation
    unsafe VectorKernels.current.table.take_slope(
      training.delta.pointer + start, output.pointer + start, count / period, period, activation.code,
      sums.pointer)
    switch engine {
    case .direct(let direct): direct.backward(rows, block: block, isFirst: isFirst)
    case .primitives(_, let blocks):
      let primitives = blocks[block].primitives(rowCount: rows.count)
      if let toKernel = primitives.toKernel { ConvolutionBlock.run(toKernel) }
      if let back = primitives.back { ConvolutionBlock.run(back) }
    }
  }

  /// Whether our own kernels compute, which take any rows of a block at a time.
  package static func isDirect(_ precision: Precision) -> Bool { DirectConvolution.isAvailable(precision) }

  /// Adds up the blocks' parts of the gradients into the arena's, of the first `rowCount` rows.
  package func gradient(rowCount: Int) {
    guard let training else { preconditionFailure("a step that cannot train") }
    let blockCount = (rowCount + rowsPerBlock - 1) / rowsPerBlock
    precondition(rowCount >= 1 && blockCount <= self.blockCount, "rows outside the batch")
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

  /// Kernel and bias in the arena.
  package var parameterBlocks: (kernel: ParameterBlock, bias: ParameterBlock) {
    (
      ParameterBlock(start: form.kernelStart, columns: form.kernelCount),
      ParameterBlock(start: form.biasStart, columns: form.outputChannels)
    )
  }

  /// Takes up kernel and bias after a change.
  package func takeUpParameters() {
    switch engine {
    case .direct(let direct): return direct.takeUp()
    case .primitives(let kernels, _): kernels.takeUp()
    }
    let bias = parameters[form.biasStart..<form.biasStart + form.outputChannels]
    for pixel in 0..<form.biasPeriod / form.outputChannels {
      let start = pixel * form.outputChannels
      tiledBias.all[start..<start + form.outputChannels].copy(from: bias)
    }
  }

  /// The number of the block that `rows` are.
  private func block(of rows: Range<Int>) -> Int {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= capacity && rows.count <= rowsPerBlock
        && rows.lowerBound % rowsPerBlock == 0, "rows that are not a block of the batch")
    return rows.lowerBound / rowsPerBlock
  }
}
