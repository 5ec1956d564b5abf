import MisfitCore
import MisfitKernels

/// A batch normalization layer compiled for batches of up to B rows in blocks.
///
/// Means are over the whole batch, so a pass has two parts: each block computes its sums, which are combined
/// in the order of the blocks; then the blocks continue.
///
/// Shapes: C channels; `input`, `output`, `delta`, `inputDelta` [B, pixels, C].
final class NormalizationStep: LayerWork {
  private let layer: NormalizationLayer
  private let memory: LayerMemory
  private let rowsPerBlock: Int
  /// Two sums of each block, and its means: [blocks, C].
  private let firstSums: FloatSlice
  private let secondSums: FloatSlice
  private let means: FloatSlice
  /// The means, and the linear function of each channel, of the batch or, in scoring, of the running
  /// averages: [C].
  private let center: FloatSlice
  private let factor: FloatSlice
  private let addend: FloatSlice
  /// 1 over the root of the variance.
  private let scale: FloatSlice
  /// The coefficients of the input delta: `deltaFactor * delta + valueFactor * (x - center) + constant`.
  private let deltaFactor: FloatSlice
  private let valueFactor: FloatSlice
  private let constant: FloatSlice

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
    (deltaFactor, valueFactor, constant) = (perChannel(), perChannel(), perChannel())
  }

  var forwardSums: (any BatchSums)? { memory.training == nil ? nil : ValueSums(step: self) }
  var backwardSums: (any BatchSums)? { memory.training == nil ? nil : DeltaSums(step: self) }

  /// The sums of the values, from which the forward pass computes means and variances.
  private struct ValueSums: BatchSums {
    let step: NormalizationStep
    func sum(_ rows: Range<Int>) { step.sumValues(rows) }
    var totalCount: Int { 1 + 2 * step.layer.channels }
    func total(rowCount: Int) -> [Double] { step.totalOfValues(rowCount: rowCount) }
    func merge(_ other: [Double], into total: inout [Double]) { step.mergeValues(other, into: &total) }
    func use(_ total: [Double], rowCount: Int, addsGradients: Bool) { step.useValues(total) }
    func updateAverages(_ total: [Double]) { step.updateAverages(total) }
  }

  /// The sums of the deltas, from which the backward pass computes the gradients.
  private struct DeltaSums: BatchSums {
    let step: NormalizationStep
    func sum(_ rows: Range<Int>) { step.sumDeltas(rows) }
    var totalCount: Int { 2 * step.layer.channels }
    func total(rowCount: Int) -> [Double] { step.totalOfDeltas(rowCount: rowCount) }
    func use(_ total: [Double], rowCount: Int, addsGradients: Bool) {
      step.useDeltas(total, rowCount: rowCount, addsGradients: addsGradients)
    }
  }

  /// Computes the sums of a block's values.
  private func sumValues(_ rows: Range<Int>) {
    let (kernels, values, sums) = (VectorKernels.current, slice(memory.input, rows), blockRange(rows))
    kernels.channelSums(of: values, into: firstSums[sums])
    let count = Float(values.count / layer.channels)
    for index in sums { means[index] = firstSums[index] / count }
    kernels.squaredDeviations(of: values, from: means[sums], into: secondSums[sums])
  }

  /// Returns the number of values of a channel, and the means and summed squares of all channels.
  private func totalOfValues(rowCount: Int) -> [Double] {
    let channels = layer.channels
    var total = [Double](repeating: 0, count: 1 + 2 * channels)
    for block in 0..<(rowCount + rowsPerBlock - 1) / rowsPerBlock {
      let more = Double(pixels(inBlock: block, of: rowCount))
      for channel in 0..<channels {
        let index = block * channels + channel
        merge((more, Double(means[index]), Double(secondSums[index])), into: &total, channel)
      }
      total[0] += more
    }
    return total
  }

  private func mergeValues(_ other: [Double], into total: inout [Double]) {
    let channels = layer.channels
    for channel in 0..<channels {
      merge((other[0], other[1 + channel], other[1 + channels + channel]), into: &total, channel)
    }
    total[0] += other[0]
  }

  /// Merges the mean and the summed squares of other values of a channel (Chan, Golub and LeVeque, 1979).
  private func merge(
    _ other: (count: Double, mean: Double, squares: Double), into total: inout [Double], _ channel: Int
  ) {
    let (count, more) = (total[0], other.count)
    // A shard of a small batch may have no rows.
    guard more > 0 else { return }
    let distance = other.mean - total[1 + channel]
    total[1 + layer.channels + channel] +=
      other.squares + distance * distance * count * more / (count + more)
    total[1 + channel] += distance * more / (count + more)
  }

  private func useValues(_ total: [Double]) {
    for channel in 0..<layer.channels {
      set(channel, mean: total[1 + channel], variance: total[1 + layer.channels + channel] / total[0])
    }
  }

  private func updateAverages(_ total: [Double]) {
    let (parameters, kept) = (memory.parameters, NormalizationLayer.kept)
    let (runningMean, runningVariance) = (start(ofTensor: 2), start(ofTensor: 3))
    for channel in 0..<layer.channels {
      let (mean, variance) = (total[1 + channel], total[1 + layer.channels + channel] / total[0])
      parameters[runningMean + channel] = Float(
        kept * Double(parameters[runningMean + channel]) + (1 - kept) * mean)
      parameters[runningVariance + channel] = Float(
        kept * Double(parameters[runningVariance + channel]) + (1 - kept) * variance)
    }
  }

  /// Loads the running averages, for scoring.
  func refreshParameters() {
    guard memory.training == nil else { return }
    for channel in 0..<layer.channels {
      set(
        channel, mean: Double(memory.parameters[start(ofTensor: 2) + channel]),
        variance: Double(memory.parameters[start(ofTensor: 3) + channel]))
    }
  }

  private func set(_ channel: Int, mean: Double, variance: Double) {
    let gamma = Double(memory.parameters[start(ofTensor: 0) + channel])
    let beta = Double(memory.parameters[start(ofTensor: 1) + channel])
    let scale = 1 / (variance + NormalizationLayer.epsilon).squareRoot()
    center[channel] = Float(mean)
    self.scale[channel] = Float(scale)
    factor[channel] = Float(gamma * scale)
    addend[channel] = Float(beta - mean * gamma * scale)
  }

  /// Computes the output of `rows`.
  func forward(_ rows: Range<Int>, activates: Bool) {
    VectorKernels.current.scaleChannels(
      of: slice(memory.input, rows), by: factor, adding: addend, activation: layer.activation,
      into: slice(memory.output, rows))
  }

  /// Computes the sums of a block's deltas, and of their products with the values.
  private func sumDeltas(_ rows: Range<Int>) {
    guard let training = memory.training else { return }
    let kernels = VectorKernels.current
    let (delta, range) = (slice(training.delta, rows), blockRange(rows))
    kernels.multiply(delta, bySlopeOf: layer.activation, at: slice(memory.output, rows))
    kernels.channelSums(of: delta, into: firstSums[range])
    kernels.products(
      of: delta, with: slice(memory.input, rows), around: center, into: secondSums[range])
  }

  /// Returns the sums of the deltas of all channels, and of their products with the values.
  private func totalOfDeltas(rowCount: Int) -> [Double] {
    let channels = layer.channels
    var total = [Double](repeating: 0, count: 2 * channels)
    for block in 0..<(rowCount + rowsPerBlock - 1) / rowsPerBlock {
      for channel in 0..<channels {
        total[channel] += Double(firstSums[block * channels + channel])
        total[channels + channel] += Double(secondSums[block * channels + channel])
      }
    }
    return total
  }

  /// Computes the coefficients of the input delta, and the gradients of scale and offset.
  private func useDeltas(_ total: [Double], rowCount: Int, addsGradients: Bool) {
    guard let training = memory.training else { return }
    let count = Double(rowCount * layer.inputCount / layer.channels)
    for channel in 0..<layer.channels {
      let (sum, product) = (total[channel], total[layer.channels + channel])
      let (factor, scale) = (Double(factor[channel]), Double(scale[channel]))
      training.arena.gradients[start(ofTensor: 0) + channel] = addsGradients ? Float(product * scale) : 0
      training.arena.gradients[start(ofTensor: 1) + channel] = addsGradients ? Float(sum) : 0
      deltaFactor[channel] = Float(factor)
      valueFactor[channel] = Float(-factor * scale * scale * product / count)
      constant[channel] = Float(-factor * sum / count)
    }
  }

  /// Computes the delta of the previous layer.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool) {
    guard let training = memory.training, let inputDelta = training.inputDelta else { return }
    VectorKernels.current.combineChannels(
      slice(training.delta, rows), deltaFactor, slice(memory.input, rows), around: center, valueFactor,
      adding: constant, into: slice(inputDelta, rows))
  }

  /// Scale and offset, which are adjacent.
  var parameterBlocks: (ParameterBlock, ParameterBlock?)? {
    (ParameterBlock(start: layer.offset, columns: 2 * layer.channels), nil)
  }

  /// Returns the start of scale, offset, running mean or running variance, without an array access per
  /// channel.
  private func start(ofTensor index: Int) -> Int { layer.offset + index * layer.channels }

  private func slice(_ values: FloatSlice, _ rows: Range<Int>) -> FloatSlice {
    Rows(values, width: layer.inputCount)[rows].slice
  }

  private func blockRange(_ rows: Range<Int>) -> Range<Int> {
    let block = rows.lowerBound / rowsPerBlock
    return block * layer.channels..<(block + 1) * layer.channels
  }

  private func pixels(inBlock block: Int, of rowCount: Int) -> Int {
    min(rowsPerBlock, rowCount - block * rowsPerBlock) * layer.inputCount / layer.channels
  }
}
