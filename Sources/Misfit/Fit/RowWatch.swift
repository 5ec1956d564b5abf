import MisfitIngest

/// Reports the progress of a fit's passes through the rows, and stops the fit on request.
///
/// It is called before each block of rows, which takes well under a second, on the thread of the fit.
final class RowWatch {
  private let onEvent: (FitEvent) throws -> Void
  private let shouldStop: () -> Bool
  private var activity = FitActivity.learning
  /// The path of the checkpoint of the run; nil if there is none.
  var checkpointPath: String?

  init(onEvent: @escaping (FitEvent) throws -> Void, shouldStop: @escaping () -> Bool) {
    self.onEvent = onEvent
    self.shouldStop = shouldStop
  }

  /// Watches every pass through the rows of a fit until the next call.
  func begin(_ activity: FitActivity, on data: TrainingData) {
    self.activity = activity
    for rows in [data.training, data.validation].compactMap(\.self) {
      rows.onRead = { [weak rows] range in
        try self.update(range.lowerBound, of: rows?.rowCount ?? 0)
      }
    }
  }

  /// Stops watching.
  func end(on data: TrainingData) {
    data.training.onRead = nil
    data.validation?.onRead = nil
  }

  /// Reports that `count` of `total` rows are done.
  ///
  /// - Throws: ``FitError`` if the caller requested to stop; the errors of the event handler.
  func update(_ count: Int, of total: Int) throws {
    if shouldStop() { throw FitError(.interrupted(checkpointPath: checkpointPath)) }
    try onEvent(.working(activity, rowCount: count, of: total))
  }
}
