import MisfitIngest

/// What a fit does with all rows after they are read, beside training a network.
package enum FitActivity: String, Sendable, Hashable {
  /// The model learns.
  case learning
  /// Rows are scored, so that later scores can be compared with theirs.
  case calibrating
}

/// Reports how far a fit is on its passes through the rows, and ends it where the caller asks for that.
///
/// It is asked before each block of rows, which takes well under a second, on the thread of the fit.
final class RowWatch {
  private let onEvent: (FitEvent) throws -> Void
  private let shouldStop: () -> Bool
  private var activity = FitActivity.learning
  /// Where the run is saved already, if it is.
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

  /// Watches no longer.
  func end(on data: TrainingData) {
    data.training.onRead = nil
    data.validation?.onRead = nil
  }

  /// Takes note that `count` of `total` rows are done.
  ///
  /// - Throws: ``FitError`` where the caller asked to stop, and what it throws itself.
  func update(_ count: Int, of total: Int) throws {
    if shouldStop() { throw FitError(.interrupted(checkpointPath: checkpointPath)) }
    try onEvent(.working(activity, rowCount: count, of: total))
  }
}
