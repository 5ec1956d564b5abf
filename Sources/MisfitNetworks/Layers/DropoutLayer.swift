import MisfitCore
import MisfitKernels

/// Sets a share of the values to 0 while a network is trained, and passes all on when it scores.
struct DropoutLayer: Layer {
  let width: Int
  let share: Double
  /// Which of the network's layers this is, so that two of them drop differently.
  let number: Int

  var inputCount: Int { width }
  var outputCount: Int { width }
  var tensors: [ParameterTensor] { [] }
  var multiplicationsPerRow: Int { 0 }
  var workspaceCount: Int { 0 }

  func step(in memory: LayerMemory) -> LayerStep {
    .dropout(
      DropoutStep(
        width: width, share: share, number: number, input: memory.input, output: memory.output,
        training: memory.training))
  }

  func initialize(
    _ parameters: FloatSlice, as initialization: Initialization, using generator: inout SeededGenerator
  ) {}
}

/// A dropout compiled for a batch.
///
/// What is dropped follows from seed, layer, epoch, and the row's place in the epoch's order: the same at any
/// number of threads, and after a run was resumed. The mask is not kept, but made again on the way back.
///
/// Shapes: all [B, D].
struct DropoutStep: Sendable {
  private let width: Int
  private let share: Double
  private let stream: UInt64
  private let input: FloatSlice
  private let output: FloatSlice
  private let delta: FloatSlice?
  private let inputDelta: FloatSlice?
  private let place: BatchPosition?

  init(
    width: Int, share: Double, number: Int, input: FloatSlice, output: FloatSlice,
    training: LayerMemory.Training?
  ) {
    self.width = width
    self.share = share
    self.input = input
    self.output = output
    stream = SeedStream.dropout[number]
    delta = training?.delta
    inputDelta = training?.inputDelta
    place = training?.place
  }

  func forward(_ rows: Range<Int>) { drop(rows, of: input, into: output) }

  func backward(_ rows: Range<Int>) {
    if let delta, let inputDelta { drop(rows, of: delta, into: inputDelta) }
  }

  private func drop(_ rows: Range<Int>, of source: FloatSlice, into target: FloatSlice) {
    for row in rows {
      let range = row * width..<(row + 1) * width
      if let place {
        VectorKernels.current.drop(
          share, place.key(row: row, stream: stream), of: source[range], into: target[range])
      } else {
        target[range].copy(from: source[range])
      }
    }
  }
}
