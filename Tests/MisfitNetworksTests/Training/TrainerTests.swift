import MisfitCore
import MisfitKernels
import MisfitNetworks
import Testing
import _TestSupport

@Suite struct TrainerTests {
  static let wide = 260

  /// Large enough for a batch of 128 rows to be cut into several shards.
  static func wideNetwork() throws -> Network {
    try Network(.dense(inputShape: .row(wide), hidden: [96], outputActivation: .sigmoid), seed: 1)
  }

  static func options(epochs: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.loss = .binaryCrossEntropy
    options.clipNorm = 0.5
    return options
  }

  @Test("the same seed gives the same bits at any number of threads", arguments: [2, 3, 4])
  func threadsDoNotChangeBits(_ threadCount: Int) throws {
    func train(_ threads: Int) throws -> [Float] {
      let network = try Self.wideNetwork()
      let trainer = try Trainer(
        network, options: Self.options(epochs: 2),
        rows: FixedRows.random(rows: 300, width: Self.wide, seed: 4),
        validationRows: FixedRows.random(rows: 150, width: Self.wide, seed: 5),
        pool: NumericThread.pool(threadCount: threads))
      _ = try trainer.run()
      return network.parameters.array
    }
    #expect(try train(1) == train(threadCount))
  }

  @Test("a time limit ends a run after the epoch in which it passes, with the weights of the best epoch")
  func timeLimit() throws {
    var options = TrainingOptions()
    options.epochs = 50
    options.batchSize = 40
    for patience in [nil, 30] {
      options.earlyStopping = patience.map { .init(patience: $0) }
      let network = try Network(.dense(inputShape: .row(9), hidden: [4]), seed: 8)
      let trainer = try Trainer(
        network, options: options, rows: FixedRows.random(rows: 100, width: 9, seed: 4),
        pool: WorkerPool(threadCount: 1))
      var ends: [[Int?]] = []
      let outcome = try trainer.run(within: TrainingTimeLimit(seconds: 0)) { event in
        if case .timeIsUp(let epoch, let best) = event { ends.append([epoch, best]) }
      }
      #expect(outcome == .finished && trainer.state.progress.isFinished)
      #expect(trainer.state.progress.epochs.count == 1 && ends == [[1, patience == nil ? nil : 1]])
      // There is nothing left to resume.
      _ = try trainer.run()
      #expect(trainer.state.progress.epochs.count == 1)
    }
  }

  @Test("a limit that is not reached changes no bit")
  func ampleTime() throws {
    func train(_ limit: TrainingTimeLimit?) throws -> [Float] {
      let network = try Self.wideNetwork()
      let trainer = try Trainer(
        network, options: Self.options(epochs: 2),
        rows: FixedRows.random(rows: 300, width: Self.wide, seed: 4), pool: WorkerPool(threadCount: 1))
      _ = try trainer.run(within: limit) { if case .timeIsUp = $0 { Issue.record("the time is up") } }
      return network.parameters.array
    }
    #expect(try train(TrainingTimeLimit(seconds: 1e6)) == train(nil))
  }

  @Test("trainings that share a time end one after the other")
  func parts() {
    let limit = TrainingTimeLimit(seconds: 1_000)
    let parts = (1...4).map { limit.part($0, of: 4).seconds }
    #expect(zip(parts, [250, 500, 750, 1_000]).allSatisfy { $0 <= $1 && $0 > $1 - 100 })
    #expect(TrainingTimeLimit(seconds: 0).passedShare == 1 && limit.passedShare < 0.5)
    #expect(TrainingTimeLimit(seconds: 0).part(1, of: 2).seconds == 0)
  }

  @Test("a run that is stopped and resumed gives the bits of an uninterrupted run", arguments: [1, 2, 3, 5])
  func resumingGivesTheSameBits(_ batchesBeforeStop: Int) throws {
    let rows = FixedRows.random(rows: 100, width: 9, seed: 4)
    var options = TrainingOptions()
    options.epochs = 3
    options.batchSize = 40
    options.earlyStopping = .init(patience: 2)
    func trainer(_ network: Network, _ state: TrainingState? = nil) throws -> Trainer {
      try Trainer(
        network, options: options, rows: rows, resuming: state, pool: WorkerPool(threadCount: 1))
    }
    let architecture = try Architecture.dense(inputShape: .row(9), hidden: [4])
    let whole = try Network(architecture, seed: 8)
    let wholeRun = try trainer(whole)
    _ = try wholeRun.run()

    let first = try Network(architecture, seed: 8)
    let firstRun = try trainer(first)
    var batches = 0
    let outcome = try firstRun.run { event in
      if case .progress = event { batches += 1 }
    } shouldStop: {
      batches == batchesBeforeStop
    }
    guard case .interrupted = outcome else {
      Issue.record("the run did not stop")
      return
    }
    // What a checkpoint holds: the parameters and the state, by value.
    let second = try Network(architecture)
    second.parameters.copy(from: first.parameters.array)
    let state = TrainingState(
      progress: firstRun.state.progress, firstMoment: FloatBuffer(firstRun.state.firstMoment.array).all,
      secondMoment: FloatBuffer(firstRun.state.secondMoment.array).all,
      bestParameters: FloatBuffer(firstRun.state.bestParameters.array).all)
    let secondRun = try trainer(second, state)
    _ = try secondRun.run()

    #expect(second.parameters.array == whole.parameters.array)
    #expect(
      secondRun.state.progress.epochs.map(\.trainLoss) == wholeRun.state.progress.epochs.map(\.trainLoss))
  }

  @Test("early stopping restores the weights of the best epoch")
  func earlyStoppingRestoresTheBest() throws {
    var options = TrainingOptions()
    options.epochs = 200
    options.batchSize = 8
    // A rate so high that the loss jumps.
    options.optimizer = Optimizer(.adam, learningRate: 0.3)
    options.earlyStopping = .init(patience: 3)
    let network = try Network(.dense(inputShape: .row(5), hidden: [3]), seed: 2)
    let validation = FixedRows.random(rows: 20, width: 5, seed: 9)
    let trainer = try Trainer(
      network, options: options, rows: FixedRows.random(rows: 40, width: 5, seed: 3),
      validationRows: validation,
      pool: WorkerPool(threadCount: 1))
    var parametersOfEpoch: [Int: [Float]] = [:]
    var stopped: (epoch: Int, best: Int)?
    _ = try trainer.run { event in
      switch event {
      case .epoch(let record): parametersOfEpoch[record.epoch] = network.parameters.array
      case .stoppedEarly(let epoch, let best): stopped = (epoch, best)
      default: break
      }
    }
    let (epoch, best) = try #require(stopped)
    #expect(epoch == best + 3)
    #expect(network.parameters.array == parametersOfEpoch[best])
    let losses = trainer.state.progress.epochs.compactMap(\.validationLoss)
    #expect(losses.min() == losses[best - 1])
  }

  @Test("the learning rate falls on a plateau, and not below its minimum")
  func learningRateFalls() throws {
    var options = TrainingOptions()
    options.epochs = 12
    options.batchSize = 10
    options.optimizer = Optimizer(.adam, learningRate: 0.5)
    options.plateau = .init(patience: 1, factor: 0.1, minimumLearningRate: 0.01)
    let network = try Network(.dense(inputShape: .row(4), hidden: [2]), seed: 2)
    let trainer = try Trainer(
      network, options: options, rows: FixedRows.random(rows: 30, width: 4, seed: 3),
      pool: WorkerPool(threadCount: 1))
    var lowered: [Double] = []
    _ = try trainer.run { if case .learningRateLowered(_, let rate) = $0 { lowered.append(rate) } }
    #expect(lowered.count == 2)
    #expect(lowered.last == 0.01)
  }

  @Test("a loss that is no longer finite is an error that names the epoch")
  func infiniteLossIsAnError() throws {
    var options = TrainingOptions()
    options.optimizer = Optimizer(.gradientDescent, learningRate: 1e30)
    options.batchSize = 10
    let network = try Network(.dense(inputShape: .row(4), hidden: [2], activation: .linear), seed: 2)
    let trainer = try Trainer(
      network, options: options, rows: FixedRows.random(rows: 30, width: 4, seed: 3),
      pool: WorkerPool(threadCount: 1))
    #expect(throws: TrainingError(.lossNotFinite(epoch: 1, batch: 2))) { _ = try trainer.run() }
  }

  @Test("cross-entropy without a sigmoid, no rows and another width are errors before training")
  func badRunsAreRefused() throws {
    let network = try Network(.dense(inputShape: .row(4), hidden: [2]), seed: 2)
    let pool = WorkerPool(threadCount: 1)
    #expect(throws: TrainingError(.crossEntropyNeedsSigmoid)) {
      _ = try Trainer(
        network, options: Self.options(epochs: 1), rows: FixedRows.random(rows: 3, width: 4, seed: 1),
        pool: pool)
    }
    #expect(throws: TrainingError(.noRows)) {
      _ = try Trainer(network, options: TrainingOptions(), rows: FixedRows([], width: 4), pool: pool)
    }
    #expect(throws: TrainingError(.widthDiffers(rows: 5, network: 4))) {
      _ = try Trainer(
        network, options: TrainingOptions(), rows: FixedRows([0, 0, 0, 0, 0], width: 5), pool: pool)
    }
  }
}
