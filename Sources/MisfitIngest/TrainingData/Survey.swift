import MisfitCore

/// The first pass over a source.
struct Survey {
  private(set) var schema: Schema
  private(set) var fingerprint: ContentFingerprint

  /// Makes the first pass, and returns the source as the next pass has to read it.
  ///
  /// A table whose first records are all numbers is read as numbers until a cell is not one.
  static func of(
    _ source: any RecordSource, _ options: TrainingData.Options, onRows: (Int) throws -> Void
  ) throws -> (Survey, any RecordSource) {
    try LargestValue.locating(in: source) { try find(source, options, onRows: onRows) }
  }

  private static func find(
    _ source: any RecordSource, _ options: TrainingData.Options, onRows: (Int) throws -> Void
  ) throws -> (Survey, any RecordSource) {
    let table = source.cells
    let scaling = options.tableScaling ?? options.scaling
    if scaling.needsQuantiles, source.layout.shape.extents.count != 1 || source.layout.valueKind != .float64 {
      throw IngestError(
        .noTable(option: "\(.scaling, scaling.rawValue)"), at: InputPosition(source: source.name))
    }
    var typing = table?.typing ?? TypingOptions()
    if table != nil { typing.kinds.merge(options.kinds) { own, _ in own } }
    let canBeNumbers =
      !scaling.needsQuantiles && typing.isEmpty && !(table?.numbers.isNotable ?? false)
      && table?.isSeeminglyNumeric ?? true
    if canBeNumbers, let survey = try ofNumbers(source, options, onRows: onRows) { return (survey, source) }
    let profile = try TableProfile(
      source, options: typing, threadCount: options.threadCount, onRows: onRows)
    guard
      let columns = try profile.table(options: typing, scaling: scaling, hasIndicators: options.hasIndicators)
    else {
      let survey = try Survey(
        source, scaling: options.scaling, threadCount: options.threadCount, onRows: onRows)
      return (survey, source)
    }
    guard let table else {
      let used = columns.columns.indices.filter { columns.columns[$0].isUsed }
      return (
        Survey(profile, columns, scaling: scaling, layout: source.layout),
        ColumnSelection(source, columns: used)
      )
    }
    if table.handling.policy == .stop {
      try profile.refuseUnreadCells(columns.columns, in: table, typing, options.threadCount, onRows: onRows)
    }
    let typed = try table.typed(asDecidedBy: columns)
    var survey = Survey(profile, columns, scaling: scaling, layout: source.layout)
    if table.handling.policy == .skip, columns.used.contains(where: { $0.unreadCount != nil }) {
      try survey.recount(typed, columns, scaling, options.threadCount, onRows: onRows)
    }
    return (survey, typed)
  }

  /// Reads the source as numbers, which takes a third of the time of cells; nil for a table whose cells have
  /// to be looked at: one is no number, or the numbers may mean something else than they say.
  ///
  /// The cells cannot be kept beside the numbers for that case: they are what takes the time.
  private static func ofNumbers(
    _ source: any RecordSource, _ options: TrainingData.Options, onRows: (Int) throws -> Void
  ) throws -> Survey? {
    let isTable = source.cells != nil
    let survey: Survey
    do {
      survey = try Survey(source, scaling: options.scaling, threadCount: options.threadCount, onRows: onRows)
    } catch let error as IngestError where isTable && error.kind.isOfCell {
      // If it is the cell that is wrong, and not the kind of its column, the profile finds it, too.
      return nil
    }
    if isTable, !survey.schema.countingColumns.isEmpty || survey.mayHaveSentinels { return nil }
    let hidesOthers = (options.tableScaling ?? options.scaling) == .automatic && survey.mayHideOthers
    return hidesOthers ? nil : survey
  }

  private init(_ profile: TableProfile, _ table: TableSchema, scaling: ScalingChoice, layout: RecordLayout) {
    schema = Schema(table, layout: layout, scaling: scaling, rowCount: profile.rowCount)
    fingerprint = profile.fingerprint
  }

  /// Counts the records that are not skipped.
  private mutating func recount(
    _ source: any CellSource, _ table: TableSchema, _ scaling: ScalingChoice, _ threadCount: Int,
    onRows: (Int) throws -> Void
  ) throws {
    var (rowCount, fingerprint) = (0, ContentFingerprint())
    let capacity = RecordLayout.batchRowCount(ofWidth: table.columns.count)
    try source.forEachBatch(ofUpTo: capacity, threadCount: threadCount) { batch in
      rowCount += batch.rowCount
      fingerprint.update(batch)
      try onRows(rowCount)
    }
    schema = Schema(table, layout: source.layout, scaling: scaling, rowCount: rowCount)
    self.fingerprint = fingerprint
  }

  init(
    _ source: any RecordSource, scaling: ScalingChoice, threadCount: Int, onRows: (Int) throws -> Void
  ) throws {
    var learner = SchemaLearner(layout: source.layout)
    var fingerprint = ContentFingerprint()
    let batchRowCount = RecordLayout.batchRowCount(ofWidth: source.layout.width)
    try source.forEachBatch(ofUpTo: batchRowCount, threadCount: threadCount) { batch in
      learner.update(batch)
      fingerprint.update(batch)
      try onRows(learner.rowCount)
    }
    schema = try learner.schema(scaling: scaling, source: source.name)
    self.fingerprint = fingerprint
  }

  /// Whether the least or the largest number of a column may stand for "no value".
  private var mayHaveSentinels: Bool {
    (schema.minima + schema.maxima).contains(where: NumberSentinel.isWrittenInNines)
  }

  /// Whether a column of a table has values so far from its mean that they may hide all others: the table is
  /// then read as cells.
  private var mayHideOthers: Bool {
    schema.shape.extents.count == 1
      && (0..<schema.width).contains { column in
        let (mean, deviation) = (schema.means[column], schema.standardDeviations[column])
        return max(schema.maxima[column] - mean, mean - schema.minima[column]) > Self.farDeviations
          * deviation
      }
  }

  /// One value in two hundred that is far larger than all others is as far from the mean, and so are fewer
  /// that are larger still.
  private static let farDeviations = 10.0

  var notes: [MessageText] {
    if let table = schema.table {
      return table.columns.filter { !$0.isUsed }.map(\.leftOutText)
        + table.columns.compactMap(\.remark)
        + schema.compressedColumns.map { MessageText($0.compressionText) }
    }
    let constant = schema.constantColumns
    guard !constant.isEmpty else { return [] }
    // Images have dark corners; a list of their positions would not help.
    if schema.columnNames.isEmpty { return ["\(CountText.of(constant.count, "pixel")) never change"] }
    return ["constant: \(IngestError.list(constant.map { schema.featureName(at: $0) }))"]
  }
}

extension TableProfile {
  /// Throws one error for all cells that are not of their column's kind.
  fileprivate func refuseUnreadCells(
    _ columns: [TableColumn], in source: any CellSource, _ options: TypingOptions, _ threadCount: Int,
    onRows: (Int) throws -> Void
  ) throws {
    let cells = try unreadCells(
      columns, in: source, options: options, threadCount: threadCount, onRows: onRows)
    guard let cells else { return }
    throw cells.error
  }
}
