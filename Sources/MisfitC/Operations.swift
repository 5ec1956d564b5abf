import Misfit
import MisfitCore
import MisfitIngest
import MisfitReporting

/// The work of the functions of the C interface, with the types of the library.
enum Operations {
  /// Fits a model.
  static func fit(_ data: DataHandle, _ options: FitOptions, _ reporting: Reporting) throws -> Detector {
    let source = try data.source()
    for note in source.layout.messages { reporting.log(note.text(naming: InterfaceError.text)) }
    var epochLimit: Int?
    return try Detector.fit(
      source, options: options, onEvent: { try reporting.report($0, epochLimit: &epochLimit) },
      shouldStop: { reporting.shouldStop() })
  }

  /// Returns a scoring of data, with its rule decided.
  static func scoring(
    _ detector: Detector, _ data: DataHandle, _ options: ScoringOptions, _ reporting: Reporting
  ) throws -> Scoring {
    if case .table(let table) = data.content, !table.canBeReadAgain,
      options.rule.needsAllScores || detector.scoresWindows
    {
      throw InterfaceError(
        .argument, "this scoring reads its data twice, and \(table.name) is a stream that is read once",
        remedy: "keep its batches")
    }
    var scoring = try detector.score(try data.source(for: detector))
    scoring.precision = options.precision
    scoring.takesCrossEntropy = false
    if let count = options.threadCount { scoring.threadCount = count }
    return try scoring.deciding(by: options.rule) { try reporting.update("scoring", $0, of: nil) }
  }

  /// Calls `body` with each batch, and reports the progress.
  static func forEachBatch(
    of scoring: Scoring, _ reporting: Reporting, _ body: (ScoredBatch) throws -> Void
  ) throws {
    var count = 0
    let total = scoring.source.layout.sampleCount
    try scoring.forEachBatch { batch in
      try body(batch)
      count += batch.count
      try reporting.update("scoring", count, of: total)
    }
  }

  /// Returns the scores of all samples.
  static func score(_ scoring: Scoring, _ reporting: Reporting) throws -> ResultTable {
    var columns = ScoreColumns(scoring)
    try forEachBatch(of: scoring, reporting) { columns.append($0) }
    return columns.table
  }

  /// Returns the scores of the samples with the largest ones.
  static func rank(_ scoring: Scoring, count: Int, _ reporting: Reporting) throws -> ResultTable {
    var ranking = TopK<ScoredSample>(count, order: .largest)
    try forEachBatch(of: scoring, reporting) { batch in
      for index in 0..<batch.count {
        ranking.update(
          score: batch.score(at: index), row: batch.record(at: index), payload: batch.sample(at: index))
      }
    }
    var columns = ScoreColumns(scoring)
    for entry in ranking.ranking { columns.append(entry.payload) }
    return columns.table
  }

  /// Returns the reasons of all samples, at most `top` of each.
  static func reasons(_ scoring: Scoring, top: Int, _ reporting: Reporting) throws -> ResultTable {
    var (ids, names) = (TextColumn(), TextColumn())
    var (values, expected, directions) = (TextColumn(), TextColumn(), TextColumn())
    var ranks: [Int64] = []
    var shares: [Double] = []
    try forEachBatch(of: scoring, reporting) { batch in
      for index in 0..<batch.count {
        for (rank, reason) in batch.reasons(at: index).prefix(top).enumerated() {
          ids.append(batch.id(at: index))
          ranks.append(Int64(rank + 1))
          names.append(reason.feature)
          shares.append(reason.share)
          values.append(reason.value == .missing ? nil : reason.value.description)
          expected.append(reason.expected == .missing ? nil : reason.expected.description)
          directions.append(reason.difference.map { $0 > 0 ? "above" : "below" })
        }
      }
    }
    let columns = [
      ResultColumn("id", texts: ids), ResultColumn("rank", integers: ranks),
      ResultColumn("column", texts: names),
      ResultColumn("share", doubles: shares), ResultColumn("value", texts: values),
      ResultColumn("expected", texts: expected), ResultColumn("direction", texts: directions),
    ]
    return ResultTable(columns, rowCount: ranks.count)
  }

  /// Returns the result of a check as JSON: a table of one row.
  static func check(
    _ detector: Detector, _ data: DataHandle, alpha: Double?, threadCount: Int?, _ reporting: Reporting
  ) throws -> ResultTable {
    var options = CheckOptions()
    if let alpha { options.budget = .share(alpha) }
    var check = DataCheck(detector, options: options)
    var (known, name) = ([CheckFinding](), "data")
    do {
      let source = try data.source(for: detector)
      name = source.name
      var scoring = try detector.score(source)
      scoring.takesCrossEntropy = false
      if let threadCount { scoring.threadCount = threadCount }
      try forEachBatch(of: scoring, reporting) { check.update($0) }
    } catch let error as IngestError {
      guard check.rowCount == 0, let found = detector.findings(of: error) else { throw error }
      known = found
    }
    var text = TextColumn()
    text.append(JSONText.compact(.object(check.result(of: name, known: known).json)))
    return ResultTable([ResultColumn("json", texts: text)], rowCount: 1)
  }

  /// Returns the codes of all samples.
  static func encode(_ detector: Detector, _ data: DataHandle, _ reporting: Reporting) throws -> ResultTable {
    try detector.checkScoresRows(for: .encode)
    guard detector.codeCount > 0 else {
      throw InterfaceError(
        .argument, "a model of the kind \(detector.kind.name) has no code",
        remedy: "use an autoencoder or principal components")
    }
    var scoring = try detector.reconstruct(try data.source(for: detector))
    scoring.stitchesTiles = false
    let width = detector.codeCount
    var codes = Array(repeating: [Float](), count: width)
    try forEachBatch(of: scoring, reporting) { batch in
      for row in 0..<batch.count {
        for column in 0..<width { codes[column].append(batch.codes[row * width + column]) }
      }
    }
    let columns = codes.enumerated().map { ResultColumn("code_\($0.offset + 1)", floats: $0.element) }
    return ResultTable(columns, rowCount: codes[0].count)
  }

  /// Returns the reconstructions of all samples.
  static func reconstruct(
    _ detector: Detector, _ data: DataHandle, _ reporting: Reporting
  ) throws -> ResultTable {
    var scoring = try detector.reconstruct(try data.source(for: detector))
    scoring.stitchesTiles = false
    var columns = ReconstructionColumns(detector)
    try forEachBatch(of: scoring, reporting) { columns.append($0) }
    return columns.table
  }

  /// Writes the folder of a report.
  static func report(_ scoring: Scoring, to folder: String, _ reporting: Reporting) throws {
    let report = DetectionReport(scoring)
    _ = try report.write(to: folder) { try reporting.update("scoring", $0, of: nil) }
  }
}
