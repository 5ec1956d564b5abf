import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// A fitted model that says how badly a sample fits what it has learned.
///
///     let rows = try CSVSource("sensors.csv")
///     let detector = try Detector.fit(rows)
///     for sample in try detector.score(rows).largest(10) { print(sample.id, sample.score, sample.reasons) }
///     try detector.save("sensors.misfit")
public final class Detector: Sendable {
  /// Everything the model file says, apart from the weights.
  package let record: ModelRecord
  /// What rebuilds samples: an autoencoder or another model.
  package let model: any RowModel

  init(record: ModelRecord, model: any RowModel) {
    self.record = record
    self.model = model
  }

  convenience init(record: ModelRecord, network: Network) {
    self.init(record: record, model: NetworkModel(network))
  }

  /// The family of the model.
  public var kind: ModelChoice { record.model.family }

  /// The autoencoder; nil where the model is of another kind.
  package var autoencoder: Network? { model.asNetwork }

  /// The share of the variance that the principal components explain; nil for other models.
  public var explainedShare: Double? { model.asPrincipalComponents?.explainedShare }

  /// The mean calibration error of a network as a share of the variance of the samples, which is the error of
  /// their mean alone.
  ///
  /// Nil for other models, other measures than the mean squared error, and for tables of several kinds of
  /// columns.
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

  /// The autoencoder.
  ///
  /// - Precondition: the model is one; ask ``autoencoder`` where it may be another.
  package var network: Network {
    guard let autoencoder else { preconditionFailure("a model of another kind has no network") }
    return autoencoder
  }

  /// The columns, or the image's shape, and their scaling.
  public var schema: Schema { record.schema }

  /// The targets' columns, or their images' shape, and their scaling; nil where each sample is its own
  /// target.
  package var targetSchema: Schema? { record.targetSchema }

  /// What reconstructions are in: the targets' columns or, without targets, the samples' own.
  package var outputSchema: Schema { targetSchema ?? schema }

  /// What errors mean.
  package var calibration: Calibration { record.calibration }

  /// How the model was trained.
  package var training: TrainingRecord { record.training }

  /// The samples of a source on their way through this detector; nothing is scored yet.
  ///
  /// The columns of a table are found by their names, whatever their order, where both it and the model have
  /// names; else they are taken as they stand. The images of a folder are prepared as they were for fitting.
  ///
  /// A detector that was fitted with targets needs them here too, sample for sample: the error is the
  /// distance between the target and what the model makes of the sample.
  ///
  /// - Throws: ``IngestError`` where columns are missing, or the source's shape is not the model's;
  ///   ``TargetError``.
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

  /// The samples of a source on their way to their codes and reconstructions, for which no targets are
  /// needed; without them, all errors of a detector that was fitted with targets are NaN.
  ///
  /// - Throws: ``IngestError`` as for ``score(_:targets:)``.
  public func reconstruct(_ source: any RecordSource) throws -> Scoring {
    Scoring(detector: self, source: try source.fitted(to: schema))
  }

  /// The batches of a source, to be streamed.
  ///
  /// - Throws: ``IngestError`` where the source's shape is not the model's.
  public func scores(of source: any RecordSource) throws -> ScoredBatches {
    ScoredBatches(scoring: try score(source))
  }

  /// Opens data as this model needs it: columns are found by their names, whatever their order, where
  /// the model has names for them; so are the columns of ids and labels that it was fitted with.
  ///
  /// - Throws: ``IngestError``.
  public func open(_ text: String, options: SourceOptions = SourceOptions()) throws -> any RecordSource {
    try open([text], options: options)
  }

  /// Opens several tables as one, or several images, as this model needs them; see ``DataSource``.
  ///
  /// - Throws: ``IngestError``.
  public func open(_ texts: [String], options: SourceOptions = SourceOptions()) throws -> any RecordSource {
    try open(texts, options: options, as: schema)
  }

  /// Opens targets as this model needs them; see ``open(_:options:)``.
  ///
  /// - Throws: ``IngestError``, ``TargetError`` where the model was fitted without targets.
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

  /// What each column contributed to a sample's error, largest share first; nothing for images.
  ///
  /// Shapes: `input`, `reconstruction` [E], `cells` [D]; for a model with targets, `input` is the target.
  /// Shares are of the squared error, those of a column's inputs added; where that is 0, there are no
  /// reasons. A missing cell that is nothing special has no share. A column whose value is as expected is
  /// left out, unless the value is rare.
  ///
  /// `cells` are the sample's own, as the source has them; without them they are decoded from `input`. Where
  /// the model shares its own score out by inputs, `shares` [E] takes the place of the squared error. By the
  /// Mahalanobis distance a value is compared with its mean given the other columns, since the reconstruction
  /// follows it.
  package func reasons(
    input: [Float], reconstruction: [Float], cells: [CellValue]? = nil, shares: [Float]? = nil
  ) -> [FeatureError] {
    reasons(input: input, reconstruction: reconstruction, cells: cells, shares: shares, outlier: nil)
  }

  /// The same for a sample with a gross outlier, whose column then leads.
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
      if training.options.loss == .mixed {
        reason.probability = schema.probability(of: reason.value, in: reconstruction.span, column: column)
      }
      return reason.explains ? reason : nil
    }
  }

  /// The values that reasons compare a row's values with, [E]; nil where that is its reconstruction.
  private func expectation(of input: [Float]) -> [Float]? {
    guard calibration.measure == .mahalanobis, let model = model.asPrincipalComponents,
      input.allSatisfy(\.isFinite)
    else { return nil }
    return model.expectation(of: input, columns: (0..<schema.width).map(schema.inputs(of:)))
  }

  /// The columns' shares of a sample's error, which sum to 1, or are all 0 where there is no error: [D].
  ///
  /// See ``reasons(input:reconstruction:cells:shares:)``; `missing` says which cells hold no value.
  func featureShares(
    input: [Float], reconstruction: [Float], shares: [Float]?, missing: [Bool]?,
    outlier: GrossOutlier? = nil
  ) -> [Double] {
    let schema = outputSchema
    let parts = (0..<schema.width).map { column -> Double in
      let isMissing = missing?[column] ?? false
      if isMissing, schema.expectsMissing(column) { return 0 }
      // A time stamp that only orders the rows is not to blame for what the others did.
      if !isMissing, schema.table?.used[column].date?.sequence != nil { return 0 }
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

  /// Writes the model, whole or not at all.
  ///
  /// - Throws: ``FileError``.
  public func save(_ path: String) throws { try save(path, in: nil) }

  /// Writes the model, which appears together with the other files of a group where there is one.
  ///
  /// - Throws: ``FileError``.
  package func save(_ path: String, in group: OutputGroup?) throws {
    try ModelFile(record: record, model: model).write(to: path, in: group)
  }

  /// Whether a file begins as a model's does.
  public static func isModel(_ path: String) -> Bool {
    guard FileSystem.status(of: path)?.isRegular ?? false, let file = try? ByteFile.reading(path) else {
      return false
    }
    var head: [UInt8] = []
    guard (try? file.read(upTo: 9, appendingTo: &head)) == 9 else { return false }
    return head[8] == UInt8(ascii: "{") && head[5] == 0 && head[6] == 0 && head[7] == 0
  }

  /// Reads a model.
  ///
  /// - Throws: ``FileError``, ``ModelFileError``.
  public static func load(_ path: String) throws -> Detector {
    let file = try ModelFile(readingFrom: path)
    return Detector(record: file.record, model: file.model)
  }
}
