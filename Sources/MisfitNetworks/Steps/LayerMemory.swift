import MisfitCore
import MisfitKernels

/// The memory of a layer for batches of up to B rows.
///
/// Shapes: I inputs, O outputs a row.
struct LayerMemory {
  /// The parameters of the network.
  var parameters: FloatSlice
  /// The input, [B, I].
  var input: FloatSlice
  /// The output, [B, O].
  var output: FloatSlice
  /// The output of the earlier layer of a ``LayerJoint``; nil for a layer with one input.
  var skipped: FloatSlice?
  /// The memory for training; nil for a forward pass only.
  var training: Training?
  /// The rounded factors, for a dense layer with bf16 products.
  var bfloat16: BFloat16Memory?
  /// The precision of layers that round their factors themselves.
  var precision = Precision.float32
  /// The rows of a block of the batch; nil for all rows.
  var rowsPerBlock: Int?
  /// The number of blocks of a batch, if this memory is smaller than a batch.
  var blockCount: Int?

  /// Returns the number of rows of the batch, B.
  func rowCount(inputCount: Int) -> Int { input.count / inputCount }

  /// The memory of the backward pass.
  struct Training {
    /// The parameters, gradients and moments.
    var arena: ParameterArena
    /// The gradient of the loss with respect to the output, [B, O]; for the last layer, the memory of the
    /// output.
    var delta: FloatSlice
    /// The gradient with respect to the input, [B, I]; nil for the first layer.
    var inputDelta: FloatSlice?
    /// The gradient with respect to ``LayerMemory/skipped``; nil for the input of the network.
    var skippedDelta: FloatSlice?
    /// The scratch memory of the layer.
    var workspace: FloatSlice
    /// B ones; nil in a plan whose layers do not need them.
    var ones: FloatSlice?
    /// The position of the batch in the run, for layers that draw random numbers.
    var position: BatchPosition?
  }
}

/// The rounded factors of a dense layer.
struct BFloat16Memory: Sendable {
  var weights: BFloat16DenseWeights
  var rows: BFloat16DenseRows
}
