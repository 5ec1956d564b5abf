import Misfit
import MisfitReporting

/// A whole process that reads a CSV of 1,000,000 x 30, scores it with 30-8-30 and writes the scores.
struct TableCase: BenchmarkCase {
  let name = "csv-score"
  let summary = "a process that reads a CSV of 1,000,000 x 30, scores it with 30-8-30, writes the scores"
  let peers: [Peer] = [.polars]

  private static let rowCount = 1_000_000
  private static let checkedRowCount = 1000

  /// Creates table and model, unless a peer's generator has already written its own.
  func prepare(_ setting: CaseSetting) throws {
    let files = TableFiles(setting)
    if FileSystem.status(of: files.table) == nil {
      var table = SyntheticTable(seed: setting.seed)
      try table.write(to: files.table, rowCount: setting.limited(Self.rowCount))
    }
    let detector = try fit(files, setting)
    if FileSystem.status(of: files.peerWeights) != nil {
      try PeerWeights(readingFrom: files.peerWeights).copy(into: detector.network)
    }
    try detector.save(files.model)
  }

  func measure(_ setting: CaseSetting) throws -> Measurement {
    let files = TableFiles(setting)
    let task = TableScoring(files: files, threadCount: setting.threadCount)
    let (seconds, peakMemoryBytes) = try setting.program.map { try timeProcess(task, $0) } ?? timeHere(task)
    let check = try check(files)
    var measurement = Measurement(
      name, seconds: [seconds], threadCount: setting.threadCount, seed: setting.seed)
    measurement.sampleCount = check.rowCount
    measurement.valueCount = check.rowCount * SyntheticTable.columnCount
    measurement.byteCount = FileSystem.status(of: files.table)?.size
    measurement.peakMemoryBytes = peakMemoryBytes
    measurement.largestRelativeError = check.scores.largestRelativeError
    FileSystem.removeFile(files.scores)
    return measurement
  }

  private func timeProcess(_ task: TableScoring, _ program: String) throws -> (Double, Int?) {
    let (seconds, message) = try Stopwatch.time {
      try HiddenCommand.scoreTable(task).run(program, name: name)
    }
    return (seconds, Int(message.filter(\.isNumber)))
  }

  private func timeHere(_ task: TableScoring) throws -> (Double, Int?) {
    (try Stopwatch.time { try task.run() }.seconds, nil)
  }

  private func fit(_ files: TableFiles, _ setting: CaseSetting) throws -> Detector {
    var options = FitOptions()
    options.network.hidden = [8]
    options.network.activation = .relu
    options.network.outputActivation = .linear
    options.training.loss = .meanSquaredError
    options.training.epochs = 3
    options.scaling = .none
    options.seed = setting.seed
    options.run.threadCount = setting.threadCount
    return try Detector.fit(FirstRows(CSVSource(files.table), limit: 20_000), options: options)
  }

  /// Compares about every thousandth row with the formulas, reading both files with simple code.
  private func check(_ files: TableFiles) throws -> (rowCount: Int, scores: ScoreCheck) {
    guard let reference = PlainAutoencoder(try Detector.load(files.model).network) else {
      throw BenchmarkError(.wrongAnswer("there is no reference for this network"))
    }
    let byteCount = FileSystem.status(of: files.table)?.size ?? 0
    let step = max(1, byteCount / 270 / Self.checkedRowCount)
    let rows = try LineSample(files.table, every: step)
    let scores = try LineSample(files.scores, every: step)
    guard rows.lineCount == scores.lineCount, rows.lines.count == scores.lines.count else {
      throw BenchmarkError(
        .wrongAnswer("\(scores.lineCount - 1) scores for \(rows.lineCount - 1) rows"))
    }
    var check = ScoreCheck()
    for (index, (row, score)) in zip(rows.lines, scores.lines).enumerated() {
      let values = row.split(separator: ",").compactMap { Float($0).map(Double.init) }
      let fields = score.split(separator: ",")
      let number = index * step + 1
      guard fields.count >= 2, fields[0] == String(number), let error = Double(fields[1]) else {
        throw BenchmarkError(.wrongAnswer("the scores have a line `\(score)` for row \(number)"))
      }
      try check.compare(error, with: reference.meanSquaredError(values), row: number)
    }
    return (rows.lineCount - 1, check)
  }
}

/// The files of the scored table.
struct TableFiles: Codable, Hashable, Sendable {
  var table: String
  var model: String
  var scores: String
  /// The path of the weights that a peer's generator wrote, if it ran.
  var peerWeights: String

  /// Names the files as the peers' generator does.
  init(_ setting: CaseSetting) {
    table = setting.workFolder + "/csv_1m.csv"
    model = setting.workFolder + "/model.misfit"
    scores = setting.workFolder + "/scores.csv"
    peerWeights = setting.workFolder + "/csv_model.json"
  }
}

/// The work of the timed process: the steps of `misfit score`.
struct TableScoring: Codable, Hashable, Sendable {
  var files: TableFiles
  var threadCount: Int

  /// Reads the model, and writes a line for each row of the table.
  func run() throws {
    let detector = try Detector.load(files.model)
    var scoring = try detector.score(detector.open(files.table))
    scoring.threadCount = threadCount
    let table = try ScoreTable(files.scores, hasLabels: false)
    try scoring.forEachBatch { try table.write($0) }
    try table.finish()
  }
}
