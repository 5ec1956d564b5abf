import MisfitCore
import MisfitIngest
import MisfitModels
import MisfitNetworks

/// The input of a family's fit, and what it reports beside the model.
///
/// A class, since a family notes in ``record`` and ``learnedRows`` what it did.
final class FamilyFit {
  /// The training and held-out rows.
  let data: TrainingData
  /// The options of the fit.
  let options: FitOptions
  /// The threads that compute.
  let pool: WorkerPool
  /// The saving of the run on the way.
  let saving: RunSaving
  /// The closure that receives events.
  let onEvent: (FitEvent) throws -> Void
  /// The closure that returns whether the caller requested to stop.
  let shouldStop: () -> Bool
  /// The time for the training of one model; nil for no limit.
  var timeLimit: TrainingTimeLimit?
  /// The record of the run.
  var record: TrainingRecord
  /// The rows that the model has learned from.
  var learnedRows: any EpochRows
  /// The held-out rows that training monitors; nil if it monitors its own rows.
  var monitoredRows: (any EpochRows)?

  init(
    data: TrainingData, options: FitOptions, pool: WorkerPool, saving: RunSaving, record: TrainingRecord,
    onEvent: @escaping (FitEvent) throws -> Void, shouldStop: @escaping () -> Bool
  ) {
    self.data = data
    self.options = options
    self.pool = pool
    self.saving = saving
    self.record = record
    self.onEvent = onEvent
    self.shouldStop = shouldStop
    learnedRows = data.trainingRows
  }

  /// Returns the fit of the same model to the rows of one fold, from the same first weights, without events
  /// and checkpoints.
  func refit(_ fold: TrainingData) throws -> FamilyFit {
    var record = record
    // The refit leaves out rows of its own.
    record.trimming = nil
    let fit = FamilyFit(
      data: fold, options: options, pool: pool, saving: saving.withoutFile, record: record,
      onEvent: { _ in }, shouldStop: shouldStop)
    fit.monitoredRows = fold.validationRows
    fit.timeLimit = timeLimit.map { TrainingTimeLimit(seconds: $0.seconds) }
    return fit
  }

  /// The plan of the fit.
  var plan: FitPlan { record.plan }

  /// Throws the error of a fit that the caller has stopped.
  func stop() throws -> Never { throw FitError(.interrupted(checkpointPath: saving.path)) }

  /// The roles of the inputs; nil if all are numbers.
  var roles: [InputRole]? {
    data.schema.table.map { table in
      table.used.enumerated().flatMap { index, column -> [InputRole] in
        switch column.encoding {
        case .number: Array(repeating: .number, count: column.width)
        case .categorical: Array(repeating: .level(column: index), count: column.width)
        case .boolean, .date: Array(repeating: .part(of: column.width), count: column.width)
        case .omitted: []
        }
      }
    }
  }

  /// Whether the options set the share of rows to leave out: no more than that is left out.
  var hasGivenShare: Bool {
    if case .share = options.rows.contamination { return true }
    return options.neighbors.trimmedShare != nil
  }

  /// Returns a model of rows without missing cells, with the imputer in front of it if training has missing
  /// cells.
  func imputing(_ learn: (any EpochRows) throws -> any RowModel) throws -> any RowModel {
    guard let table = data.schema.table, table.used.contains(where: { $0.missingCount > 0 }) else {
      return try learn(data.training)
    }
    let imputer = try NeighborImputer.fit(data.training, seed: options.seed)
    return ImputingModel(try learn(ImputedRows(data.training, imputer)), imputer)
  }

  /// Returns which rows to keep: all but the requested share with the highest scores of a ``GlobalDistance``;
  /// nil for all rows.
  ///
  /// Notes the rows left out.
  func kept(of rows: any EpochRows) throws -> [Bool]? {
    guard let share = options.neighbors.trimmedShare ?? options.rows.contamination?.fixedShare, share > 0
    else { return nil }
    let isKept = try GlobalDistance.trimmed(rows, share: share, roles: roles, seed: options.seed, on: pool)
    record.trimming = data.trimming(isKept.indices.filter { !isKept[$0] }, of: isKept.count, options)
    return isKept
  }

  /// Returns the rows without the requested share; see ``kept(of:)``.
  func trimmed(_ rows: any EpochRows) throws -> any EpochRows {
    guard let isKept = try kept(of: rows) else { return rows }
    return RowSubset(rows, numbers: isKept.indices.filter { isKept[$0] })
  }
}
