import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A network that repairs images, and one that judges where an image differs from its repair.
struct RepairFamily: ModelFamily {
  let choice = ModelChoice.repair
  // A refit costs as much as the fit, so there are only two: each image is scored by the model of the other
  // half.
  let traits = ModelTraits(
    trainsInEpochs: true, networkOptions: [.epochs, .timeLimit, .batchSize], foldCount: { _ in 2 })

  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice]) {
    var plan = FitPlan(choice, input)
    let options = Self.options(input.options, input.schema, rowCount: input.rowCount)
    plan.architecture = try RepairModel.architectures(input.schema.inputShape, options).repair
    plan.training = RepairModel.training(options, rowCount: input.rowCount, seed: plan.seed)
    plan.training?.timeLimitSeconds = input.options.training.timeLimitSeconds
    var choices: [Choice] = []
    if input.options.training.epochs == nil, let training = plan.training {
      choices.append(
        Choice(
          option: .epochs, value: String(training.epochs),
          reason: "each network sees about \(options.imagesShown) patches"))
    }
    return (plan, choices)
  }

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    let rows = try fit.trimmed(fit.data.trainingRows)
    var judging: [EpochRecord] = []
    var current = 0
    let model = try RepairModel.fit(
      rows, shape: fit.data.schema.inputShape,
      options: Self.options(fit.options, fit.data.schema, rowCount: rows.rowCount), seed: fit.plan.seed,
      on: fit.pool, within: fit.timeLimit,
      onEvent: { network, event in
        if network != current { try fit.onEvent(.member(network, of: 2)) }
        current = network
        // The losses of the two networks are not those of one run: the record has the judge's.
        if network == 2, case .epoch(let record) = event { judging.append(record) }
        try fit.onEvent(.training(event))
      }, shouldStop: fit.shouldStop)
    guard let model else { try fit.stop() }
    fit.record.epochs = judging
    return model
  }

  /// The options of a fit: images keep their range, [0, 1] or that of scaled values.
  private static func options(
    _ given: FitOptions, _ schema: Schema, rowCount: Int
  ) -> RepairModel.Options {
    var options = RepairModel.Options()
    if let epochs = given.training.epochs {
      options.imagesShown = Int(min(Double(epochs) * Double(rowCount), 0x1p53))
    }
    if let size = given.training.batchSize { options.batchSize = size }
    if !schema.liesInUnitInterval {
      options.outputActivation = .linear
      options.range = -3...3
    }
    return options
  }

  func decode(
    _ description: ModelDescription, _ tensors: CheckedTensors
  ) throws(ModelFileError) -> (any RowModel)? {
    guard let networks = description.networks, networks.count == 2,
      networks[0].inputShape.elementCount == tensors.width,
      RepairModel.fit(networks[0], networks[1])
    else { throw tensors.altered("its description") }
    return RepairModel(
      repair: try tensors.prefixed(RepairModel.repairPrefix).network(networks[0]),
      judge: try tensors.prefixed(RepairModel.judgePrefix).network(networks[1]))
  }
}
