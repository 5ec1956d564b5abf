import MisfitCore
import MisfitKernels
import MisfitONNX

/// Dropout (Srivastava et al., 2014): in training, a share of the values becomes 0, and the others are
/// divided by one minus the share.
struct Dropout: LayerKind {
  var share: Double

  static let forms = [LayerForm("dropout SHARE")]

  init(_ words: inout LayerWords) throws(ArchitectureError) { share = try words.number() }

  var text: String { "dropout \(share)" }
  var activation: Activation? { nil }
  var canBeLast: Bool { false }

  func outputShape(of input: SampleShape, layer: Int) throws(ArchitectureError) -> SampleShape {
    guard share >= 0, share < 1 else { throw ArchitectureError(.shareOutside(layer: layer)) }
    return input
  }

  func parameterCounts(input: SampleShape) -> (trained: Int, running: Int) { (0, 0) }

  func layer(at site: LayerSite) -> (any Layer)? {
    DropoutLayer(width: site.input.elementCount, share: share, index: site.index)
  }
}

/// A dropout layer, which passes all values on when it scores.
struct DropoutLayer: Layer {
  let width: Int
  let share: Double
  /// The index among the layers of the network, so that two layers drop different values.
  let index: Int

  var inputCount: Int { width }
  var outputCount: Int { width }
  var tensors: [ParameterTensor] { [] }

  func step(in memory: LayerMemory) -> LayerStep {
    .other(
      DropoutStep(
        width: width, share: share, stream: SeedStream.dropout[index], input: memory.input,
        output: memory.output, training: memory.training))
  }
}

// scoring: y = x; training: y = x / (1 - share) or 0
extension DropoutLayer {
  /// Returns the output in scoring, which is the input.
  func referenceOutput(of input: [Double], parameters: [Double]) -> [Double] { input }

  /// Returns the gradient of a training pass; values that are 0 in the output were dropped.
  func referenceBackward(_ pass: ReferencePass, addingTo gradients: inout [Double]) -> [Double] {
    zip(pass.delta, pass.output).map { delta, output in output == 0 ? 0 : delta / (1 - share) }
  }
}

/// A dropout layer compiled for a batch.
///
/// The dropped values depend on seed, layer, epoch, and the position of the row in the epoch: the same at any
/// number of threads, and after a run was resumed. The mask is not stored, but computed again in the backward
/// pass.
///
/// Shapes: all [B, D].
struct DropoutStep: LayerWork {
  private let width: Int
  private let share: Double
  private let stream: UInt64
  private let input: FloatSlice
  private let output: FloatSlice
  private let delta: FloatSlice?
  private let inputDelta: FloatSlice?
  private let position: BatchPosition?

  init(
    width: Int, share: Double, stream: UInt64, input: FloatSlice, output: FloatSlice,
    training: LayerMemory.Training?
  ) {
    self.width = width
    self.share = share
    self.stream = stream
    self.input = input
    self.output = output
    delta = training?.delta
    inputDelta = training?.inputDelta
    position = training?.position
  }

  func forward(_ rows: Range<Int>, activates: Bool) { drop(rows, of: input, into: output) }

  func backward(_ rows: Range<Int>, deltaIsOfSums: Bool, block: Int?, isFirst: Bool) {
    if let delta, let inputDelta { drop(rows, of: delta, into: inputDelta) }
  }

  private func drop(_ rows: Range<Int>, of source: FloatSlice, into target: FloatSlice) {
    let (source, target) = (Rows(source, width: width), Rows(target, width: width))
    for row in rows {
      if let position {
        VectorKernels.current.drop(
          share, position.key(row: row, stream: stream), of: source[row], into: target[row])
      } else {
        target[row].copy(from: source[row])
      }
    }
  }
}

extension DropoutLayer {
  func graph(_ input: GraphValue, parameters: FloatSlice) -> GraphValue { input }
}
