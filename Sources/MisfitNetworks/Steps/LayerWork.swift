import MisfitCore
import MisfitKernels

/// The computation of a layer that was compiled for a batch.
protocol LayerWork: Sendable {
  /// Computes the output of `rows`; `activates: false` leaves the sums.
  func forward(_ rows: Range<Int>, activates: Bool)

  /// Replaces the sums of the last layer by `scale` times the gradient of the loss with respect to them.
  ///
  /// Returns the sum of the losses against `target`.
  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float

  /// Computes the delta of the previous layer; `deltaIsOfSums` after ``lossGradient(_:_:target:scale:)``.
  ///
  /// For rows that are not a whole block, `block` is the block's index and `isFirst` whether they are its
  /// first rows.
  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool)

  /// The index of the earlier layer whose output the layer joins, -1 for the input; nil if it has one input.
  var skippedLayer: Int? { get }

  /// Adds the gradient with respect to that output to the delta of its layer, when all later layers have
  /// passed backward.
  func addSkippedDelta(_ rows: Range<Int>)

  /// The blocks of the layer's parameters in the arena; nil for a layer without parameters.
  var parameterBlocks: (ParameterBlock, ParameterBlock?)? { get }

  /// Computes the gradients of the layer's parameters from the first `rowCount` rows, all of which have
  /// passed backward.
  func gradient(rowCount: Int)

  /// Updates everything derived from the parameters, after they were changed by anything but a step.
  func refreshParameters()

  /// Updates everything derived from ``parameterBlocks`` after a step.
  func refreshAfterStep()

  /// The sums over the batch that the forward pass waits for; nil if it waits for none.
  var forwardSums: (any BatchSums)? { get }
  /// The sums over the batch that the backward pass waits for; nil if it waits for none.
  var backwardSums: (any BatchSums)? { get }
  /// The kernel of another layer that this layer uses, too; nil if it uses none.
  var sharedKernel: (any SharedKernel)? { get }
}

extension LayerWork {
  func lossGradient(_ loss: Loss, _ rows: Range<Int>, target: FloatSlice, scale: Float) -> Float {
    preconditionFailure("the layer cannot be the last")
  }

  var skippedLayer: Int? { nil }
  func addSkippedDelta(_ rows: Range<Int>) {}
  var parameterBlocks: (ParameterBlock, ParameterBlock?)? { nil }
  func gradient(rowCount: Int) {}
  func refreshParameters() {}
  func refreshAfterStep() { refreshParameters() }
  var forwardSums: (any BatchSums)? { nil }
  var backwardSums: (any BatchSums)? { nil }
  var sharedKernel: (any SharedKernel)? { nil }
}

/// Sums over all rows of a batch: computed block by block, and then combined in block order.
///
/// With shards, the totals of all shards are merged in a fixed tree.
protocol BatchSums: Sendable {
  /// Computes the sums of a block.
  func sum(_ rows: Range<Int>)
  /// The number of values of a total.
  var totalCount: Int { get }
  /// Returns the total of the blocks of the first `rowCount` rows.
  func total(rowCount: Int) -> [Double]
  /// Merges the total of other rows into a total.
  func merge(_ other: [Double], into total: inout [Double])
  /// Computes the factors of the next operations from the total of a batch of `rowCount` rows.
  ///
  /// Gradients of the total itself are computed if `addsGradients`, in one shard, and else are 0.
  func use(_ total: [Double], rowCount: Int, addsGradients: Bool)
  /// Updates the running averages that scoring uses, once a batch.
  func updateAverages(_ total: [Double])
}

extension BatchSums {
  func merge(_ other: [Double], into total: inout [Double]) {
    for index in other.indices { total[index] += other[index] }
  }
  func updateAverages(_ total: [Double]) {}
}

/// The use of a dense layer's kernel by a second layer.
protocol SharedKernel: Sendable {
  /// The offset of the kernel in the arena.
  var kernelStart: Int { get }
  /// Adds the second layer's share of the gradient to a tile of the kernel.
  func addGradient(to tile: KernelTile, rowCount: Int)
  /// Copies a changed tile to the second layer's transposed kernel.
  func updateTranspose(of tile: KernelTile)
}
