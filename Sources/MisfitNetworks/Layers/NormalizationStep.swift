import MisfitCore
import MisfitKernels

/// A batch normalisation compiled for batches of up to B rows that pass in blocks.
///
/// Means are over the whole batch, so rows pass in parts: each block gives its sums, which are joined in the
/// order of the blocks; then the blocks go on.
///
/// Shapes: C channels; `input`, `output`, `delta`, `inputDelta` [B, pixels, C].
final class NormalizationStep: Sendable {
  private let layer: NormalizationLayer
  private let memory: LayerMemory
  private let rowsPerBlock: Int
  /// Two sums of each block, and its mean: [blocks, C].
  private let firstSums: FloatSlice
  private let secondSums: FloatSlice
  private let means: FloatSlice
  /// Of the batch, or in scoring of the running averages: [C].
  private let center: FloatSlice
  private let factor: FloatSlice
  private let addend: FloatSlice
  /// 1 over the root of the batch's variance.
  private let scale: FloatSlice
  private let ofDelta: FloatSlice
  private let ofValue: FloatSlice
  private let ofNothing: FloatSlice

  init(_ layer: NormalizationLayer, in memory: LayerMemory) {
    self.layer = layer
    self.memory = memory
    let capacity = memory.rowCount(inputCount: layer.inputCount)
    rowsPerBlock = memory.rowsPerBlock ?? capacity
    let blockCount = (capacity + rowsPerBlock - 1) / rowsPerBlock
    let channels = layer.channels
    func perBlock() -> FloatSlice { FloatBuffer(count: blockCount * channels).all }
    func perChannel() -> FloatSlice { FloatBuffer(count: channels).all }
    (firstSums, secondSums, means) = (perBlock(), perBlock(), perBlock())
    (center, factor, addend, scale) = (perChannel(), perChannel(), perChannel(), perChannel())
    (ofDelta, ofValue, ofNothing) = (perChannel(), perChannel(), perChannel())
  }

  /// Whether rows must wait for one another.
  var needsWholeBatch: Bool { memory.training != nil }

  /// The sums of a block's values.
  func sumValues(_ rows: Range<Int>) {
    let (kernels, values, part) = (VectorKernels.current, part(memory.input, rows), blockRange(rows))
    kernels.channelSums(of: values, into: firstSums[part])
    let count = Float(values.count / layer.channels)
    for index in part { means[index] = firstSums[index] / count }
    kernels.squaredDeviations(of: values, from: means[part], into: secondSums[part])
  }

  /// Mean and variance of the batch from its blocks (Chan, Golub and LeVeque, 1979); the running averages
  /// follow.
  func joinValues(rowCount: Int) {
    let parameters = memory.parameters
    let (runningMean, runningVariance) = (start(ofPart: 2), start(ofPart: 3))
    for channel in 0..<layer.channels {
      var (count, mean, squares) = (0.0, 0.0, 0.0)
      for block in 0..<(rowCount + rowsPerBlock - 1) / rowsPerBlock {
        let index = block * layer.channels + channel
        let more = Double(pixels(inBlock: block, of: rowCount))
        let distance = Double(means[index]) - mean
        squares += Double(secondSums[index]) + distance * distance * count * more / (count + more)
        mean += distance * more / (count + more)
        count += more
      }
      let variance = squares / count
      set(channel, mean: mean, variance: variance)
      let kept = NormalizationLayer.kept
      parameters[runningMean + channel] = Float(
        kept * Double(parameters[runningMean + channel]) + (1 - kept) * mean)
      parameters[runningVariance + channel] = Float(
        kept * Double(parameters[runningVariance + channel]) + (1 - kept) * variance)
    }
  }

  /// For scoring: takes the running averages.
  func refreshParameters() {
    guard memory.training == nil else { return }
    for channel in 0..<layer.channels {
      set(
        channel, mean: Double(memory.parameters[start(ofPart: 2) + channel]),
        variance: Double(memory.parameters[start(ofPart: 3) + channel]))
    }
  }

  private func set(_ channel: Int, mean: Double, variance: Double) {
    let gamma = Double(memory.parameters[start(ofPart: 0) + channel])
    let beta = Double(memory.parameters[start(ofPart: 1) + channel])
    let scale = 1 / (variance + NormalizationLayer.epsilon).squareRoot()
    center[channel] = Float(mean)
    self.scale[channel] = Float(scale)
    factor[channel] = Float(gamma * scale)
    addend[channel] = Float(beta - mean * gamma * scale)
  }

  /// Computes the output of `rows`.
  func forward(_ rows: Range<Int>) {
    VectorKernels.current.scaleChannels(
      of: part(memory.input, rows), by: factor, adding: addend, activation: layer.activation,
      into: part(memory.output, rows))
  }

  /// The sums of a block's deltas, and of their products with the values.
  func sumDeltas(_ rows: Range<Int>) {
    guard let training = memory.training else { return }
    let kernels = VectorKernels.current
    let (delta, range) = (part(training.delta, rows), blockRange(rows))
    kernels.multiply(delta, bySlopeOf: layer.activation, at: part(memory.output, rows))
    kernels.channelSums(of: delta, into: firstSums[range])
    kernels.products(
      of: delta, with: part(memory.input, rows), around: center, into: secondSums[range])
  }

  /// The gradients of factor and addend, and what the delta of the input is made of.
  func joinDeltas(rowCount: Int) {
    guard let training = memory.training else { return }
    let count = Double(rowCount * layer.inputCount / layer.channels)
    for channel in 0..<layer.channels {
      var (sum, product) = (0.0, 0.0)
      for block in 0..<(rowCount + rowsPerBlock - 1) / rowsPerBlock {
        sum += Double(firstSums[block * layer.channels + channel])
        product += Double(secondSums[block * layer.channels + channel])
      }
      let (factor, scale) = (Double(factor[channel]), Double(scale[channel]))
      training.arena.gradients[start(ofPart: 0) + channel] = Float(product * scale)
      training.arena.gradients[start(ofPart: 1) + channel] = Float(sum)
      ofDelta[channel] = Float(factor)
      ofValue[channel] = Float(-factor * scale * scale * product / count)
      ofNothing[channel] = Float(-factor * sum / count)
    }
  }

  /// The delta of the layer before.
  func backward(_ rows: Range<Int>) {
    guard let training = memory.training, let inputDelta = training.inputDelta else { return }
    VectorKernels.current.combineChannels(
      part(training.delta, rows), ofDelta, part(memory.input, rows), around: center, ofValue,
      adding: ofNothing, into: part(inputDelta, rows))
  }

  /// Factor and addend, which lie side by side.
  var trainedBlock: ParameterBlock {
    ParameterBlock(start: layer.offset, columns: 2 * layer.channels)
  }

  /// Where factor, addend, running mean or running variance begin; no array is asked for each channel.
  private func start(ofPart index: Int) -> Int { layer.offset + index * layer.channels }

  private func part(_ values: FloatSlice, _ rows: Range<Int>) -> FloatSlice {
    values[rows.lowerBound * layer.inputCount..<rows.upperBound * layer.inputCount]
  }

  private func blockRange(_ rows: Range<Int>) -> Range<Int> {
    let block = rows.lowerBound / rowsPerBlock
    return block * layer.channels..<(block + 1) * layer.channels
  }

  private func pixels(inBlock block: Int, of rowCount: Int) -> Int {
    min(rowsPerBlock, rowCount - block * rowsPerBlock) * layer.inputCount / layer.channels
  }
}
