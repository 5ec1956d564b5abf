import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A fit of anything but one network, whose data is read: learns in one go, and calibrates.
struct ModelFit {
  let source: any RecordSource
  let data: TrainingData
  let options: FitOptions
  /// Never automatic.
  let kind: ModelChoice

  /// Fits.
  ///
  /// - Throws: ``ModelError``, ``LinearAlgebraError``, ``TrainingError``, ``FitError`` where `shouldStop` gave
  ///   true, and what reading the rows may throw.
  func run(onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool) throws -> Detector {
    let pool = NumericThread.pool(threadCount: options.threadCount)
    let clock = ContinuousClock()
    let start = clock.now
    var training = record()
    try onEvent(.chosenModel(choices, kind))
    let model: any RowModel
    if kind == .ensemble {
      let ensemble = EnsembleFit(data: data, options: options, pool: pool)
      let fitted = try ensemble.run(onEvent: onEvent, shouldStop: shouldStop)
      model = NetworkModel(fitted.network)
      training.options = fitted.options
      training.epochs = fitted.epochs
      training.memberCount = EnsembleFit.memberCount
    } else {
      model = try learned(on: pool)
      training.fitSeconds = (clock.now - start).seconds
    }
    if shouldStop() { throw FitError(.interrupted(checkpointPath: nil)) }
    let calibration = try Calibrator(options: options, data: data, pool: pool).calibrate(
      model, epoch: training.epochs.count)
    let record = ModelRecord(
      model: ModelDescription(of: model), schema: data.schema, training: training,
      calibration: calibration)
    return Detector(record: record, model: model)
  }

  private func learned(on pool: WorkerPool) throws -> any RowModel {
    let leavesOutItself = options.scoresWhatItLearns
    let isKept = try options.trimmedShare.map {
      try CrowdDistance.trimmed(data.training, share: $0, roles: roles, seed: options.seed, on: pool)
    }
    switch kind {
    case .principalComponents:
      return try PrincipalComponents.fit(
        data.training, components: options.components ?? .varianceShare(0.95), on: pool)
    case .wide:
      var wide = RandomFeatureNetwork.Options()
      if let units = options.hidden?.last { wide.units = units }
      return NetworkModel(
        try RandomFeatureNetwork.fit(
          data.training, shape: data.schema.inputShape, options: wide, seed: options.seed, on: pool))
    case .neighbors:
      return try NeighborDistance.fit(
        data.training, neighborCount: options.neighborCount, referenceLimit: options.referenceLimit,
        leavesOutItself: leavesOutItself, isKept: isKept, seed: options.seed)
    case .crowd:
      return try CrowdDistance.fit(
        data.training, leavesOutItself: leavesOutItself, roles: roles, seed: options.seed, on: pool)
    default:
      return try LocalReconstruction.fit(
        data.training, referenceLimit: options.referenceLimit, leavesOutItself: leavesOutItself,
        isKept: isKept, seed: options.seed, on: pool)
    }
  }

  /// What the inputs are, where not all of them are numbers.
  private var roles: [InputRole]? {
    data.schema.table.map { table in
      table.used.enumerated().flatMap { index, column -> [InputRole] in
        switch column.kind {
        case .numeric, .count: Array(repeating: .number, count: column.width)
        case .categorical: Array(repeating: .level(column: index), count: column.width)
        default: Array(repeating: .part(of: column.width), count: column.width)
        }
      }
    }
  }

  /// What the user had not decided.
  private var choices: [Choice] {
    guard options.model == .automatic else { return [] }
    let reason =
      options.scoresWhatItLearns
      ? "a table whose odd rows are among those learned from" : "a table of rows taken to be ordinary"
    return [Choice(option: "model", value: kind.rawValue, reason: reason)]
  }

  private func record() -> TrainingRecord {
    var training = TrainingOptions()
    training.seed = options.seed
    return TrainingRecord(
      source: source.name, idColumn: source.layout.idColumn, labelColumn: source.layout.labelColumn,
      rowCount: data.training.rowCount, validationRowCount: data.validation?.rowCount ?? 0,
      options: training, initialization: options.initialization, epochs: [], bestEpoch: nil,
      memoryLimitBytes: options.memoryLimitBytes, threadCount: options.threadCount)
  }
}
