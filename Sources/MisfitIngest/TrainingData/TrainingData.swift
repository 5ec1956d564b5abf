import MisfitCore

/// The data that a model learns from: a schema, encoded training and validation rows, and their targets if
/// they have some, in stores that keep the same order.
package struct TrainingData: Sendable {
  /// The encoding of the rows, learned from all rows of the source.
  package let schema: Schema
  /// The training rows.
  package let training: RowStore
  /// The validation rows, in the order of their source; nil if there are none.
  package let validation: RowStore?
  /// The encoding of the targets; nil if each row is its own target.
  package let targetSchema: Schema?
  /// The target of each row of ``training``.
  package let trainingTargets: RowStore?
  /// The target of each row of ``validation``.
  package let validationTargets: RowStore?
  /// The images whose tiles are the rows of ``training``; empty if rows are not tiles.
  package let trainingImages: [TiledImage]
  /// The images whose tiles are the rows of ``validation``; empty if rows are not tiles.
  package let validationImages: [TiledImage]
  /// Notes for the user on what was detected.
  package let notes: [MessageText]

  /// The training rows, paired with their targets if they have some.
  package var trainingRows: any EpochRows { Self.paired(training, trainingTargets) }

  /// The validation rows, paired with their targets if they have some; nil if there are none.
  package var validationRows: (any EpochRows)? { validation.map { Self.paired($0, validationTargets) } }

  static func paired(_ rows: RowStore, _ targets: RowStore?) -> any EpochRows {
    targets.map { PairedRowStores(rows, targets: $0) } ?? rows
  }

  /// Options for loading.
  package struct Options: Sendable {
    /// The scaling of a table of numbers, and of images.
    package var scaling = ScalingChoice.automatic
    /// The scaling of the numbers in a table with columns of several kinds; nil uses ``scaling``.
    package var tableScaling: ScalingChoice?
    /// The kinds of columns by name, where the source's options leave them open.
    package var kinds: [String: ColumnKind] = [:]
    /// Whether columns with missing cells get an input that indicates them.
    package var hasIndicators = true
    /// The share of the rows that is held out for validation, chosen by the seed; 0 for none.
    package var validationShare = 0.1
    /// The share held out as a function of the number of samples (rows or images); takes precedence over
    /// ``validationShare``.
    package var validationShareOfCount: (@Sendable (Int) -> Double)?
    /// The validation rows; takes precedence over ``validationShare``.
    package var validationSource: (any RecordSource)?
    /// The target of each row of the source; nil if each row is its own target.
    package var targetSource: (any RecordSource)?
    /// The targets of ``validationSource``.
    package var validationTargetSource: (any RecordSource)?
    /// The scaling of the targets.
    package var targetScaling = ScalingChoice.automatic
    /// The maximum number of bytes for all stores together.
    package var memoryLimitBytes = 1 << 30
    /// The seed of the held-out rows and of the shuffling.
    package var seed: UInt64 = 0
    /// The number of threads that read; the result does not depend on it.
    package var threadCount = WorkerPool.availableProcessorCount

    /// Makes options with the defaults above.
    package init() {}
  }

  /// Loads a source, and its targets if it has some.
  ///
  /// The first pass learns the schema, the last one encodes the rows; tables of several kinds of columns take
  /// one more.
  ///
  /// `onRows` is called with the pass and the rows read in it so far; an error that it throws ends the
  /// reading.
  ///
  /// - Throws: ``IngestError`` if a record cannot be read, there are fewer than two rows, or a row has no
  ///   target.
  package static func load(
    _ source: any RecordSource, options: Options = Options(),
    onRows: (_ pass: Int, _ rowCount: Int) throws -> Void = { _, _ in }
  ) throws -> TrainingData {
    let pairs = try options.targetSource.map { try PairedSource(input: source, target: $0) }
    let validationPairs = try options.validationPairs()
    let (survey, source) = try Survey.of(source, options) { try onRows(1, $0) }
    let rowCount = survey.schema.rowCount
    guard rowCount >= 2 else {
      throw IngestError(.tooFewRows(rowCount, needed: 2), at: InputPosition(source: source.name))
    }
    let targetSurvey = try pairs.map { pairs in
      let targets = try Survey(
        pairs.target, scaling: options.targetScaling, threadCount: options.threadCount
      ) { try onRows(1, rowCount + $0) }
      try pairs.check(rowCounts: rowCount, targets.schema.rowCount)
      return targets
    }
    let tiledImages = source.layout.grid?.tiledImages ?? []
    let sampleCount = tiledImages.isEmpty ? rowCount : tiledImages.count
    let share = options.validationShareOfCount?(sampleCount) ?? options.validationShare
    let choice = RowChoice(
      options.validationSource == nil ? share : 0, rowCount: rowCount,
      tiledImages: tiledImages, seed: options.seed)
    let filling = Filling(choice: choice, rowCount: rowCount, options: options)
    let plan = try filling.plan(source, survey, validationSource: options.validationSource)
    let targetPlan = try zipped(pairs, targetSurvey).map { pairs, survey in
      try filling.plan(pairs.target, survey, validationSource: options.validationTargetSource)
    }
    let filled = try filling.fill(plan, beside: targetPlan) { try onRows(2, $0) }
    let targets = try targetPlan.map { targetPlan in
      try filling.fill(targetPlan, beside: plan) { try onRows(2, rowCount + $0) }
    }
    if let pairs, let targets {
      try pairs.check(filled.names, targets.names)
      if let validationPairs { try validationPairs.check(filled.validationNames, targets.validationNames) }
    }
    return TrainingData(
      schema: survey.schema, training: filled.training, validation: filled.validation,
      targetSchema: targetSurvey?.schema, trainingTargets: targets?.training,
      validationTargets: targets?.validation, trainingImages: choice.tiledImages(heldOut: false),
      validationImages: options.validationSource.map { $0.layout.grid?.tiledImages ?? [] }
        ?? choice.tiledImages(heldOut: true),
      notes: source.layout.messages + survey.notes + (pairs?.target.layout.messages ?? []))
  }

  /// Returns the encoding of the rows of a source, learned in a first pass.
  ///
  /// - Throws: ``IngestError``.
  package static func schema(of source: any RecordSource, threadCount: Int) throws -> Schema {
    var options = Options()
    options.threadCount = threadCount
    return try Survey.of(source, options) { _ in }.0.schema
  }

  /// Returns the encoding of the rows of a source, learned in a first pass with these options.
  ///
  /// - Throws: ``IngestError``, the errors of `onRows`.
  package static func schema(
    of source: any RecordSource, options: Options, onRows: (Int) throws -> Void
  ) throws -> Schema {
    try Survey.of(source, options, onRows: onRows).0.schema
  }

  private static func zipped<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
    if let first, let second { (first, second) } else { nil }
  }

  /// Returns a share of the rows, at least one and not all of them; 0 for a share of 0.
  package static func heldOut(_ share: Double, of rowCount: Int) -> Int {
    guard share > 0 else { return 0 }
    return min(max(Int((Double(rowCount) * min(share, 1)).rounded()), 1), rowCount - 1)
  }
}
