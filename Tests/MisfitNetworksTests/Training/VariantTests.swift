import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite struct VariantTests {
  private static func options(_ edit: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 2
    options.batchSize = 10
    options.loss = .binaryCrossEntropy
    edit(&options)
    return options
  }

  private static let text = "conv 3 3 tanh | norm | dropout 0.3 | pool 2 || up 2 | deconv 1 3 sigmoid"

  private static func network(_ text: String = text) throws -> Network {
    try Network(Architecture(text, inputShape: .image(height: 4, width: 4, channels: 1)), seed: 5)
  }

  private static func bits(
    threads: Int, stopAfter: Int? = nil, _ edit: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> [UInt32] {
    let network = try network()
    let rows = FixedRows.random(rows: 27, width: 16, seed: 4)
    let pool = NumericThread.pool(threadCount: threads)
    let options = options {
      $0.noise = Noise(.gaussian, amount: 0.2); edit(&$0)
    }
    let validation = FixedRows.random(rows: 9, width: 16, seed: 6)
    let trainer = try Trainer(
      network, options: options, rows: rows, validationRows: validation, pool: pool)
    var batches = 0
    _ = try trainer.run(shouldStop: {
      batches += 1
      return stopAfter.map { batches > $0 } ?? false
    })
    if stopAfter != nil {
      let second = try Trainer(
        network, options: options, rows: rows, validationRows: validation, resuming: trainer.state,
        pool: pool)
      _ = try second.run()
      return network.parameters.array.map(\.bitPattern)
        + second.state.progress.epochs.map { Float($0.trainLoss).bitPattern }
    }
    return network.parameters.array.map(\.bitPattern)
      + trainer.state.progress.epochs.map { Float($0.trainLoss).bitPattern }
  }

  @Test("noise, dropout and batch normalization give the same bits at any number of threads, and resumed")
  func bitsAreTheSame() throws {
    let one = try Self.bits(threads: 1)
    #expect(try Self.bits(threads: 3) == one)
    #expect(try Self.bits(threads: 2, stopAfter: 4) == one)
    #expect(try Self.bits(threads: 1) { $0.noise?.amount = 0.3 } != one)
    #expect(try Self.bits(threads: 1) { $0.seed = 43 } != one)
  }

  @Test("noisy rows are compared with the rows without noise, or with their targets")
  func targetsAreClean() throws {
    let network = try Self.network("conv 1 1 || conv 1 1 sigmoid")
    // Every output is 0.5: the loss depends only on the target, whatever the input.
    network.parameters.fill(with: 0)
    let rows = [Float](repeating: 1, count: 16 * 3)
    var options = Self.options {
      $0.noise = Noise(.masking, amount: 1); $0.loss = .meanSquaredError
    }
    let step = GradientProbe(network, options, rows: rows, rowsPerBlock: 2)
    #expect(areClose(step.loss(), 0.25, relative: 1e-6))
    options.epochs = 1
    let pairs = PairedRows(
      FixedRows(rows, width: 16), targets: FixedRows([Float](repeating: 3, count: 16 * 3), width: 16))
    let trainer = try Trainer(
      network, options: options, rows: pairs, validationRows: pairs, pool: WorkerPool(threadCount: 1))
    _ = try trainer.run()
    #expect(areClose(try #require(trainer.state.progress.epochs.first).trainLoss, 6.25, relative: 1e-6))
    let validation = try #require(trainer.state.progress.epochs.first?.validationLoss)
    #expect(validation > 6 && validation < 6.25)
  }

  @Test(
    "noise has the expected moments and shares",
    arguments: [
      (Noise(.gaussian, amount: 0.5), 0.5, 0.5), (Noise(.masking, amount: 0.3), 0.35, 0.2291),
      (Noise(.saltAndPepper, amount: 0.4), 0.5, 0.3162),
    ])
  func noiseHasItsMoments(_ noise: Noise, _ mean: Double, _ deviation: Double) {
    let count = 20_000
    let values = FloatBuffer([Float](repeating: 0.5, count: count)).all
    let noisy = FloatBuffer(count: count).all
    let key = NoiseKey(seed: 1, stream: 2, epoch: 3, row: 4)
    VectorKernels.current.add(noise, key, to: values, into: noisy)
    let found = noisy.array.map(Double.init)
    let average = found.reduce(0, +) / Double(count)
    let variance = found.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count)
    #expect(areClose(average, mean, relative: 0.03))
    #expect(areClose(variance.squareRoot(), deviation, relative: 0.03))
    let again = FloatBuffer(count: count).all
    VectorKernels.current.add(noise, key, to: values, into: again)
    #expect(again.array == noisy.array)
    VectorKernels.current.add(
      noise, NoiseKey(seed: 1, stream: 2, epoch: 3, row: 5), to: values, into: again)
    #expect(again.array != noisy.array)
  }

  @Test(
    "kept noise is the same for a row in every epoch, wherever it occurs; other noise is new",
    arguments: [true, false])
  func keptNoise(isKept: Bool) throws {
    // Steps too small to change a weight: losses differ only by the noise.
    let options = Self.options {
      $0.noise = Noise(.gaussian, amount: 0.5)
      $0.noise?.isKept = isKept
      $0.optimizer = Optimizer(.gradientDescent, learningRate: 1e-30)
      $0.epochs = 2
    }
    let trainer = try Trainer(
      try Self.network("conv 1 3 relu || conv 1 3 sigmoid"), options: options,
      rows: FixedRows.random(rows: 20, width: 16, seed: 8), pool: WorkerPool(threadCount: 1))
    _ = try trainer.run()
    let losses = trainer.state.progress.epochs.map(\.trainLoss)
    #expect(areClose(losses[0], losses[1], relative: 1e-6) == isKept)
  }

  @Test("Gaussian noise is clipped to its bounds")
  func noiseIsClipped() {
    let values = FloatBuffer([Float](repeating: 0.5, count: 1000)).all
    VectorKernels.current.add(
      Noise(.gaussian, amount: 2, bounds: 0...1), NoiseKey(seed: 1, stream: 0, epoch: 1, row: 0),
      to: values, into: values)
    #expect(values.array.allSatisfy { (0...1).contains($0) })
    #expect(values.array.contains(0) && values.array.contains(1))
  }

  @Test(
    "penalties that do not fit the code are refused",
    arguments: [
      ("dense 4 relu || dense 16 sigmoid", CodePenalty.divergence(weight: 1, target: 0.1)),
      ("dense 4 tanh || dense 16 sigmoid", .contractive(weight: 1)),
      ("dense 8 relu | dense 4 relu || dense 16 sigmoid", .contractive(weight: 1)),
    ])
  func penaltiesAreChecked(_ text: String, _ penalty: CodePenalty) throws {
    let network = try Network(Architecture(text, inputShape: .row(16)))
    let options = Self.options { $0.penalties = [penalty] }
    #expect(throws: TrainingError.self) {
      try Trainer(
        network, options: options, rows: FixedRows.random(rows: 4, width: 16, seed: 1),
        pool: WorkerPool(threadCount: 1))
    }
  }

  @Test("a NaN passes through pooling, so that a diverged network is detected")
  func divergenceIsSeen() throws {
    let network = try Self.network("conv 2 3 relu | pool 2 || up 2 | conv 1 3 sigmoid")
    network.parameters[0] = .nan
    let options = Self.options()
    #expect(throws: TrainingError.self) {
      try Trainer(
        network, options: options, rows: FixedRows.random(rows: 4, width: 16, seed: 1),
        pool: WorkerPool(threadCount: 1)
      ).run()
    }
  }
}
