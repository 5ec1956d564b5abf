import MisfitCore
import MisfitKernels
import MisfitNetworks

extension RepairModel {
  /// The options of a fit.
  package struct Options: Sendable, Hashable {
    /// The number of images that each network is shown; the same image counts as often as it is shown.
    package var imagesShown = 24_000
    /// The number of images of a step.
    package var batchSize = 16
    /// The highest learning rate, of a schedule with one cycle.
    package var learningRate = 3e-3
    /// The number of filters of the first layers; the others have two and three times as many.
    package var filters = 16
    /// The range of the images' values.
    package var range: ClosedRange<Float> = 0...1
    /// The activation of the repair's output.
    package var outputActivation = Activation.sigmoid

    /// Creates the default options.
    package init() {}
  }

  /// Returns the architectures of both networks for images of a shape.
  ///
  /// - Throws: ``ArchitectureError`` if the sides of the images are not multiples of 4.
  package static func architectures(
    _ shape: SampleShape, _ options: Options
  ) throws(ArchitectureError) -> (repair: Architecture, judge: Architecture) {
    guard let image = shape.imageExtents, image.height % 4 == 0, image.width % 4 == 0, image.height >= 8,
      image.width >= 8
    else {
      throw ArchitectureError(
        .presetNeeds(name: "repair", wants: "images whose sides are multiples of 4, from 8 on", given: shape))
    }
    func layers(_ channels: Int, _ output: Activation) -> String {
      let (one, two, three) = (options.filters, 2 * options.filters, 3 * options.filters)
      return """
        conv \(one) 3 | norm relu | conv \(two) 3 s2 | norm relu | conv \(two) 3 | norm relu \
        | conv \(three) 3 s2 | norm relu | conv \(three) 3 | norm relu || up 2 | conv \(two) 3 | norm relu \
        | up 2 | conv \(one) 3 | norm relu | conv \(channels) 3 \(output.rawValue)
        """
    }
    let (height, width) = (image.height, image.width)
    return (
      try Architecture(layers(image.channels, options.outputActivation), inputShape: shape),
      try Architecture(
        layers(1, .sigmoid), inputShape: .image(height: height, width: width, channels: 2 * image.channels),
        targetShape: .image(height: height, width: width, channels: 1))
    )
  }

  /// Returns the options of both trainings; the loss is that of the repair.
  package static func training(_ options: Options, rowCount: Int, seed: UInt64) -> TrainingOptions {
    var training = TrainingOptions()
    training.batchSize = min(options.batchSize, rowCount)
    training.epochs = max(1, (options.imagesShown + rowCount - 1) / rowCount)
    training.optimizer = Optimizer(learningRate: options.learningRate)
    training.schedule = .oneCycle
    training.seed = seed
    return training
  }

  /// Trains a network that removes synthetic defects, then one that finds them beside their repairs; returns
  /// nil if `shouldStop` ended the run.
  ///
  /// Each network gets half of the time if there is a limit.
  ///
  /// Shapes: `rows` are images [H, W, C] of `shape`. `onEvent` receives the events of both trainings, with
  /// the number of the network, from 1.
  ///
  /// - Throws: ``ArchitectureError``, ``TrainingError``, errors of reading the rows and of `onEvent`.
  package static func fit(
    _ rows: any EpochRows, shape: SampleShape, options: Options, seed: UInt64, on pool: WorkerPool,
    within timeLimit: TrainingTimeLimit? = nil,
    onEvent: (_ network: Int, _ event: Trainer.Event) throws -> Void, shouldStop: () -> Bool
  ) throws -> RepairModel? {
    let plans = try architectures(shape, options)
    guard let image = shape.imageExtents else { preconditionFailure("an architecture of images") }
    let defects = SyntheticDefects(
      height: image.height, width: image.width, channels: image.channels, range: options.range)
    var training = Self.training(options, rowCount: rows.rowCount, seed: seed)
    func train(_ network: Network, _ number: Int, _ task: DefectRows.Task) throws -> Bool {
      let shown = DefectRows(
        rows, defects, for: task, batchSize: training.batchSize, seed: seed &+ UInt64(number), pool: pool)
      let trainer = try Trainer(network, options: training, rows: shown, pool: pool)
      let outcome = try trainer.run(
        within: timeLimit?.part(number, of: 2), onEvent: { try onEvent(number, $0) }, shouldStop: shouldStop)
      if case .interrupted = outcome { return false }
      return true
    }
    let repair = try Network(plans.repair, seed: seed)
    guard try train(repair, 1, .repair) else { return nil }
    let judge = try Network(plans.judge, seed: seed &+ 1)
    training.loss = .binaryCrossEntropy
    guard try train(judge, 2, .judge(repair: repair)) else { return nil }
    return RepairModel(repair: repair, judge: judge)
  }
}
