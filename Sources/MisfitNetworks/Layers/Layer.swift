import MisfitCore
import MisfitKernels

/// One step of a network, as the plan calls it: it owns no memory, and finds its parameters by range in the
/// network's arena.
///
/// Shapes: R rows, I inputs, O outputs a row; `input` [R, I], `output` [R, O]; a gradient has the shape of
/// what it is the gradient of.
protocol Layer: Sendable {
  /// I.
  var inputCount: Int { get }
  /// O.
  var outputCount: Int { get }
  /// The tensors of this layer in the arena, by name.
  var tensors: [ParameterTensor] { get }
  /// Multiplications for one row forward; a row's training takes about three times as many.
  var multiplicationsPerRow: Int { get }

  /// Computes `output`.
  func forward(rows: Int, input: FloatSlice, parameters: FloatSlice, output: FloatSlice)

  /// Sets this layer's part of `parameterGradients`, and `inputGradient` where it is asked for; overwrites
  /// `outputGradient`.
  func backward(
    rows: Int, input: FloatSlice, output: FloatSlice, outputGradient: FloatSlice, inputGradient: FloatSlice?,
    parameters: FloatSlice, parameterGradients: FloatSlice)

  /// Gives the tensors of this layer their first values.
  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator)

  /// The same layer giving its plain sums (logits), for a loss that includes the activation.
  func withoutActivation() -> any Layer
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
