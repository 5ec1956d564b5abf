import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitNetworks

@Suite struct ShardedTrainingTests {
  /// A kind of network, with options that use all of its plan.
  enum Sample: String, CaseIterable {
    case small, dense, wide, convolution, noisy, normalized, normalizedImages, divergence, contractive, joined

    /// Those that need sums over the whole batch.
    static let jointSamples: [Sample] = [.normalized, .normalizedImages, .divergence, .contractive]

    var width: Int {
      switch self {
      case .convolution, .normalizedImages, .joined: 64
      case .small, .normalized, .divergence, .contractive: 9
      case .dense, .noisy: 40
      case .wide: 200
      }
    }

    func network() throws -> Network {
      switch self {
      case .small: try Network(.dense(inputShape: .row(9), hidden: [4]), seed: 1)
      case .dense, .noisy: try Network(.dense(inputShape: .row(40), hidden: [48, 8]), seed: 1)
      case .wide: try Network(.dense(inputShape: .row(200), hidden: [200, 40]), seed: 1)
      case .convolution:
        try Network(
          Architecture(
            "conv 4 3 relu | pool 2 || up 2 | conv 1 3 sigmoid",
            inputShape: .image(height: 8, width: 8, channels: 1)), seed: 1)
      case .joined:
        try Network(
          Architecture(
            "conv 4 3 relu | pool 2 || up 2 | concat 1 | conv 4 3 | add 1 relu | conv 1 3 sigmoid",
            inputShape: .image(height: 8, width: 8, channels: 1)), seed: 1)
      case .normalized:
        try Network(
          Architecture("dense 6 | norm relu | dense 3 || dense 6 relu | norm | dense 9", inputShape: .row(9)),
          seed: 1)
      case .normalizedImages:
        try Network(
          Architecture(
            "conv 3 3 | norm relu | pool 2 || up 2 | conv 1 3 sigmoid",
            inputShape: .image(height: 8, width: 8, channels: 1)), seed: 1)
      case .divergence, .contractive:
        try Network(.dense(inputShape: .row(9), hidden: [4], activation: .sigmoid), seed: 1)
      }
    }

    var options: TrainingOptions {
      var options = TrainingOptions()
      options.epochs = 2
      options.batchSize = 50
      options.shardCount = 16
      options.clipNorm = 0.1
      options.earlyStopping = .init(patience: 2)
      if self == .noisy {
        options.noise = Noise(.gaussian, amount: 0.1)
        options.penalties = [.absolute(weight: 1e-3)]
      }
      if Self.jointSamples.contains(self) {
        // Steps in proportion to the gradient, and a decay that running averages must not have.
        options.optimizer = Optimizer(.gradientDescent)
        options.optimizer.learningRate = 0.05
        options.optimizer.weightDecay = 0.1
        options.clipNorm = nil
      }
      if self == .divergence { options.penalties = [.divergence(weight: 0.1, target: 0.2)] }
      if self == .contractive { options.penalties = [.contractive(weight: 0.1)] }
      return options
    }
  }

  /// The result of a run, as far as it is in a model file.
  struct Run: Equatable {
    var parameters: [UInt32]
    var losses: [Double]
    var validationLosses: [Double?]
    var sentByteCount = 0
  }

  private static func train(
    _ sample: Sample, _ options: TrainingOptions? = nil, threads: Int, communicator: any Communicator
  ) throws -> Run {
    let network = try sample.network()
    let trainer = try Trainer(
      network, options: options ?? sample.options,
      rows: FixedRows.random(rows: 120, width: sample.width, seed: 4),
      validationRows: FixedRows.random(rows: 2500, width: sample.width, seed: 5),
      communicator: communicator, pool: NumericThread.pool(threadCount: threads))
    _ = try trainer.run()
    return Run(
      parameters: network.parameters.array.map(\.bitPattern),
      losses: trainer.state.progress.epochs.map(\.trainLoss),
      validationLosses: trainer.state.progress.epochs.map(\.validationLoss),
      sentByteCount: communicator.traffic.sentByteCount)
  }

  @Test("Ranks and threads do not change the bits", arguments: Sample.allCases, [2, 3, 4, 8, 16])
  func ranks(_ sample: Sample, rankCount: Int) throws {
    let expected = try Self.train(sample, threads: 1, communicator: SingleProcess())
    let runs = try ThreadGroup.run(rankCount: rankCount) { communicator in
      try Self.train(sample, threads: 1 + communicator.rank % 2, communicator: communicator)
    }
    for run in runs {
      #expect(run.parameters == expected.parameters)
      #expect(run.losses == expected.losses && run.validationLosses == expected.validationLosses)
    }
  }

  @Test("Threads do not change the bits of one process", arguments: Sample.allCases)
  func threads(_ sample: Sample) throws {
    let one = try Self.train(sample, threads: 1, communicator: SingleProcess())
    #expect(try Self.train(sample, threads: 3, communicator: SingleProcess()) == one)
  }

  @Test("Shards add up to the gradient of the whole batch", arguments: Sample.allCases)
  func sameTraining(_ sample: Sample) throws {
    var whole = sample.options
    whole.shardCount = nil
    let sharded = try Self.train(sample, threads: 1, communicator: SingleProcess())
    let plain = try Self.train(sample, whole, threads: 1, communicator: SingleProcess())
    for (sharded, plain) in zip(sharded.losses, plain.losses) {
      #expect(abs(sharded - plain) <= 1e-4 * abs(plain))
    }
    #expect(sharded.parameters != plain.parameters, "the sums have another order")
  }

  @Test("Layers are added across ranks from the last to the first, small ones together")
  func segments() throws {
    #expect(
      DenseShardGradients.segments(of: [0..<40_200, 40_200..<48_240, 48_240..<88_440]) == [
        48_240..<88_440, 0..<48_240,
      ])
    #expect(DenseShardGradients.segments(of: [0..<10, 10..<50_000]) == [10..<50_000, 0..<10])
    #expect(DenseShardGradients.segments(of: [0..<50_000, 50_000..<50_010]) == [0..<50_010])
  }

  @Test("A rank sends about twice the gradient in a step")
  func bytes() throws {
    let parameterCount = try Sample.dense.network().parameterCount
    let runs = try ThreadGroup.run(rankCount: 4) { communicator in
      try Self.train(.dense, threads: 1, communicator: communicator)
    }
    // Three batches in each of two epochs.
    let gradients = 6 * 2 * parameterCount * 4 * 3 / 4
    for run in runs { #expect((gradients..<gradients + gradients / 4).contains(run.sentByteCount)) }
  }

  @Test("A request to stop at one rank stops all after the same batch")
  func stop() throws {
    let rows = try ThreadGroup.run(rankCount: 3) { communicator in
      var options = Sample.small.options
      options.epochs = 50
      let trainer = try Trainer(
        try Sample.small.network(), options: options, rows: FixedRows.random(rows: 120, width: 9, seed: 4),
        communicator: communicator, pool: NumericThread.pool(threadCount: 1))
      var batches = 0
      let outcome = try trainer.run {
        if case .progress = $0 { batches += 1 }
      } shouldStop: {
        communicator.rank == 1 && batches >= 4
      }
      guard case .interrupted = outcome else { return 0 }
      return trainer.state.progress.stepCount
    }
    #expect(rows == [5, 5, 5])
  }

  @Test("Sums over the whole batch are those of one pass, and count once", arguments: Sample.jointSamples)
  func batchSums(_ sample: Sample) throws {
    var whole = sample.options
    whole.shardCount = nil
    let sharded = try Self.train(sample, threads: 2, communicator: SingleProcess())
    let plain = try Self.train(sample, whole, threads: 1, communicator: SingleProcess())
    for (sharded, plain) in zip(sharded.parameters, plain.parameters) {
      #expect(abs(Float(bitPattern: sharded) - Float(bitPattern: plain)) < 2e-5)
    }
  }

  @Test("Batches of fewer rows than shards have the same bits on all ranks", arguments: Sample.jointSamples)
  func smallBatches(_ sample: Sample) throws {
    var options = sample.options
    options.batchSize = 9
    let changed = options
    let expected = try Self.train(sample, changed, threads: 1, communicator: SingleProcess())
    for run in try ThreadGroup.run(
      rankCount: 3, { try Self.train(sample, changed, threads: 1, communicator: $0) })
    {
      #expect(run.parameters == expected.parameters && run.losses == expected.losses)
    }
  }

  @Test("A limit of time is refused, since processes would stop after different epochs")
  func timeLimit() throws {
    var options = Sample.small.options
    options.timeLimitSeconds = 60
    #expect(throws: TrainingError(.shardsWithTimeLimit)) {
      try Trainer(
        try Sample.small.network(), options: options, rows: FixedRows.random(rows: 40, width: 9, seed: 4),
        pool: WorkerPool(threadCount: 1))
    }
  }
}
