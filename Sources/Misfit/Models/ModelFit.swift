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
    var model: any RowModel
    if kind == .ensemble {
      let ensemble = EnsembleFit(data: data, options: options, pool: pool)
      let fitted = try ensemble.run(onEvent: onEvent, shouldStop: shouldStop)
      model = NetworkModel(fitted.network)
      training.options = fitted.options
      training.epochs = fitted.epochs
      training.memberCount = EnsembleFit.memberCount
    } else {
      let imputer = try imputer()
      model = try learned(from: imputer.map { ImputedRows(data.training, $0) } ?? data.training, on: pool)
      if let imputer { model = ImputingModel(model, imputer) }
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

  /// What fills missing cells, where training has some.
  private func imputer() throws -> NeighborImputer? {
    guard let table = data.schema.table, table.used.contains(where: { $0.missingCount > 0 }) else { return nil }
    return try NeighborImputer.fit(data.training, seed: options.seed)
  }

  private func learned(from rows: any EpochRows, on pool: WorkerPool) throws -> any RowModel {
    let leavesOutItself = options.scoresWhatItLearns
    let isKept = try options.trimmedShare.map {
      try CrowdDistance.trimmed(rows, share: $0, roles: roles, seed: options.seed, on: pool)
    }
    switch kind {
    case .principalComponents:
      return try PrincipalComponents.fit(
        rows, components: options.components ?? .varianceShare(0.95), on: pool)
    case .wide:
      var wide = RandomFeatureNetwork.Options()
      if let units = options.hidden?.last { wide.units = units }
      return NetworkModel(
        try RandomFeatureNetwork.fit(
          rows, shape: data.schema.inputShape, options: wide, seed: options.seed, on: pool))
    case .neighbors:
      return try NeighborDistance.fit(
        rows, neighborCount: options.neighborCount, referenceLimit: options.referenceLimit,
        leavesOutItself: leavesOutItself, isKept: isKept, seed: options.seed)
    case .crowd:
      return try CrowdDistance.fit(
        rows, leavesOutItself: leavesOutItself, roles: roles, seed: options.seed, on: pool)
    default:
      return try LocalReconstruction.fit(
        rows, referenceLimit: options.referenceLimit, leavesOutItself: leavesOutItself,
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
