import Foundation
import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite(.enabled(if: BFloat16Support.isAvailable, "no bf16 products here")) struct BFloat16TrainingTests {
  private static func options(_ precision: Precision, epochs: Int = 2) -> TrainingOptions {
    var options = TrainerTests.options(epochs: epochs)
    options.precision = precision
    return options
  }

  private static func trainer(
    _ network: Network, _ options: TrainingOptions, threads: Int = 1, resuming state: TrainingState? = nil
  ) throws -> Trainer {
    try Trainer(
      network, options: options, rows: FixedRows.random(rows: 301, width: network.width, seed: 4),
      validationRows: FixedRows.random(rows: 51, width: network.width, seed: 5), resuming: state,
      pool: NumericThread.pool(threadCount: threads))
  }

  @Test(
    "the same seed gives the same bits at any number of threads, which differ from those of float32",
    arguments: [2, 4])
  func threadsDoNotChangeBits(_ threadCount: Int) throws {
    func train(_ precision: Precision, _ threads: Int) throws -> [Float] {
      let network = try TrainerTests.wideNetwork()
      _ = try Self.trainer(network, Self.options(precision), threads: threads).run()
      return network.parameters.array
    }
    let one = try train(.bfloat16, 1)
    #expect(try train(.bfloat16, threadCount) == one)
    #expect(try train(.float32, 1) != one)
  }

  @Test("the losses of a run are within 1 % of float32's")
  func lossesAreClose() throws {
    func losses(_ precision: Precision) throws -> [Double] {
      let trainer = try Self.trainer(TrainerTests.wideNetwork(), Self.options(precision))
      _ = try trainer.run()
      return trainer.state.progress.epochs.flatMap { [$0.trainLoss, $0.validationLoss ?? .nan] }
    }
    let (halves, singles) = (try losses(.bfloat16), try losses(.float32))
    try #require(halves.count == 4 && singles.count == 4)
    for (half, single) in zip(halves, singles) {
      #expect(areClose(half, single, relative: 0.01))
    }
  }

  @Test("a run that is stopped and resumed gives the bits of an uninterrupted run")
  func resuming() throws {
    let options = Self.options(.bfloat16)
    let whole = try TrainerTests.wideNetwork()
    _ = try Self.trainer(whole, options).run()
    let first = try TrainerTests.wideNetwork()
    let begun = try Self.trainer(first, options)
    var batches = 0
    _ = try begun.run(onEvent: { if case .progress = $0 { batches += 1 } }, shouldStop: { batches == 2 })
    let second = try Network(first.architecture)
    second.parameters.copy(from: first.parameters.array)
    _ = try Self.trainer(second, options, resuming: begun.state).run()
    #expect(second.parameters.array == whole.parameters.array)
  }

  @Test(
    "every gradient of a deeper network is near that of float32",
    arguments: [Loss.meanSquaredError, .binaryCrossEntropy])
  func gradients(_ loss: Loss) throws {
    let network = try Network(
      .dense(inputShape: .row(37), hidden: [19, 6], activation: .tanh, outputActivation: .sigmoid), seed: 8)
    let single = try GradientMeasurement(network, loss, kind: .layered, rowCount: 67)
    let half = try GradientMeasurement(network, loss, kind: .layered, precision: .bfloat16, rowCount: 67)
    #expect(areClose(half.loss, single.loss, relative: 0x1p-8))
    for tensor in network.tensors {
      let pairs = zip(half.gradients[tensor.range].array, single.gradients[tensor.range].array)
      let difference = pairs.map { Double($0 - $1) * Double($0 - $1) }.reduce(0, +).squareRoot()
      let size = pairs.map { Double($1) * Double($1) }.reduce(0, +).squareRoot()
      #expect(difference <= 0x1p-6 * size, "\(tensor.name)")
    }
  }

  @Test("the forward pass equals that of float32, except for rounding")
  func forward() throws {
    let network = try TrainerTests.wideNetwork()
    let rows = FixedRows.random(rows: 9, width: network.width, seed: 3)
    rows.beginEpoch(1, shuffled: false)
    func outputs(_ precision: Precision) throws -> [Float] {
      let output = FloatBuffer(count: 9 * network.width).all
      try ForwardPlan(network, precision: precision).run(
        rowCount: 9, on: WorkerPool(threadCount: 1), load: { rows.gather($0, into: $1) },
        finish: { output.copy(from: $1.reconstruction) })
      return output.array
    }
    let (half, single) = (try outputs(.bfloat16), try outputs(.float32))
    #expect(half != single)
    #expect(zip(half, single).allSatisfy { abs($0 - $1) < 0x1p-7 })
  }

  static let convolutional = [
    "conv 16 3 relu | pool 2 || deconv 5 3 s2 relu | conv 1 3 sigmoid",
    "conv 4 3 relu | norm | pool 2 | flatten | dense 9 relu || dense 64 sigmoid",
  ]

  private static func convolutionalRun(
    _ layers: String, _ precision: Precision, threads: Int
  ) throws -> (parameters: [Float], losses: [Double]) {
    let shape = SampleShape.image(height: 8, width: 8, channels: 1)
    let network = try Network(Architecture(layers, inputShape: shape), seed: 4)
    let trainer = try trainer(network, options(precision), threads: threads)
    #expect(trainer.precision.precision == precision && trainer.precision.reason == nil)
    _ = try trainer.run()
    return (
      network.parameters.array,
      trainer.state.progress.epochs.flatMap { [$0.trainLoss, $0.validationLoss ?? .nan] }
    )
  }

  @Test(
    "convolutions give the same bits at any number of threads, and losses near those of float32",
    arguments: convolutional)
  func convolutions(layers: String) throws {
    let one = try Self.convolutionalRun(layers, .bfloat16, threads: 1)
    #expect(try Self.convolutionalRun(layers, .bfloat16, threads: 3).parameters == one.parameters)
    let single = try Self.convolutionalRun(layers, .float32, threads: 1)
    #expect(try Self.convolutionalRun(layers, .float32, threads: 3).parameters == single.parameters)
    #expect(single.parameters != one.parameters)
    for (half, single) in zip(one.losses, single.losses) {
      #expect(areClose(half, single, relative: 0.01))
    }
  }

  @Test(
    "layers that stay in float32 compute the same next to bf16 layers as without them",
    arguments: [
      "conv 3 3 relu | pool 2 || up 2 | conv 1 3 sigmoid",
      "conv 3 3 relu | flatten | dense 19 relu || dense 64 sigmoid",
    ])
  func mixedLayers(layers: String) throws {
    let shape = SampleShape.image(height: 8, width: 8, channels: 1)
    let network = try Network(Architecture(layers, inputShape: shape), seed: 4)
    let rows = FixedRows.random(rows: 9, width: network.width, seed: 3)
    rows.beginEpoch(1, shuffled: false)
    func outputs(_ precision: Precision) -> [Float] {
      let pass = NetworkPass(network, capacity: 9, weights: network.roundedWeights(for: precision))
      rows.gather(0..<9, into: pass.input(rows: 9))
      pass.forward(rows: 9)
      return pass.reconstruction(rows: 9).array
    }
    let difference = zip(outputs(.bfloat16), outputs(.float32)).map { abs($0 - $1) }.max() ?? .nan
    #expect(difference <= (layers.contains("dense") ? 0x1p-7 : 0))
  }
}

@Suite struct PrecisionChoiceTests {
  @Test("float32 is used if requested, without a reason")
  func single() throws {
    let choice = try PrecisionChoice(.float32, for: TrainerTests.wideNetwork(), batchSize: 128)
    #expect(choice.precision == .float32 && choice.reason == nil)
  }

  @Test("bf16 is used if the processor supports it, else there is a reason")
  func bfloat16() throws {
    let choice = try PrecisionChoice(.bfloat16, for: TrainerTests.wideNetwork(), batchSize: 128)
    #expect(choice.precision == (BFloat16Support.isAvailable ? .bfloat16 : .float32))
    #expect(choice.reason == BFloat16Support.reasonAgainst)
  }

  @Test("a network of a few hundred parameters falls back to float32, with a reason")
  func small() throws {
    let network = try Network(.dense(inputShape: .row(30), hidden: [2]), seed: 1)
    let choice = PrecisionChoice(.bfloat16, for: network, batchSize: 100)
    #expect(choice.precision == .float32)
    #expect(choice.reason?.isEmpty == false)
  }

  @Test("without the instructions a run falls back to float32, with the same bits")
  func withoutInstructions() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("MISFIT_CPU_LEVEL", "baseline", 1)
      func train(_ precision: Precision) throws -> (PrecisionChoice, [Float]) {
        let network = try Network(.dense(inputShape: .row(40), hidden: [30]), seed: 1)
        var options = TrainingOptions()
        options.epochs = 1
        options.precision = precision
        let trainer = try Trainer(
          network, options: options, rows: FixedRows.random(rows: 20, width: 40, seed: 4),
          pool: WorkerPool(threadCount: 1))
        _ = try trainer.run()
        return (trainer.precision, network.parameters.array)
      }
      let (choice, half) = try train(.bfloat16)
      let (_, single) = try train(.float32)
      exit(choice.precision == .float32 && choice.reason != nil && half == single ? 0 : 1)
    }
  }

  @Test("options without a precision decode as float32, and others keep theirs")
  func coding() throws {
    var options = TrainingOptions()
    options.precision = .bfloat16
    let coded = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: coded).precision == .bfloat16)
    let text = String(decoding: coded, as: UTF8.self)
    #expect(text.contains(#""precision":"bf16""#))
    let older = try JSONEncoder().encode(TrainingOptions())
    #expect(!String(decoding: older, as: UTF8.self).contains("precision"))
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: older).precision == .float32)
  }
}
