import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

/// The errors of each column of a data set, collected in one pass; memory is for the columns alone.
///
/// Units: errors are squared differences of scaled values, so they are comparable between columns; values are
/// in the data's own units. NaN is left out, and so are missing cells of columns in which training had
/// missing cells.
package struct ColumnErrors: Sendable {
  /// The squared errors of each column.
  package private(set) var errors: [Moments]
  /// The values of each column.
  package private(set) var values: [Moments]
  /// The samples' scores.
  package private(set) var total = Moments()

  /// Creates empty statistics for a detector; nil for images.
  package init?(_ detector: Detector) {
    guard detector.schema.shape.imageExtents == nil else { return nil }
    errors = Array(repeating: Moments(), count: detector.schema.shape.elementCount)
    values = errors
  }

  /// Adds the samples of a batch.
  package mutating func update(_ batch: ScoredBatch) {
    let schema = batch.detector.schema
    for row in 0..<batch.count {
      total.update(batch.score(at: row))
      let (input, output) = (batch.input(at: row), batch.reconstruction(at: row))
      let own = batch.values(at: row)
      let missing = batch.missing(at: row)
      for column in errors.indices where !missing[column] || !schema.expectsMissing(column) {
        errors[column].update(
          schema.inputs(of: column).reduce(0) { sum, index in
            let difference = Double(input[index]) - Double(output[index])
            return sum + difference * difference
          })
        values[column].update(own[column])
      }
    }
  }
}

/// The change of each column's errors from one data set to another, by one model.
package struct ColumnShift: Sendable {
  /// A mean in both data sets.
  package struct Change: Sendable, Hashable {
    /// The means in the first and the second data set.
    package var first, second: Double
    /// The standard error of the difference of the means for independent samples (Welch, 1947); nil for
    /// single samples.
    package var standardError: Double?

    /// The second mean minus the first.
    package var change: Double { second - first }
    /// The change in units of its standard error; nil if that is 0 or unknown.
    package var ratio: Double? { standardError.flatMap { $0 > 0 ? change / $0 : nil } }

    init?(_ first: Moments, _ second: Moments) {
      guard let a = first.mean, let b = second.mean else { return nil }
      (self.first, self.second) = (a, b)
      guard let x = first.sampleVariance, let y = second.sampleVariance else { return }
      standardError = (x / Double(first.count) + y / Double(second.count)).squareRoot()
    }
  }

  /// The change of one column.
  package struct Column: Sendable, Hashable {
    /// The name of the column.
    package var feature: String
    /// The change of the mean squared error, in scaled units.
    package var error: Change
    /// The change of the mean value, in the data's own units; nil for columns without numbers.
    package var value: Change?
  }

  /// The names of the two data sets, as the user gave them.
  package let sources: [String]
  /// The number of samples of each data set.
  package let counts: [Int]
  /// The change of the mean score; nil if a set has none.
  package let total: Change?
  /// The columns, by the magnitude of their change in standard errors, largest first.
  package let columns: [Column]
  /// The segments whose scores rose; nil unless columns of segments are given.
  package let segments: SegmentAnalysis?

  /// Scores both sets, one pass each; nil for images.
  ///
  /// Segments are made of `segmentColumns`, which both sources have as their kept columns.
  /// `onBatch` is called after each batch with the number of samples so far.
  ///
  /// - Throws: ``IngestError``.
  package init?(
    from first: Scoring, to second: Scoring, segmentColumns: [String] = [],
    onBatch: (Int) throws -> Void = { _ in }
  ) throws {
    var passes: [ColumnErrors] = []
    var count = 0
    var segments = segmentColumns.isEmpty ? nil : SegmentScores(columns: segmentColumns)
    for scoring in [first, second] {
      guard var errors = ColumnErrors(scoring.detector) else { return nil }
      try scoring.forEachBatch { batch in
        errors.update(batch)
        segments?.update(batch)
        count += batch.count
        try onBatch(count)
      }
      if passes.isEmpty { segments?.beginComparedRows() }
      passes.append(errors)
    }
    self.segments = segments?.analysis()
    sources = [first.source.name, second.source.name]
    counts = passes.map { $0.total.count + $0.total.nanCount }
    total = Change(passes[0].total, passes[1].total)
    let schema = first.detector.schema
    columns = passes[0].errors.indices.compactMap { column in
      Change(passes[0].errors[column], passes[1].errors[column]).map {
        Column(
          feature: schema.featureName(at: column), error: $0,
          value: Change(passes[0].values[column], passes[1].values[column]))
      }
    }.sorted { ($1.error.ratio ?? 0).magnitude < ($0.error.ratio ?? 0).magnitude }
  }

  /// The finding as a sentence.
  package var finding: String {
    let moved = columns.filter { ($0.error.ratio ?? 0).magnitude > Self.clearRatio(columns.count) }
    guard let most = moved.first else {
      return "No column's error moved clearly from \(sources[0]) to \(sources[1])."
    }
    let verb = most.error.change > 0 ? "rose" : "fell"
    let count = moved.count == 1 ? "1 column" : "\(moved.count) columns"
    return
      """
      The errors of \(count) moved clearly from \(sources[0]) to \(sources[1]), most that of \
      \(most.feature): it \(verb) from \(NumberText.significant(most.error.first, digits: 3)) to \
      \(NumberText.significant(most.error.second, digits: 3)), \
      \(NumberText.significant((most.error.ratio ?? 0).magnitude, digits: 2)) standard errors.
      """
  }

  /// Returns the number of standard errors that the largest change of so many columns seldom exceeds by
  /// chance: about the normal quantile of 0.01 / (2 D).
  private static func clearRatio(_ columnCount: Int) -> Double {
    columnCount > 100 ? 4.5 : columnCount > 10 ? 4 : 3.3
  }

  /// The changes as JSON.
  package var json: JSONObject {
    func json(_ change: Change?) -> JSONValue {
      guard let change else { return .null }
      return [
        "first": JSONValue(change.first), "second": JSONValue(change.second),
        "change": JSONValue(change.change), "standardError": JSONValue(change.standardError),
      ]
    }
    return [
      "sources": JSONValue(sources), "samples": JSONValue(counts), "score": json(total),
      "columns": .array(
        columns.map { column in
          [
            "feature": JSONValue(column.feature), "error": json(column.error),
            "value": json(column.value),
          ]
        }), "finding": JSONValue(finding),
      "segments": segments.map { .object($0.json) } ?? .null,
    ]
  }
}
