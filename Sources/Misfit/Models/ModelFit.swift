import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A fit of any model other than a single network to loaded data: learns in one go, and calibrates.
struct ModelFit {
  let source: any RecordSource
  let data: TrainingData
  let options: FitOptions
  /// The model to fit; never automatic.
  let kind: ModelChoice

  /// Fits the model and calibrates it.
  ///
  /// - Throws: ``ModelError``, ``LinearAlgebraError``, ``TrainingError``; ``FitError`` if `shouldStop`
  ///   returned true; the errors of reading the rows.
  func run(
    watch: RowWatch, onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool
  ) throws -> Detector {
    let pool = NumericThread.pool(threadCount: options.threadCount)
    let clock = ContinuousClock()
    let start = clock.now
    var training = record()
    let loss: Loss = kind == .ensemble && data.schema.suitsMixedLoss ? .mixed : .meanSquaredError
    let errors = CellErrors(schema: data.schema, loss: loss, measure: options.errorMeasure)
    try errors.check(hasTargets: false)
    try onEvent(.chosenModel(choices, kind))
    if kind != .ensemble { watch.begin(.learning, on: data) }
    var model = try fitted(errors, noting: &training, on: pool, onEvent: onEvent, shouldStop: shouldStop)
    if kind != .ensemble { training.fitSeconds = (clock.now - start).seconds }
    watch.begin(.calibrating, on: data)
    if GrossOutliers.areChecked(options, data.schema) {
      model = try GrossOutliers.checked(model, learnedFrom: data.training, data.schema, seed: options.seed)
    }
    let held = HeldOutParts(
      data.validation, tileCounts: data.validationTileCounts, steersTraining: false)
    let plan = CalibrationPlan(options, kind: kind, data: data, steersTraining: false)
    let epoch = training.epochs.count
    let (calibration, raise) = try plan.crossValidating(
      data, options, seed: options.seed, onEvent: onEvent,
      refit: { fold in
        // The refit's passes through the rows are part of the calibration.
        if kind != .ensemble { watch.begin(.calibrating, on: fold) }
        defer { watch.end(on: fold) }
        var ignored = self.record()
        let refit = ModelFit(source: source, data: fold, options: options, kind: kind)
        return try refit.fitted(errors, noting: &ignored, on: pool, onEvent: { _ in }, shouldStop: shouldStop)
      },
      {
        var calibrator = Calibrator(options: options, data: data, held: held, cross: $0, pool: pool)
        try calibrator.learnRaise(of: model)
        return (try calibrator.calibrate(model, epoch: epoch), calibrator.raise)
      })
    let record = ModelRecord(
      model: ModelDescription(of: model), schema: data.schema, training: training,
      calibration: calibration, scoreRaise: raise)
    return Detector(record: record, model: model)
  }

  /// Returns the model learned from the training rows.
  private func fitted(
    _ errors: CellErrors, noting training: inout TrainingRecord, on pool: WorkerPool,
    onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool
  ) throws -> any RowModel {
    var model: any RowModel
    if kind == .ensemble {
      let ensemble = EnsembleFit(data: data, options: options, pool: pool)
      let fitted = try ensemble.run(onEvent: onEvent, shouldStop: shouldStop)
      model = NetworkModel(fitted.network)
      training.options = fitted.options
      training.epochs = fitted.epochs
      training.memberCount = EnsembleFit.memberCount
      training.trimming = fitted.trimming
    } else {
      let imputer = try imputer()
      model = try learned(
        from: imputer.map { ImputedRows(data.training, $0) } ?? data.training, on: pool,
        noting: &training.trimming)
      if let imputer { model = ImputingModel(model, imputer) }
    }
    if shouldStop() { throw FitError(.interrupted(checkpointPath: nil)) }
    return try errors.judging(model, learnedFrom: data.training, on: pool)
  }

  /// Returns the imputer of missing cells; nil if training has none.
  private func imputer() throws -> NeighborImputer? {
    guard let table = data.schema.table, table.used.contains(where: { $0.missingCount > 0 }) else {
      return nil
    }
    return try NeighborImputer.fit(data.training, seed: options.seed)
  }

  private func learned(
    from learned: any EpochRows, on pool: WorkerPool, noting trimming: inout TrimmingRecord?
  ) throws -> any RowModel {
    let leavesOutItself = options.scoresWhatItLearns
    let share = kind == .crowd ? nil : options.trimmedShare ?? options.contamination?.fixedShare
    let isKept = try share.flatMap { $0 > 0 ? $0 : nil }.map {
      try CrowdDistance.trimmed(learned, share: $0, roles: roles, seed: options.seed, on: pool)
    }
    trimming = isKept.map { kept in
      data.trimming(kept.indices.filter { !kept[$0] }, of: kept.count, options)
    }
    let rows = isKept.map { kept in
      RowSubset(learned, numbers: kept.indices.filter { kept[$0] }) as any EpochRows
    }
    switch kind {
    case .principalComponents:
      return try PrincipalComponents.fit(
        rows ?? learned, components: options.components ?? .varianceShare(0.95), on: pool)
    case .wide:
      var wide = RandomFeatureNetwork.Options()
      if let units = options.hidden?.last { wide.units = units }
      return NetworkModel(
        try RandomFeatureNetwork.fit(
          rows ?? learned, shape: data.schema.inputShape, options: wide, seed: options.seed, on: pool))
    case .neighbors:
      return try NeighborDistance.fit(
        learned, neighborCount: options.neighborCount, referenceLimit: options.referenceLimit,
        leavesOutItself: leavesOutItself, isKept: isKept, seed: options.seed)
    case .crowd:
      var crowd = CrowdDistance.Options()
      if let contamination = options.contamination { crowd.trimmedShare = contamination.fixedShare }
      return try CrowdDistance.fit(
        learned, options: crowd, leavesOutItself: leavesOutItself, roles: roles, seed: options.seed, on: pool
      ) { sampleCount, leftOut in
        trimming = data.trimming(leftOut, of: sampleCount, options)
        if sampleCount < data.training.rowCount { trimming?.records = [] }
      }
    default:
      return try LocalReconstruction.fit(
        learned, referenceLimit: options.referenceLimit, leavesOutItself: leavesOutItself,
        isKept: isKept, keepsExcused: hasGivenShare, roles: roles, seed: options.seed, on: pool
      ) { sampleCount, leftOut in
        trimming = joined(trimming, isKept, leftOut, of: sampleCount)
      }
    }
  }

  /// Whether the user set the share of rows to leave out; no more than that is left out.
  private var hasGivenShare: Bool {
    if case .share = options.contamination { return true }
    return options.trimmedShare != nil
  }

  /// Returns a record of the rows left out of a local reconstruction: first those requested by the user, then
  /// `leftOut` of the rows that it sampled.
  private func joined(
    _ asked: TrimmingRecord?, _ isKept: [Bool]?, _ leftOut: [Int], of sampleCount: Int
  ) -> TrimmingRecord? {
    guard !leftOut.isEmpty else { return asked }
    let rowCount = data.training.rowCount
    let kept = isKept.map { isKept in isKept.indices.filter { isKept[$0] } } ?? Array(0..<rowCount)
    guard kept.count == sampleCount else {
      guard asked == nil else { return asked }
      // The record numbers of sampled rows are not known.
      return TrimmingRecord(count: leftOut.count, rowCount: sampleCount, isFound: true, records: [])
    }
    let odd = isKept.map { isKept in isKept.indices.filter { !isKept[$0] } } ?? []
    var record = data.trimming((odd + leftOut.map { kept[$0] }).sorted(), of: rowCount, options)
    record.isFound = asked?.isFound ?? true
    return record
  }

  /// The roles of the inputs; nil if all of them are numbers.
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

  /// The choices that the options left open.
  private var choices: [Choice] {
    guard options.model == .automatic else { return [] }
    let reason =
      options.scoresWhatItLearns
      ? "a table that may contain anomalies" : "a table of normal rows"
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
