import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

/// The errors of each column of a data set, in one pass and memory for the columns alone.
///
/// Units: errors are squared differences of scaled values, which can be compared from column to column;
/// values are the data's own. NaN is left out, and so are missing cells where training had some.
package struct ColumnErrors: Sendable {
  /// The squared errors of each column.
  package private(set) var errors: [Moments]
  /// The values of each column.
  package private(set) var values: [Moments]
  /// The samples' scores.
  package private(set) var total = Moments()

  /// Nothing yet of what a detector scores; nil for images.
  package init?(_ detector: Detector) {
    guard detector.schema.shape.imageExtents == nil else { return nil }
    errors = Array(repeating: Moments(), count: detector.schema.shape.elementCount)
    values = errors
  }

  /// Takes the samples of a batch into account.
  package mutating func update(_ batch: ScoredBatch) {
    let schema = batch.detector.schema
    for index in 0..<batch.count {
      total.update(batch.score(at: index))
      let (input, output) = (batch.input(at: index), batch.reconstruction(at: index))
      let own = batch.values(at: index)
      let missing = batch.missing(at: index)
      for column in errors.indices where !missing[column] || !schema.expectsMissing(column) {
        errors[column].update(
          schema.inputs(of: column).reduce(0) { sum, place in
            let difference = Double(input[place]) - Double(output[place])
            return sum + difference * difference
          })
        values[column].update(own[column])
      }
    }
  }
}

/// Which columns' errors moved from one data set to another, by one model.
package struct ColumnShift: Sendable {
  /// One figure in both data sets.
  package struct Change: Sendable, Hashable {
    /// The means.
    package var first, second: Double
    /// The standard error of their difference, the samples being independent (Welch, 1947); nil for single
    /// samples.
    package var standardError: Double?

    /// Second minus first.
    package var change: Double { second - first }
    /// The change in standard errors; nil where these are 0 or not known.
    package var ratio: Double? { standardError.flatMap { $0 > 0 ? change / $0 : nil } }

    init?(_ first: Moments, _ second: Moments) {
      guard let a = first.mean, let b = second.mean else { return nil }
      (self.first, self.second) = (a, b)
      guard let x = first.sampleVariance, let y = second.sampleVariance else { return }
      standardError = (x / Double(first.count) + y / Double(second.count)).squareRoot()
    }
  }

  /// One column.
  package struct Column: Sendable, Hashable {
    /// The column's name.
    package var feature: String
    /// Its mean squared error, in scaled units.
    package var error: Change
    /// Its mean value, in the data's own units; nil where there are no numbers.
    package var value: Change?
  }

  /// The data sets, as the user named them.
  package let sources: [String]
  /// Their samples.
  package let counts: [Int]
  /// The samples' scores; nil where one set has none.
  package let total: Change?
  /// The columns, those whose errors moved by most standard errors first.
  package let columns: [Column]

  /// Scores both sets, a pass each; nil for images.
  ///
  /// `onBatch` is called after each batch with the samples so far.
  ///
  /// - Throws: ``IngestError``.
  package init?(
    from first: Scoring, to second: Scoring, onBatch: (Int) throws -> Void = { _ in }
  ) throws {
    var passes: [ColumnErrors] = []
    var count = 0
    for scoring in [first, second] {
      guard var errors = ColumnErrors(scoring.detector) else { return nil }
      try scoring.forEachBatch { batch in
        errors.update(batch)
        count += batch.count
        try onBatch(count)
      }
      passes.append(errors)
    }
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

  /// What was found, as a sentence.
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

  /// Standard errors that chance alone seldom gives the most moved of so many columns: about the normal
  /// quantile of 0.01 / (2 D).
  private static func clearRatio(_ columnCount: Int) -> Double {
    columnCount > 100 ? 4.5 : columnCount > 10 ? 4 : 3.3
  }

  /// The figures for machines.
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
    ]
  }
}
