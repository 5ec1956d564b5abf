import Misfit

/// The columns of scores, as they grow batch by batch.
struct ScoreColumns {
  private let calibration: Calibration
  private let hasLabels: Bool
  private var ids = TextColumn()
  private var labels = TextColumn()
  private var scores: [Double] = []
  private var percentiles: [Double] = []
  private var pValues: [Double] = []
  private var flags: [Bool?] = []
  private var errors: [Double] = []

  /// Creates empty columns for the results of a scoring.
  init(_ scoring: Scoring) {
    calibration = scoring.detector.calibration
    hasLabels = scoring.source.layout.hasLabels
  }

  /// The number of rows.
  var count: Int { scores.count }

  /// Adds the rows of a batch.
  mutating func append(_ batch: ScoredBatch) {
    for index in 0..<batch.count {
      if batch.hasIDs { ids.append(batch.id(at: index)) } else { ids.append(number: batch.record(at: index)) }
      if hasLabels { labels.append(batch.label(at: index)) }
      let score = batch.score(at: index)
      append(score, isFlagged: batch.flags(score), error: batch.reconstructionError(at: index))
    }
  }

  /// Adds a sample.
  mutating func append(_ sample: ScoredSample) {
    ids.append(sample.id)
    if hasLabels { labels.append(sample.label) }
    append(sample.score, isFlagged: sample.isFlagged, error: sample.reconstructionError)
  }

  private mutating func append(_ score: Double, isFlagged: Bool?, error: Double) {
    scores.append(score)
    percentiles.append(calibration.percentile(of: score) ?? .nan)
    pValues.append(calibration.pValue(of: score) ?? .nan)
    flags.append(isFlagged)
    errors.append(error)
  }

  /// The columns as a table.
  var table: ResultTable {
    let columns =
      [ResultColumn("id", texts: ids)] + (hasLabels ? [ResultColumn("label", texts: labels)] : []) + [
        ResultColumn("score", doubles: scores), ResultColumn("percentile", doubles: percentiles),
        ResultColumn("p_value", doubles: pValues), ResultColumn("flag", flags: flags),
        ResultColumn("error", doubles: errors),
      ]
    return ResultTable(columns, rowCount: count)
  }
}
