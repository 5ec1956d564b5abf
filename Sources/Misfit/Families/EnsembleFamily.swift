import MisfitIngest
import MisfitKernels
import MisfitModels

/// The mean of several wide networks; stored as one autoencoder.
struct EnsembleFamily: ModelFamily {
  let choice = ModelChoice.ensemble
  let traits = ModelTraits(
    trainsInEpochs: true, isNetwork: true,
    networkOptions: [.hidden, .epochs, .timeLimit, .batchSize, .shardCount],
    foldCount: { $0 < ModelTraits.calibrationRowCount / 2 ? 10 : 5 })

  func plan(_ input: PlanInput) throws -> (plan: FitPlan, choices: [Choice]) {
    var plan = FitPlan(choice, input)
    plan.architecture = try EnsembleFit.architecture(input.options, input.schema)
    plan.training = EnsembleFit.training(input.options, input.schema, rowCount: input.rowCount)
    return (plan, [])
  }

  func learn(_ fit: FamilyFit) throws -> any RowModel {
    let ensemble = EnsembleFit(data: fit.data, options: fit.options, pool: fit.pool)
    let fitted = try ensemble.run(
      within: fit.timeLimit, onEvent: fit.onEvent, shouldStop: fit.shouldStop)
    fit.record.epochs = fitted.epochs
    fit.record.memberCount = EnsembleFit.memberCount
    fit.record.trimming = fitted.trimming
    return NetworkModel(fitted.network)
  }
}
