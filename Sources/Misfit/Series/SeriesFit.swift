import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

/// A fit of a model of windows to rows that follow each other in time.
struct SeriesFit {
  let source: any RecordSource
  let options: FitOptions
  let series: SeriesOptions
  let onEvent: (FitEvent) throws -> Void
  let shouldStop: () -> Bool

  /// The number of parts of each series that calibrate: each is scored by a model that learned from the
  /// others.
  static let blockCount = 4
  /// The maximum number of windows that a model learns from, and of floats in them.
  private static let learnedLimit = 20_000
  private static let learnedValueLimit = 1 << 25

  /// Learns, and calibrates.
  ///
  /// - Throws: the errors of ``Detector/fit(_:options:onEvent:shouldStop:)``, ``SeriesError``.
  func detector() throws -> Detector {
    try check()
    let fingerprint = try FileFingerprint.of(source.filePaths)
    var schema = try learnedSchema(scaling: .standard)
    var planning = SeriesPlanning(series, schema: schema, source: source.name)
    var record = try planning.record()
    // The scale of a single column is its middle: a gross value then leaves something to see of the others.
    // Of several columns, on the 17 files of the SKAB benchmark, F1 is 0.81 with deviations and 0.73 with
    // quartiles.
    if record.columns.count == 1, options.scaling == .automatic {
      schema = try learnedSchema(scaling: .robust)
      planning = SeriesPlanning(series, schema: schema, source: source.name)
      record = try planning.record()
    }
    let source = try source.fittedForLearning(to: schema)
    var reader = SeriesReader(record, source: source, threadCount: options.run.threadCount)
    var rows = try reader.read { try report(reading: 2, $0) }
    record.windows.columnCount = record.columns.count
    planning.plan(&record, for: rows)
    var findings = reader.findings
    // Gaps depend on the window, which depends on the rows.
    if record.step != nil, record.gaps == .fill {
      // Two copies of the rows would take twice the memory.
      rows = SeriesRows.none
      reader = SeriesReader(record, source: source, threadCount: options.run.threadCount)
      rows = try reader.read { try report(reading: 2, $0) }
      findings = reader.findings
    } else if record.step != nil {
      rows = rows.cut(by: record, &findings)
    }
    // Where gaps are usual, most stretches between them are too short for windows.
    if record.gaps == .automatic, planning.gapsAreUsual(in: rows, record.windows) {
      record.gaps = .join
      rows = rows.cut(by: record, &findings)
    }
    try onEvent(.loaded(schema, rowCount: rows.recordCount, validationRowCount: 0))
    let kind = model(for: record)
    try onEvent(.series(planning.notes(record, findings, rows)))
    let windows = SeriesWindows(rows, record.windows)
    let learned = try learnedWindows(rows, record)
    let pool = NumericThread.pool(threadCount: options.run.threadCount)
    let inner = try fit(kind, learned.windows, learned.numbers, record, reports: true)
    let scores = try crossScores(kind, windows, learned, record, inner.calibration.measure, on: pool)
    return assembled(inner, record, rows, scores, fingerprint)
  }

  private func report(reading pass: Int, _ count: Int) throws {
    if shouldStop() { throw FitError(.interrupted(checkpointPath: nil)) }
    try onEvent(.reading(pass: pass, rowCount: count))
  }

  /// Throws if an option has no meaning for series.
  private func check() throws(SeriesError) {
    guard source.layout.shape.imageExtents == nil else { throw SeriesError(.images, source: source.name) }
    let foreign: [(OptionName, Bool)] = [
      (.targetSource, options.rows.targetSource != nil), (.resumes, options.run.resumes),
      (.validation, options.rows.validationSource != nil),
      (.calibration, options.scores.calibration == .split),
      (.scaling, ![.automatic, .standard, .robust].contains(options.scaling)),
    ]
    if let option = foreign.first(where: \.1) {
      throw SeriesError(.notForSeries(option.0), source: source.name)
    }
  }

  private func learnedSchema(scaling: ScalingChoice) throws -> Schema {
    var loading = TrainingData.Options()
    loading.threadCount = options.run.threadCount
    loading.scaling = options.scaling == .automatic ? scaling : options.scaling
    loading.tableScaling = loading.scaling
    loading.hasIndicators = false
    // A name is a name, even if it looks like a number or occurs once.
    if let name = series.seriesColumn, source.layout.columns.contains(name) {
      loading.kinds[name] = .categorical
    }
    do {
      let schema = try TrainingData.schema(of: source, options: loading) { try report(reading: 1, $0) }
      // Times that count the rows look like identifiers, which are left out.
      guard let name = series.timeColumn, schema.leavesOutNumbers(of: name) else { return schema }
      loading.kinds[name] = .numeric
      return try TrainingData.schema(of: source, options: loading) { try report(reading: 1, $0) }
    } catch let error as IngestError {
      // The column of the names may be given a kind before it is known to exist.
      guard case .unknownColumns(let names, _, _) = error.kind,
        let unknown = names.first(where: { $0.name == series.seriesColumn })
      else { throw error }
      throw SeriesError(.noColumn(unknown.name, nearest: unknown.nearest), source: source.name)
    }
  }

  /// Returns the model for windows: distances to windows for a single column, principal components for
  /// several, which move together.
  private func model(for record: SeriesRecord) -> ModelChoice {
    var options = options
    if options.model == .automatic { options.rows.areScored = false }
    let choice = options.modelChoice(for: source)
    guard options.model == .automatic, choice == .local else { return choice }
    return record.columns.count == 1 ? .neighbors : .principalComponents
  }

  /// Returns the options of the fit to windows.
  private func windowOptions(_ kind: ModelChoice, _ record: SeriesRecord) -> FitOptions {
    var windows = options
    windows.model = kind
    windows.series = nil
    windows.scaling = .none
    windows.rows.areScored = false
    windows.rows.areWindows = true
    // Windows overlap, so that those of one fit cannot calibrate: rows do, by blocks.
    windows.scores.calibration = .split
    windows.rows.validationShare = kind.traits.stopsEarly ? options.rows.validationShare : 0
    windows.run.checkpointPath = nil
    if kind == .principalComponents, record.windows.levelWeight == nil {
      windows.components = options.components ?? .varianceShare(SeriesPlanning.componentShare)
      windows.scores.measure = options.scores.measure ?? .meanSquared
    }
    return windows
  }

  private func fit(
    _ kind: ModelChoice, _ windows: SeriesWindows, _ numbers: [Int], _ record: SeriesRecord, reports: Bool
  ) throws -> Detector {
    let source = WindowSource(name: source.name, windows: windows, numbers: numbers)
    return try Detector.fit(
      source, options: windowOptions(kind, record),
      onEvent: { event in
        guard reports else { return }
        switch event {
        // The rows of the data are reported, not the windows.
        case .reading, .loaded, .loadedTargets: break
        default: try onEvent(event)
        }
      }, shouldStop: shouldStop)
  }

  /// Returns the windows to learn from, evenly spaced and no more than a model needs.
  private func learnedWindows(
    _ rows: SeriesRows, _ record: SeriesRecord
  ) throws -> (windows: SeriesWindows, numbers: [Int]) {
    var shape = record.windows
    shape.stride = 1
    let windows = SeriesWindows(rows, shape)
    guard windows.rowCount >= 2 else {
      let longest = rows.segments.map(\.count).max() ?? 0
      throw SeriesError(.tooShort(rowCount: longest, needed: shape.length + 1), source: source.name)
    }
    let limit = max(2, min(Self.learnedLimit, Self.learnedValueLimit / shape.width))
    let step = max(1, (windows.rowCount + limit - 1) / limit)
    return (windows, Array(stride(from: 0, to: windows.rowCount, by: step)))
  }

  /// Returns the scores of all rows, each block by a model that learned from the others.
  ///
  /// Rows close in time are alike, so that they cannot be left out one by one: a block is a part of each
  /// series, and the model learns from no window that shares a row with one of the block.
  private func crossScores(
    _ kind: ModelChoice, _ windows: SeriesWindows, _ learned: (windows: SeriesWindows, numbers: [Int]),
    _ record: SeriesRecord, _ measure: ScoreMeasure, on pool: WorkerPool
  ) throws -> SeriesScores {
    let pass = SeriesPass(windows.rows, record.windows, measure: measure)
    for block in 0..<Self.blockCount {
      try onEvent(.calibrating(fold: block + 1, of: Self.blockCount))
      let ranges = windows.rows.series.map { Self.block(block, of: $0) }
      let zone = record.windows.length
      let kept = learned.numbers.filter { number in
        let start = learned.windows.rowRange(of: number).lowerBound
        return !Self.contain(ranges, start, before: zone, after: zone)
      }
      let numbers = (0..<windows.rowCount).filter { number in
        Self.contain(ranges, windows.rowRange(of: number).lowerBound, before: 1, after: 0)
      }
      guard !numbers.isEmpty else { continue }
      // With too few windows left, the nearest ones are as far as can be.
      let others = kept.count >= 2 ? kept : learned.numbers
      let model = try fit(kind, learned.windows, others, record, reports: false).model
      try pass.add(windows, numbers: numbers, by: model, on: pool) { _ in
        if shouldStop() { throw FitError(.interrupted(checkpointPath: nil)) }
      }
    }
    return pass.result()
  }

  /// Returns whether a row is in one of ascending ranges, less than `before` rows before it, or at most
  /// `after` rows after it.
  private static func contain(_ ranges: [Range<Int>], _ row: Int, before: Int, after: Int) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].lowerBound < row + before { low = middle + 1 } else { high = middle }
    }
    return low > 0 && row < ranges[low - 1].upperBound + after
  }

  private static func block(_ index: Int, of series: Range<Int>) -> Range<Int> {
    let start = series.lowerBound + index * series.count / blockCount
    return start..<series.lowerBound + (index + 1) * series.count / blockCount
  }

  private func assembled(
    _ inner: Detector, _ record: SeriesRecord, _ rows: SeriesRows, _ scores: SeriesScores,
    _ fingerprint: FileFingerprint?
  ) -> Detector {
    var calibration = CalibrationScores()
    let isGross = options.rows.areScored ? [] : grossRows(of: scores, rows, window: record.windows.length)
    for (row, number) in rows.records.enumerated() where number >= 0 {
      let score = scores.scores[row]
      if !score.isNaN, isGross.isEmpty || !isGross[row] { calibration.update(score) }
    }
    let found = calibration.calibration
    let isOwn = options.rows.areScored
    let threshold =
      isOwn
      ? threshold(of: found, scores, rows, window: record.windows.length)
      : calibratedThreshold(of: found, rows, window: record.windows.length)
    var whole = inner.record
    whole.series = record
    whole.profile = nil
    whole.series?.bands = scores.bands(of: rows, record)
    whole.series?.outliers = outliers(record, rows, scores, isGross)
    whole.training.source = source.name
    whole.training.sourceFingerprint = fingerprint
    whole.training.idColumn = source.layout.idColumn
    whole.training.labelColumn = source.layout.labelColumn
    whole.training.rowCount = rows.recordCount
    whole.training.validationRowCount = 0
    whole.calibration = Calibration(
      measure: inner.calibration.measure, scores: found, origin: isOwn ? .all : .crossValidation,
      threshold: threshold ?? AnomalyThreshold(value: .infinity), isSteered: nil, foldCount: Self.blockCount)
    return Detector(
      record: whole, model: inner.model,
      learnedSeries: isOwn ? LearnedSeries(source: source.name, rows: rows, scores: scores) : nil)
  }
}

extension Schema {
  /// Whether a column of numbers is left out since they seem to be no measurements.
  fileprivate func leavesOutNumbers(of name: String) -> Bool {
    table?.columns.contains { $0.name == name && $0.kind == .identifier && $0.numbers != nil } ?? false
  }
}

/// The scores of the rows that a detector learned from, each by a model that learned without its block.
struct LearnedSeries: Sendable {
  /// The name of the rows' source.
  let source: String
  let rows: SeriesRows
  let scores: SeriesScores
}
