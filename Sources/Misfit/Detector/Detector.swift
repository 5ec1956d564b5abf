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
  /// What methods keep from call to call.
  let cache = DetectorCache()

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
    guard kind == .autoencoder, record.series == nil, targetSchema == nil, schema.table == nil,
      calibration.scores.count > 0,
      calibration.measure == .reconstruction(.meanSquared), !schema.hasScoreMaps
    else { return nil }
    let count = 1_000
    let errors = (0..<count).compactMap { index in
      calibration.scores.threshold(atQuantile: (Double(index) + 0.5) / Double(count))?.value
    }
    guard let variance = schema.scaledVariance, !errors.isEmpty else { return nil }
    return errors.reduce(0, +) / Double(errors.count) / variance
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

  /// Whether rows are scored by the windows of consecutive rows that hold them.
  ///
  /// A source is then read twice, and its rows are kept in memory.
  public var scoresWindows: Bool { record.series != nil }

  /// The number of values in the code of a sample; 0 if samples have none, as the rows of series.
  package var codeCount: Int { scoresWindows ? 0 : model.codeCount }

  /// The columns of the targets, or the shape of their images, and their scaling; nil if each sample is its
  /// own target.
  package var targetSchema: Schema? { record.targetSchema }

  /// The schema of reconstructions: that of the targets or, without targets, that of the samples.
  package var outputSchema: Schema { targetSchema ?? schema }

  /// The calibration: the scores of normal samples, and the threshold.
  package var calibration: Calibration { record.calibration }

  /// The record of the training.
  package var training: TrainingRecord { record.training }

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
    let source = try DataSource.open(texts, options: sourceOptions(options, as: schema))
    try schema.check(source.layout, of: source.name)
    return source
  }

  private func sourceOptions(_ options: SourceOptions, as schema: Schema) -> SourceOptions {
    var options = options
    options.expect(schema)
    options.usualIDColumn = training.idColumn
    options.usualLabelColumn = training.labelColumn
    return options
  }

  /// Returns options for data that this model reads: with its columns, and those of ids and labels that it
  /// was fitted with.
  package func sourceOptions(_ options: SourceOptions) -> SourceOptions { sourceOptions(options, as: schema) }
}
