import Misfit

/// A training run as the peers' scripts define it: the time of an epoch with its validation pass.
struct TrainingCase: BenchmarkCase {
  /// The source of the rows.
  enum Rows: Hashable {
    /// 90,000 rows of 30 uniform numbers, and 10,000 for validation.
    case random30
    /// The 60,000 training images, and the 10,000 test images for validation.
    case mnist
  }

  var name: String
  var rows: Rows
  /// The widths of the encoder's layers; the decoder mirrors them.
  var hidden: [Int] = []
  /// The architecture, if not all layers are dense.
  var preset: ArchitecturePreset?
  var loss: Loss
  var batchSize: Int
  var epochs: Int
  var band: LossBand
  var peers: [Peer]

  var summary: String {
    let width = rows == .random30 ? 30 : 784
    let widths = [width] + hidden + hidden.dropLast().reversed() + [width]
    let size = rows == .random30 ? "90,000 x 30" : "60,000 x 784"
    let layers = preset.map { "the \($0.rawValue) network" } ?? widths.map(String.init).joined(separator: "-")
    return "training, \(size), \(layers), \(loss.rawValue), batch \(batchSize), \(epochs) epochs"
  }

  func obstacle(_ setting: CaseSetting) -> BenchmarkError? {
    rows == .mnist ? MNISTFiles(setting).obstacle : nil
  }

  func measure(_ setting: CaseSetting) throws -> Measurement {
    let data = try load(setting)
    let network = try Network(architecture(data.schema.shape), initialization: .glorot, seed: setting.seed)
    let trainer = try Trainer(
      network, options: options(setting), rows: data.training, validationRows: data.validation,
      pool: NumericThread.pool(threadCount: setting.threadCount))
    _ = try trainer.run()
    let epochs = trainer.state.progress.epochs
    try check(epochs, setting)
    var measurement = Measurement(
      name, seconds: epochs.compactMap(\.elapsedSeconds), threadCount: setting.threadCount, seed: setting.seed
    )
    measurement.sampleCount = data.training.rowCount
    measurement.valueCount = data.training.rowCount * network.width
    measurement.floatingPointOperations = NetworkArithmetic(network.architecture).epoch(
      rowCount: data.training.rowCount, validationRowCount: data.validation?.rowCount ?? 0)
    measurement.trainLoss = epochs.last?.trainLoss
    measurement.validationLoss = epochs.last?.validationLoss
    return measurement
  }

  private func load(_ setting: CaseSetting) throws -> TrainingData {
    var options = TrainingData.Options()
    options.seed = setting.seed
    switch rows {
    case .random30:
      options.scaling = .none
      options.validationSource = RandomSource(
        rowCount: setting.limited(10_000), columnCount: 30, seed: setting.seed + 1)
      let source = RandomSource(rowCount: setting.limited(90_000), columnCount: 30, seed: setting.seed)
      return try TrainingData.load(source, options: options)
    case .mnist:
      let files = MNISTFiles(setting)
      options.validationSource = try FirstRows(files.test(), limit: setting.rowLimit)
      return try TrainingData.load(FirstRows(files.training(), limit: setting.rowLimit), options: options)
    }
  }

  /// Returns the architecture for samples of a shape.
  func architecture(_ shape: SampleShape) throws -> Architecture {
    if let preset { return try preset.architecture(inputShape: shape, outputActivation: .sigmoid) }
    return try denseArchitecture(shape)
  }

  private func denseArchitecture(_ shape: SampleShape) throws -> Architecture {
    try .dense(inputShape: shape, hidden: hidden, activation: .relu, outputActivation: .sigmoid)
  }

  private func options(_ setting: CaseSetting) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = batchSize
    options.loss = loss
    options.optimizer = Optimizer(.adam, learningRate: 1e-3)
    options.seed = setting.seed
    options.precision = setting.precision
    return options
  }

  private func check(_ records: [EpochRecord], _ setting: CaseSetting) throws(BenchmarkError) {
    guard records.count == epochs, let first = records.first, let last = records.last else {
      throw BenchmarkError(.wrongAnswer("\(records.count) epochs instead of \(epochs)"))
    }
    // A network whose units have all died does not change, except for the noise of the batches.
    guard last.trainLoss <= first.trainLoss * 1.001 else {
      throw BenchmarkError(.wrongAnswer("the loss rose from \(first.trainLoss) to \(last.trainLoss)"))
    }
    if setting.rowLimit == nil { try band.check(last.validationLoss, seed: setting.seed) }
  }
}
