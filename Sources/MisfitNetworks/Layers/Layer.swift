import MisfitCore
import MisfitKernels

/// A layer as the network knows it: its shape, and where its parameters lie in the network's arena.
///
/// It owns no memory and computes nothing; a plan compiles it into a ``LayerStep`` for a batch.
protocol Layer: Sendable {
  /// The values of a row that go in.
  var inputCount: Int { get }
  /// The values of a row that come out.
  var outputCount: Int { get }
  /// The tensors of this layer in the arena, by name.
  var tensors: [ParameterTensor] { get }
  /// Multiplications for one row forward; a row's training takes about three times as many.
  var multiplicationsPerRow: Int { get }

  /// The floats of ``LayerMemory/Training/workspace`` that the layer wants.
  var workspaceCount: Int { get }

  /// Memory of the layer's parameters as bf16 factors, which all its steps may share; nil where it has no
  /// products in bf16.
  func bfloat16Weights(needsInputGradient: Bool) -> BFloat16DenseWeights?

  /// Memory of what passes through the layer as bf16 factors; nil where it has no products in bf16.
  func bfloat16Rows(capacity: Int, trains: Bool, needsInputGradient: Bool) -> BFloat16DenseRows?

  /// The layer on given memory, which the caller keeps alive.
  func step(in memory: LayerMemory) -> LayerStep

  /// Gives the tensors of this layer their first values.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator)
}

extension Layer {
  func bfloat16Weights(needsInputGradient: Bool) -> BFloat16DenseWeights? { nil }
  func bfloat16Rows(capacity: Int, trains: Bool, needsInputGradient: Bool) -> BFloat16DenseRows? { nil }
}

/// The memory that a layer works on while batches of up to B rows pass.
///
/// Shapes: I inputs, O outputs a row.
struct LayerMemory {
  /// The network's parameters.
  var parameters: FloatSlice
  /// [B, I].
  var input: FloatSlice
  /// [B, O].
  var output: FloatSlice
  /// What training needs more; nil in a pass that only goes forward.
  var training: Training?
  /// The rounded factors, where the products are to be of bf16.
  var bfloat16: BFloat16Memory?
  /// What convolutions round their factors to.
  var precision = Precision.float32
  /// The rows that pass at once, but for the last ones of a batch; nil where all rows do.
  var rowsPerBlock: Int?
  /// The blocks of a batch, where fewer rows than a batch's pass through this memory at a time.
  var blockCount: Int?

  /// B.
  func rowCount(inputCount: Int) -> Int { input.count / inputCount }

  /// The memory of the way back.
  struct Training {
    /// The parameters, gradients and moments.
    var arena: ParameterArena
    /// The gradient of the loss with respect to the output, [B, O]; for the last layer it is the output's
    /// own memory.
    var delta: FloatSlice
    /// The same with respect to the input, [B, I]; nil for the first layer.
    var inputDelta: FloatSlice?
    /// Memory of the layer's own.
    var workspace: FloatSlice
    /// B ones, in a plan whose layers may want them.
    var ones: FloatSlice?
    /// Where the run has come, for layers that draw random numbers.
    var place: BatchPosition?
  }
}

/// The rounded factors of a layer.
struct BFloat16Memory: Sendable {
  var weights: BFloat16DenseWeights
  var rows: BFloat16DenseRows

  /// Joins the two, where the layer has them.
  init?(_ weights: BFloat16DenseWeights?, _ rows: BFloat16DenseRows?) {
    guard let weights, let rows else { return nil }
    self.weights = weights
    self.rows = rows
  }
}

/// A named part of the parameter arena.
public struct ParameterTensor: Hashable, Sendable {
  /// `encoder.0.kernel`, `decoder.1.bias`.
  public var name: String
  /// Extents, outermost first.
  public var extents: [Int]
  /// Where it stands in the arena.
  public var range: Range<Int>
}
