import Misfit

extension ResultStream {
  /// The number of rows of a table of scores.
  private static let rowCount = 1 << 16

  /// Creates a stream that scores while it is read.
  convenience init(_ scoring: Scoring) {
    var engine: SampleEngine?
    var isFinished = false
    self.init(columns: ScoreColumns(scoring).table.columns) {
      guard !isFinished else { return nil }
      // After an error, there is nothing more.
      isFinished = true
      let current = try engine ?? SampleEngine(scoring)
      engine = nil
      var columns = ScoreColumns(scoring)
      while columns.count < Self.rowCount {
        guard let batch = try current.next() else { return columns.count > 0 ? columns.table : nil }
        columns.append(batch)
      }
      engine = current
      isFinished = false
      return columns.table
    }
  }
}
