import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Trains several wide networks of one hidden layer, and joins them into one network that outputs their mean.
///
/// The networks differ in their initial weights and in the order of the rows. Their mean is again a network
/// of one hidden layer, which concatenates theirs, so no other code needs to know about ensembles. If outputs
/// are logits, the mean is that of the logits.
struct EnsembleFit {
  /// The number of networks in an ensemble.
  static let memberCount = 4
  /// The number of hidden units of each network.
  static let hiddenUnits = 256

  let data: TrainingData
  let options: FitOptions
  let pool: WorkerPool

  /// The result of a fit.
  struct Outcome {
    var network: Network
    /// The log of the epochs, averaged over the members.
    var epochs: [EpochRecord]
    /// A record of the rows that the last member left out; nil if none were to be.
    var trimming: TrimmingRecord?
  }

  func run(
    within timeLimit: TrainingTimeLimit?, onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool
  ) throws -> Outcome {
    let architecture = try Self.architecture(options, data.schema)
    // A refit has fewer rows than the plan, and so other batches.
    let training = Self.training(options, data.schema, rowCount: data.training.rowCount)
    let cells = training.loss == .mixed ? data.schema.cells : nil
    var members: [Network] = []
    var logs: [[EpochRecord]] = []
    var trimming: TrimmingRecord?
    for member in 0..<Self.memberCount {
      try onEvent(.member(member + 1, of: Self.memberCount))
      let network = try Network(architecture)
      Self.initialize(network, seed: options.seed, member: member)
      let trimmed = options.rows.contamination.map {
        TrimmedRows(
          data.training, network: network, loss: training.loss, cells: cells, contamination: $0,
          epochsBefore: member * training.epochs, pool: pool)
      }
      let trainer = try Trainer(
        network, options: training, groups: cells?.loss,
        rows: trimmed ?? LaterEpochs(of: data.training, after: member * training.epochs),
        validationRows: data.validation, communicator: options.communicator, pool: pool)
      let outcome = try trainer.run(within: timeLimit?.part(member + 1, of: Self.memberCount)) {
        try onEvent(.training($0))
      } shouldStop: {
        shouldStop()
      }
      if case .interrupted = outcome { throw FitError(.interrupted(checkpointPath: nil)) }
      members.append(network)
      trimming = trimmed.map {
        data.trimming($0.leftOut, of: $0.leftOut.count + $0.rowCount, options)
      }
      logs.append(trainer.state.progress.epochs)
    }
    return Outcome(
      network: try Self.join(members), epochs: Self.means(of: logs), trimming: trimming)
  }

  /// Returns the layers of each network.
  static func architecture(_ options: FitOptions, _ schema: Schema) throws -> Architecture {
    try .dense(
      inputShape: schema.inputShape, hidden: [options.network.hidden?.last ?? hiddenUnits],
      activation: .tanh)
  }

  /// Returns the options of each training: at least 20 epochs and 300 steps, with one cycle of the learning
  /// rate.
  static func training(_ options: FitOptions, _ schema: Schema, rowCount: Int) -> TrainingOptions {
    var training = TrainingOptions()
    training.batchSize = options.training.batchSize ?? min(128, max(8, rowCount / 4))
    let steps = max(1, (rowCount + training.batchSize - 1) / training.batchSize)
    training.epochs = options.training.epochs ?? max(20, (300 + steps - 1) / steps)
    training.optimizer = Optimizer(.adamW, learningRate: 0.003)
    training.optimizer.weightDecay = 1e-4
    training.optimizer.epsilon = 1e-8
    training.schedule = .oneCycle
    training.seed = options.seed
    training.timeLimitSeconds = options.training.timeLimitSeconds
    training.shardCount = options.training.shardCount
    if schema.suitsMixedLoss { training.loss = .mixed }
    return training
  }

  /// Initializes weights with the normal distribution of variance 1 / inputs, which keeps the scale of
  /// activations in a wide layer (LeCun et al., "Efficient BackProp", 1998).
  private static func initialize(_ network: Network, seed: UInt64, member: Int) {
    for (index, tensor) in network.tensors.enumerated() where tensor.extents.count == 2 {
      var generator = SeededGenerator(
        seed: seed, stream: SeedStream.ensembleWeights[member * network.tensors.count + index])
      let scale = (1 / Float(tensor.extents[0])).squareRoot()
      let values = network.parameters[tensor.range]
      for place in 0..<values.count { values[place] = Float(NormalNumber.next(&generator)) * scale }
    }
  }

  /// Returns the network whose output is the mean of the members' outputs.
  static func join(_ members: [Network]) throws -> Network {
    guard let first = members.first, let dense = first.architecture.layers[0].dense
    else { preconditionFailure("an ensemble has members of a dense layer") }
    let joined = try Network(
      Architecture.dense(
        inputShape: first.architecture.inputShape, hidden: [dense.units * members.count],
        activation: dense.activation ?? .linear))
    let (width, units) = (first.width, dense.units)
    let target = joined.tensors.map { joined.parameters[$0.range] }
    let weights = Rows(target[0], width: units * members.count)
    let share = 1 / Float(members.count)
    for (member, network) in members.enumerated() {
      let source = network.tensors.map { network.parameters[$0.range] }
      let own = member * units..<(member + 1) * units
      let ownWeights = Rows(source[0], width: units)
      for row in weights.indices { weights[row][own].copy(from: ownWeights[row]) }
      target[1][own].copy(from: source[1])
      let outputs = Rows(target[2], width: width)[own].slice
      outputs.copy(from: source[2])
      VectorKernels.current.scale(outputs, by: share)
      for column in 0..<width { target[3][column] += share * source[3][column] }
    }
    return joined
  }

  private static func means(of logs: [[EpochRecord]]) -> [EpochRecord] {
    // With a time limit, members may have different numbers of epochs.
    (0..<(logs.map(\.count).min() ?? 0)).map { index in
      let records = logs.map { $0[index] }
      let count = Double(records.count)
      var mean = records[0]
      mean.trainLoss = records.reduce(0) { $0 + $1.trainLoss } / count
      let validation = records.compactMap(\.validationLoss)
      mean.validationLoss = validation.isEmpty ? nil : validation.reduce(0, +) / count
      mean.elapsedSeconds = records.reduce(0) { $0 + ($1.elapsedSeconds ?? 0) }
      return mean
    }
  }
}

/// Rows whose epochs are later ones of the other rows, so that each member sees different orders.
private final class LaterEpochs: EpochRowsWrapper {
  let base: any EpochRows
  private let first: Int

  init(of base: any EpochRows, after first: Int) {
    self.base = base
    self.first = first
  }

  func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try base.beginEpoch(epoch + first, shuffled: shuffled)
  }
}
