import MisfitCore
import MisfitKernels

/// Trains a network on rows, epoch by epoch.
///
/// The same seed gives the same bits at any number of threads, and a run that was stopped and resumed gives
/// the bits of one that was not.
package final class Trainer {
  /// A progress event of a run.
  package enum Event: Sendable {
    /// The rows of the current epoch (from 1) done so far, and their mean loss.
    case progress(epoch: Int, rowsDone: Int, rowCount: Int, meanLoss: Double)
    /// An epoch has ended; the state can be saved.
    case epoch(EpochRecord)
    /// The learning rate was lowered after an epoch.
    case learningRateLowered(epoch: Int, to: Double)
    /// The loss has stopped falling.
    case stoppedEarly(epoch: Int, bestEpoch: Int)
    /// The time was up after an epoch; `bestEpoch` is the one whose weights are kept, nil for the last.
    case timeIsUp(epoch: Int, bestEpoch: Int?)
  }

  /// The outcome of a run.
  package enum Outcome: Sendable {
    case finished
    /// `shouldStop` returned true; the state is that after a whole batch.
    case interrupted
  }

  /// The network, whose parameters are trained in place.
  package let network: Network
  /// The state of the run.
  package let state: TrainingState
  /// The precision of the run, with a reason if it is not the requested one.
  package let precision: PrecisionChoice
  private let options: TrainingOptions
  private let groups: GroupedLoss?
  private let rows: any EpochRows
  private let validationRows: (any EpochRows)?
  private let pool: WorkerPool
  private let communicator: any Communicator
  private let plan: any TrainingPlan
  private let validationPlan: ForwardPlan?
  /// The limit of the current run.
  private var timeLimit: TrainingTimeLimit?

  /// Prepares a new run, or one that resumes from a state whose parameters are already in `network`.
  ///
  /// Shapes: rows have the network's width, targets the width of its output; `groups` are the groups of the
  /// output, for a mixed loss. Several processes share the shards of each batch; all have the same rows,
  /// options and initial weights.
  ///
  /// - Precondition: a mixed loss has groups of the output's width; with several processes, the options have
  ///   at least as many shards.
  /// - Throws: ``TrainingError``.
  package init(
    _ network: Network, options: TrainingOptions, groups: GroupedLoss? = nil, rows: any EpochRows,
    validationRows: (any EpochRows)? = nil,
    resuming state: TrainingState? = nil, communicator: any Communicator = SingleProcess(), pool: WorkerPool
  ) throws(TrainingError) {
    try Self.check(network, options: options, rows: rows, validationRows: validationRows, state: state)
    let groups = options.loss == .mixed ? groups : nil
    precondition(
      (groups?.width ?? network.outputWidth) == network.outputWidth,
      "the groups have another width than the output")
    precondition((options.loss == .mixed) == (groups != nil), "a mixed loss needs groups")
    self.network = network
    self.options = options
    self.groups = groups
    self.rows = rows
    self.pool = pool
    self.communicator = communicator
    self.validationRows = validationRows.flatMap { $0.rowCount > 0 ? $0 : nil }
    let state =
      state
      ?? TrainingState(parameterCount: network.parameterCount, learningRate: options.optimizer.learningRate)
    self.state = state
    let batchSize = min(options.batchSize, rows.rowCount)
    precision = PrecisionChoice(
      options.precision, for: network, batchSize: batchSize,
      suits: groups == nil
        && (network.hasConvolutions || network.isPlainDense(options, hasTargets: rows.targetWidth != nil)))
    plan = network.trainingPlan(
      options, groups: groups, precision: precision.precision, batchSize: batchSize,
      hasTargets: rows.targetWidth != nil,
      state: state, communicator: communicator, pool: pool)
    validationPlan =
      self.validationRows == nil
      ? nil
      : ForwardPlan(
        network, groups: groups, givesLogits: options.loss == .binaryCrossEntropy,
        precision: precision.precision,
        hasTargets: validationRows?.targetWidth != nil, noise: options.noise.map { ($0, options.seed) })
  }

  /// Trains until the last epoch, an early stop, or `shouldStop`, which is called after every batch.
  ///
  /// A time limit ends training after the epoch in which it has passed; a schedule of the learning rate then
  /// ends with the time. Results with a limit depend on the speed of the machine.
  ///
  /// - Throws: ``TrainingError`` if the loss is no longer finite; errors of reading the rows; errors of
  ///   `onEvent`, for example when a checkpoint cannot be written.
  package func run(
    within timeLimit: TrainingTimeLimit? = nil, onEvent: (Event) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    self.timeLimit = timeLimit
    return try NumericThread.scope { () throws -> Outcome in
      while !state.progress.isFinished, state.progress.epochs.count < options.epochs {
        guard try runEpoch(shouldStop: shouldStop, onEvent: onEvent) else { return .interrupted }
      }
      if !state.progress.isFinished { finish() }
      return .finished
    }
  }

  /// Trains one epoch; returns whether it was finished.
  private func runEpoch(shouldStop: () -> Bool, onEvent: (Event) throws -> Void) throws -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    let epoch = state.progress.epochs.count + 1
    let secondsBefore = state.progress.secondsBefore
    try rows.beginEpoch(epoch, shuffled: true)
    plan.refreshParameters()
    while state.progress.rowsDone < rows.rowCount {
      if plan.agreesToStop(shouldStop()) {
        state.progress.secondsBefore = secondsBefore + (clock.now - start).seconds
        return false
      }
      try runBatch(epoch: epoch)
      try onEvent(
        .progress(
          epoch: epoch, rowsDone: state.progress.rowsDone, rowCount: rows.rowCount,
          meanLoss: meanLossSoFar))
    }
    var record = EpochRecord(
      epoch: epoch, trainLoss: meanLossSoFar, learningRate: state.progress.learningRate, elapsedSeconds: 0)
    if let validationPlan, let validationRows {
      record.validationLoss = try validationPlan.meanLoss(
        options.loss, of: validationRows, sharedBy: communicator, on: pool)
    }
    record.elapsedSeconds = secondsBefore + (clock.now - start).seconds
    try conclude(record, onEvent: onEvent)
    return true
  }

  private var meanLossSoFar: Double {
    state.progress.lossSum
      / (Double(state.progress.rowsDone) * Double(groups?.groups.count ?? network.outputWidth))
  }

  private func runBatch(epoch: Int) throws {
    let start = state.progress.rowsDone
    let range = start..<min(start + options.batchSize, rows.rowCount)
    try rows.makeAvailable(range)
    let step = options.optimizerStep(
      number: state.progress.stepCount + 1, rowCount: rows.rowCount,
      learningRate: state.progress.learningRate, passedShare: timeLimit?.passedShare ?? 0)
    let lossSum = plan.step(
      on: rows, range: range, epoch: epoch, optimizerStep: step, clipNorm: options.clipNorm)
    guard lossSum.isFinite else {
      throw TrainingError(.lossNotFinite(epoch: epoch, batch: start / options.batchSize + 1))
    }
    state.progress.lossSum += lossSum
    state.progress.rowsDone = range.upperBound
    state.progress.stepCount += 1
  }

  /// Logs an epoch, and applies early stopping and the plateau rule to its loss.
  private func conclude(_ record: EpochRecord, onEvent: (Event) throws -> Void) throws {
    state.progress.epochs.append(record)
    state.progress.rowsDone = 0
    state.progress.lossSum = 0
    state.progress.secondsBefore = 0
    guard record.watchedLoss.isFinite else {
      throw TrainingError(.lossNotFinite(epoch: record.epoch, batch: 0))
    }
    let improvement = options.earlyStopping?.minimumImprovement ?? 0
    if state.progress.bestLoss.map({ record.watchedLoss < $0 - improvement }) ?? true {
      state.progress.bestLoss = record.watchedLoss
      state.progress.bestEpoch = record.epoch
      state.progress.epochsSinceBest = 0
      state.progress.epochsOnPlateau = 0
      if options.earlyStopping != nil { state.bestParameters.copy(from: network.parameters) }
    } else {
      state.progress.epochsSinceBest += 1
      state.progress.epochsOnPlateau += 1
    }
    let rateLowered = lowerRateOnPlateau()
    let stops = options.earlyStopping.map { state.progress.epochsSinceBest >= $0.patience } ?? false
    let isTimeUp = timeLimit.map { $0.passedShare >= 1 } ?? false
    let isLast = stops || record.epoch >= options.epochs
    if isLast || isTimeUp { finish() }
    try onEvent(.epoch(record))
    if rateLowered {
      try onEvent(.learningRateLowered(epoch: record.epoch, to: state.progress.learningRate))
    }
    if stops {
      try onEvent(.stoppedEarly(epoch: record.epoch, bestEpoch: state.progress.bestEpoch ?? record.epoch))
    }
    if isTimeUp, !isLast {
      let best = options.earlyStopping == nil ? nil : state.progress.bestEpoch
      try onEvent(.timeIsUp(epoch: record.epoch, bestEpoch: best))
    }
  }

  private func lowerRateOnPlateau() -> Bool {
    guard let plateau = options.plateau, state.progress.epochsOnPlateau >= plateau.patience else {
      return false
    }
    let lowered = max(plateau.minimumLearningRate, state.progress.learningRate * plateau.factor)
    state.progress.epochsOnPlateau = 0
    guard lowered < state.progress.learningRate else { return false }
    state.progress.learningRate = lowered
    return true
  }

  /// Ends the run, with the weights of the best epoch if early stopping kept them.
  private func finish() {
    state.progress.isFinished = true
    if options.earlyStopping != nil, state.progress.bestEpoch != nil {
      network.parameters.copy(from: state.bestParameters)
    }
  }

  private static func check(
    _ network: Network, options: TrainingOptions, rows: any EpochRows, validationRows: (any EpochRows)?,
    state: TrainingState?
  ) throws(TrainingError) {
    precondition(options.batchSize >= 1 && options.epochs >= 1, "batchSize and epochs are at least 1")
    guard rows.rowCount > 0 else { throw TrainingError(.noRows) }
    if options.loss == .binaryCrossEntropy, network.architecture.outputActivation != .sigmoid {
      throw TrainingError(.crossEntropyNeedsSigmoid)
    }
    if options.loss == .mixed, network.architecture.outputActivation != .linear {
      throw TrainingError(.mixedLossNeedsLinear)
    }
    for rows in [rows, validationRows].compactMap(\.self) {
      guard rows.width == network.width else {
        throw TrainingError(.widthDiffers(rows: rows.width, network: network.width))
      }
      let targets = rows.targetWidth ?? rows.width
      guard targets == network.outputWidth else {
        throw TrainingError(.targetDiffers(targets: targets, outputs: network.outputWidth))
      }
    }
    if let validationRows, (validationRows.targetWidth == nil) != (rows.targetWidth == nil) {
      throw TrainingError(.targetsOnOneSide)
    }
    for penalty in options.penalties { try penalty.check(network) }
    // Processes would stop after different epochs.
    if options.shardCount != nil, options.timeLimitSeconds != nil {
      throw TrainingError(.shardsWithTimeLimit)
    }
    guard let state else { return }
    guard state.firstMoment.count == network.parameterCount, state.progress.rowsDone < rows.rowCount else {
      throw TrainingError(.stateDiffers)
    }
  }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
