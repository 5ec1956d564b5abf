import MisfitCore
import MisfitKernels
import MisfitONNX

/// A layer of a network: its shape, its parameters in the network's arena, and its mathematics.
///
/// It owns no memory. A plan compiles it into a ``LayerStep`` for a batch.
protocol Layer: Sendable {
  /// The number of input values of a row.
  var inputCount: Int { get }
  /// The number of output values of a row.
  var outputCount: Int { get }
  /// The tensors of the layer in the arena, the kernel first.
  var tensors: [ParameterTensor] { get }
  /// The multiplications per row of the forward pass; training takes about three times as many.
  var multiplicationsPerRow: Int { get }

  /// The number of floats of ``LayerMemory/Training/workspace`` that the layer needs.
  var workspaceCount: Int { get }
  /// Whether the step accepts any rows of a block at a time, in any memory.
  var acceptsPartialBlocks: Bool { get }
  /// Whether the step rounds its factors to ``LayerMemory/precision`` by itself.
  var roundsFactors: Bool { get }
  /// Whether training waits for sums over the whole batch.
  var needsBatchSums: Bool { get }
  /// The layer itself if it is dense; nil for all others.
  var asDense: DenseLayer? { get }

  /// The two inputs of a layer that joins an earlier layer's output; nil for a layer with one input.
  var joint: LayerJoint? { get }

  /// Creates the step on the given memory, which the caller keeps alive.
  func step(in memory: LayerMemory) -> LayerStep

  /// Sets the parameters that are not 0 before initialization.
  func setConstants(in parameters: FloatSlice)

  /// Sets the initial parameters of the layer.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator)

  /// Returns the output in plain loops: the definition of the layer, and the oracle of its tests.
  ///
  /// Shapes: `input` [B, I], `parameters` the whole arena, result [B, O]. Here and below, the inputs of a
  /// ``joint`` are joined pixel by pixel: [B, P, C + S].
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double]

  /// Returns the gradient with respect to the input in plain loops, and adds those of the parameters.
  ///
  /// Shapes: result [B, I], `gradients` the whole arena.
  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double]

  /// Returns the output in scoring as a value of a graph.
  ///
  /// Shapes: `input` [N, I], `parameters` the whole arena, result [N, O], doubles.
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue
}

extension Layer {
  var multiplicationsPerRow: Int { 0 }
  var workspaceCount: Int { 0 }
  var acceptsPartialBlocks: Bool { false }
  var roundsFactors: Bool { false }
  var needsBatchSums: Bool { false }
  var asDense: DenseLayer? { nil }
  var joint: LayerJoint? { nil }

  func setConstants(in parameters: FloatSlice) {}

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) { setConstants(in: parameters) }
}

/// A named range of the parameter arena.
package struct ParameterTensor: Hashable, Sendable {
  /// The name of the tensor: `encoder.0.kernel`, `decoder.1.bias`.
  package var name: String
  /// The extents, outermost first.
  package var extents: [Int]
  /// The range of the tensor in the arena.
  package var range: Range<Int>
}

/// The values of a reference backward pass through a layer.
///
/// Shapes: `input` [B, I], `output` and `delta` [B, O], `parameters` the whole arena.
struct ReferencePass {
  var input: [Double]
  var output: [Double]
  /// The gradient of the loss with respect to the output.
  var delta: [Double]
  var parameters: [Double]

  /// The gradient of the loss with respect to the sums that `activation` was applied to.
  func deltaOfSums(_ activation: Activation) -> [Double] {
    zip(delta, output).map { $0 * activation.referenceSlope(atOutput: $1) }
  }
}
