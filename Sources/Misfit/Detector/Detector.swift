import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A fitted model that scores how badly a sample fits what it has learned.
///
///     let rows = try CSVSource("sensors.csv")
///     let detector = try Detector.fit(rows)
///     for sample in try detector.score(rows).largest(10) { print(sample.id, sample.score, sample.reasons) }
///     try detector.save("sensors.misfit")
public final class Detector: Sendable {
  /// The content of the model file, apart from the weights.
  package let record: ModelRecord
  /// The model that reconstructs samples: an autoencoder or another model.
  package let model: any RowModel
  /// The scores of the rows that a model of series learned from; nil unless they are to be scored.
  let learnedSeries: LearnedSeries?

  init(record: ModelRecord, model: any RowModel, learnedSeries: LearnedSeries? = nil) {
    self.record = record
    self.model = model
    self.learnedSeries = learnedSeries
  }

  convenience init(record: ModelRecord, network: Network) {
    self.init(record: record, model: NetworkModel(network))
  }

  /// The family of the model.
  public var kind: ModelChoice { record.model.family }

  /// The network; nil if the model is of another kind.
  package var autoencoder: Network? { model.asNetwork }

  /// The share of the variance that the principal components explain, 0 to 1; nil for other models.
  public var explainedShare: Double? { model.asPrincipalComponents?.explainedShare }

  /// The mean calibration error of a network as a share of the variance of the samples; 1 is the error of
  /// always predicting their mean.
  ///
  /// Nil for other models, for measures other than the mean squared error, and for tables with several kinds
  /// of columns.
  package var shareOfVariance: Double? {
    guard kind == .autoencoder, targetSchema == nil, schema.table == nil, calibration.scores.count > 0,
      calibration.measure == .reconstruction(.meanSquared)
    else { return nil }
    let count = 1_000
    let errors = (0..<count).compactMap { index in
      calibration.scores.threshold(atQuantile: (Double(index) + 0.5) / Double(count))?.value
    }
    let variance = zip(schema.standardDeviations, schema.scales).reduce(0) { sum, column in
      column.1 > 0 ? sum + (column.0 / column.1) * (column.0 / column.1) : sum
    }
    guard variance > 0, !errors.isEmpty else { return nil }
    return errors.reduce(0, +) / Double(errors.count) / (variance / Double(schema.width))
  }

  /// The network.
  ///
  /// - Precondition: the model is an autoencoder; use ``autoencoder`` if it may be another.
  package var network: Network {
    guard let autoencoder else { preconditionFailure("a model of another kind has no network") }
    return autoencoder
  }

  /// The columns, or the shape of the images, and their scaling.
  ///
  /// For a model of series, the columns of a row, not of a window.
  public var schema: Schema { record.series?.schema ?? record.schema }

  /// Whether rows are judged by the windows of consecutive rows that hold them.
  ///
  /// A source is then read twice, and its rows are kept in memory.
  public var judgesSeries: Bool { record.series != nil }

  /// The columns of the targets, or the shape of their images, and their scaling; nil if each sample is its
  /// own target.
  package var targetSchema: Schema? { record.targetSchema }

  /// The schema of reconstructions: that of the targets or, without targets, that of the samples.
  package var outputSchema: Schema { targetSchema ?? schema }

  /// The calibration: the scores of normal samples, and the threshold.
  package var calibration: Calibration { record.calibration }

  /// The record of the training.
  package var training: TrainingRecord { record.training }

  /// Returns a scoring of a source; nothing is computed yet.
  ///
  /// The columns of a table are found by name, in any order, if both it and the model have names; otherwise
  /// their order counts. The images of a folder are prepared as they were for the fit.
  ///
  /// A detector that was fitted with targets needs them here too, one for each sample: the error is the
  /// distance between the target and what the model outputs for the sample.
  ///
  /// - Throws: ``IngestError`` if columns are missing, or the shape of the source is not that of the model;
  ///   another ``MisfitError`` if targets are missing or not needed.
  public func score(
    _ source: any RecordSource, targets: (any RecordSource)? = nil
  ) throws -> Scoring {
    if targetSchema != nil, targets == nil { throw TargetError(.needed, source: source.name) }
    var scoring = try reconstruct(source)
    guard let targets else { return scoring }
    guard let targetSchema else { throw TargetError(.notWanted, source: targets.name) }
    let pairs = try PairedSource(input: scoring.source, target: targets.fitted(to: targetSchema))
    scoring.pairs = pairs
    return scoring
  }

  /// Returns a scoring of a source for its codes and reconstructions, which needs no targets.
  ///
  /// Without targets, all errors of a detector that was fitted with targets are NaN.
  ///
  /// - Throws: ``IngestError`` as for ``score(_:targets:)``.
  public func reconstruct(_ source: any RecordSource) throws -> Scoring {
    Scoring(detector: self, source: try source.fitted(to: schema))
  }

  /// Returns the scored batches of a source as an asynchronous sequence.
  ///
  /// - Throws: ``IngestError`` if the shape of the source is not that of the model.
  public func scores(of source: any RecordSource) throws -> ScoredBatches {
    ScoredBatches(scoring: try score(source))
  }

  /// Opens a file, folder or pattern as this model needs it.
  ///
  /// Columns are found by name, in any order, if the model has names for them; so are the columns of ids and
  /// labels that it was fitted with.
  ///
  /// - Throws: ``IngestError``.
  public func open(_ text: String, options: SourceOptions = SourceOptions()) throws -> any RecordSource {
    try open([text], options: options)
  }

  /// Opens several tables as one source, or several images, as this model needs them; see ``DataSource``.
  ///
  /// - Throws: ``IngestError``.
  public func open(_ texts: [String], options: SourceOptions = SourceOptions()) throws -> any RecordSource {
    try open(texts, options: options, as: schema)
  }

  /// Opens targets as this model needs them; see ``open(_:options:)-(String,_)``.
  ///
  /// - Throws: ``IngestError``; another ``MisfitError`` if the model was fitted without targets.
  public func openTargets(
    _ text: String, options: SourceOptions = SourceOptions()
  ) throws -> any RecordSource {
    guard let targetSchema else { throw TargetError(.notWanted, source: text) }
    return try open([text], options: options, as: targetSchema)
  }

  private func open(
    _ texts: [String], options: SourceOptions, as schema: Schema
  ) throws -> any RecordSource {
    var options = options
    options.expect(schema)
    options.usualIDColumn = training.idColumn
    options.usualLabelColumn = training.labelColumn
    let source = try DataSource.open(texts, options: options)
    try schema.check(source.layout, of: source.name)
    return source
  }

  /// Returns the contribution of each column to a sample's error, largest share first; empty for images.
  ///
  /// Shapes: `input` and `reconstruction` have E encoded values, `cells` has D; for a model with targets,
  /// `input` is the target. Shares are of the squared error, added over the inputs of a column; if that error
  /// is 0, there are no reasons. A missing cell has no share if training had missing cells in its column. A
  /// column whose value is as expected is left out, unless the value is rare.
  ///
  /// `cells` are the sample's cells as read from the source; without them they are decoded from `input`. If
  /// the model divides its own score among the inputs, `shares` [E] replaces the squared error. By the
  /// Mahalanobis distance, a value is compared with its mean given the other columns, since the
  /// reconstruction follows the value.
  package func reasons(
    input: [Float], reconstruction: [Float], cells: [CellValue]? = nil, shares: [Float]? = nil
  ) -> [FeatureError] {
    reasons(input: input, reconstruction: reconstruction, cells: cells, shares: shares, outlier: nil)
  }

  /// Returns the reasons of a sample with a gross outlier, whose column then leads.
  func reasons(
    input: [Float], reconstruction: [Float], cells: [CellValue]?, shares: [Float]?,
    outlier: GrossOutlier?
  ) -> [FeatureError] {
    let schema = outputSchema
    guard schema.shape.imageExtents == nil else { return [] }
    let missing = cells.map { $0.map { $0 == .missing } }
    let parts = featureShares(
      input: input, reconstruction: reconstruction, shares: shares, missing: missing, outlier: outlier)
    guard parts.contains(where: { $0 > 0 }) else { return [] }
    let expected = expectation(of: input) ?? reconstruction
    let order = parts.indices.sorted { (parts[$1], $0) < (parts[$0], $1) }
    return order.compactMap { column -> FeatureError? in
      var reason = FeatureError(
        feature: schema.featureName(at: column), share: parts[column],
        value: cells?[column] ?? schema.cell(of: input.span, column: column),
        expected: schema.cell(of: expected.span, column: column))
      reason.isNew = schema.isNew(reason.value, column: column)
      if let outlier, outlier.column == column, let usual = outlier.usual(for: reason.value) {
        reason.usual = usual
        reason.expected = usual.clamping(reason.expected)
      }
      reason.levelShare = schema.share(of: reason.value, column: column)
      if training.plan.loss == .mixed {
        reason.probability = schema.probability(of: reason.value, in: reconstruction.span, column: column)
      }
      return reason.explains ? reason : nil
    }
  }

  /// Returns the values that reasons compare a row with, [E]; nil if that is its reconstruction.
  private func expectation(of input: [Float]) -> [Float]? {
    guard calibration.measure == .mahalanobis, record.series == nil, let model = model.asPrincipalComponents,
      input.allSatisfy(\.isFinite)
    else { return nil }
    return model.expectation(of: input, columns: (0..<schema.width).map(schema.inputs(of:)))
  }

  /// Returns each column's share of a sample's error: [D].
  ///
  /// They add up to 1, or are all 0 if there is no error.
  ///
  /// `missing` holds whether each cell has no value; see ``reasons(input:reconstruction:cells:shares:)``.
  func featureShares(
    input: [Float], reconstruction: [Float], shares: [Float]?, missing: [Bool]?,
    outlier: GrossOutlier? = nil
  ) -> [Double] {
    let schema = outputSchema
    let parts = (0..<schema.width).map { column -> Double in
      let isMissing = missing?[column] ?? false
      if isMissing, schema.expectsMissing(column) { return 0 }
      // A time stamp that only orders the rows does not cause the errors of other columns.
      if !isMissing, schema.table?.ordersRows[column] ?? false { return 0 }
      return schema.inputs(of: column).reduce(0) { sum, index in
        if let shares { return sum + Double(shares[index]) }
        let difference = Double(input[index]) - Double(reconstruction[index])
        return sum + difference * difference
      }
    }
    let total = parts.reduce(0, +)
    let shares = parts.map { total > 0 ? $0 / total : 0 }
    guard let outlier else { return shares }
    return shares.enumerated().map { column, share in
      let isOutlier = column == outlier.column
      let rest = total > 0 ? share * (1 - outlier.share) : 0
      return isOutlier ? rest + (total > 0 ? outlier.share : 1) : rest
    }
  }

  /// Writes the model to a file; on an error, an existing file is unchanged.
  ///
  /// - Throws: A ``MisfitError`` if the file cannot be written.
  public func save(_ path: String) throws { try save(path, in: nil) }

  /// Writes the model.
  ///
  /// If there is a group, the file appears together with the group's others.
  ///
  /// - Throws: ``FileError``.
  package func save(_ path: String, in group: OutputGroup?) throws {
    try ModelFile(record: record, model: model).write(to: path, in: group)
  }

  /// Returns whether a file starts like a model file; its content is not checked.
  public static func isModel(_ path: String) -> Bool {
    guard FileSystem.status(of: path)?.isRegular ?? false, let file = try? ByteFile.reading(path) else {
      return false
    }
    var head: [UInt8] = []
    guard (try? file.read(upTo: 9, appendingTo: &head)) == 9 else { return false }
    return head[8] == UInt8(ascii: "{") && head[5] == 0 && head[6] == 0 && head[7] == 0
  }

  /// Reads a model from a file.
  ///
  /// - Throws: A ``MisfitError`` if the file cannot be read, or is not an intact model file.
  public static func load(_ path: String) throws -> Detector {
    let file = try ModelFile(readingFrom: path)
    return Detector(record: file.record, model: file.model)
  }
}
