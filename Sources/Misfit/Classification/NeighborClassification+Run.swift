import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels

extension NeighborClassification {
  /// Classifies the samples of `test` by those of `train`.
  ///
  /// The training samples stay in memory, at most ``Options/memoryLimitBytes``; the test samples are read in
  /// batches of about 16 MB. `train` is read twice if features are compared, so it cannot be a pipe that is
  /// not spooled. `onProgress` receives the number of classified samples; an error that it throws stops the
  /// work.
  ///
  /// - Throws: ``ClassificationError`` for sources without labels, labels unknown to `train`, and too many
  ///   samples; ``IngestError``, also if `test` has another shape.
  package static func run(
    train: any RecordSource, test: any RecordSource, options: Options = Options(),
    onProgress: (Int) throws -> Void = { _ in }
  ) throws -> NeighborClassification {
    let clock = ContinuousClock()
    let start = clock.now
    for source in [train, test] {
      try LabelledRows.checkLabels(of: source)
      guard source.layout.grid == nil, options.detector?.schema.preparation?.tiles == nil else {
        throw ClassificationError(.tiles, at: InputPosition(source: source.name))
      }
    }
    let (rows, rowCount) = try representation(of: train, options)
    let known = try KnownRows(rows, of: train, rowCount: rowCount, limitBytes: options.memoryLimitBytes)
    let pool = NumericThread.pool(threadCount: options.threadCount)
    let classifier = NeighborClassifier(
      reference: ReferenceRows(known.values), classes: known.classes,
      neighborCount: options.neighborCount)
    var queries = Queries(classifier, names: known.names, source: test.name, width: rows.width)
    try rows.forEachBatch(of: test) { batch in
      try queries.take(batch, on: pool)
      try onProgress(queries.predictions.count)
    }
    queries.finish(on: pool)
    let seconds = (clock.now - start).seconds
    return NeighborClassification(
      classes: known.names, predictions: queries.predictions,
      confusion: ConfusionMatrix(
        actual: queries.predictions.map(\.actual), found: queries.predictions.map(\.found),
        classCount: known.names.count),
      neighborCount: min(options.neighborCount, rowCount), trainingCount: rowCount, width: rows.width,
      representation: rows.title, encodingSeconds: seconds - queries.searchSeconds,
      searchSeconds: queries.searchSeconds,
      memoryBytes: KnownRows.byteCount(rowCount: rowCount, width: rows.width) + queries.byteCount,
      sourceNames: (train.name, test.name))
  }

  /// Returns the representation of samples, and the number of training samples.
  private static func representation(
    of train: any RecordSource, _ options: Options
  ) throws -> (LabelledRows, rowCount: Int) {
    guard let detector = options.detector else {
      let schema = try TrainingData.schema(of: train, threadCount: options.threadCount)
      return (
        LabelledRows(representation: .features(schema), threadCount: options.threadCount), schema.rowCount
      )
    }
    guard detector.codeCount > 0 else {
      throw ClassificationError(.noCode(detector.kind), at: InputPosition(source: train.name))
    }
    let rows = LabelledRows(representation: .codes(detector), threadCount: options.threadCount)
    let train = try train.fitted(to: detector.schema)
    if let count = train.layout.rowCount { return (rows, count) }
    var count = 0
    try train.forEachBatch { count += $0.rowCount }
    return (rows, count)
  }
}

/// The training samples, all of them.
private struct KnownRows {
  let values: Rows
  let names: [String]
  let classes: [Int]

  /// The maximum number of classes; more labels are names.
  private static let classLimit = 1000

  init(_ rows: LabelledRows, of source: any RecordSource, rowCount: Int, limitBytes: Int) throws {
    let position = InputPosition(source: source.name)
    guard rowCount > 0 else { throw ClassificationError(.noSamples, at: position) }
    let needed = Self.byteCount(rowCount: rowCount, width: rows.width)
    guard needed <= limitBytes else {
      throw ClassificationError(.tooLarge(neededBytes: needed, limitBytes: limitBytes), at: position)
    }
    let values = Rows(count: rowCount, width: rows.width)
    var numbers: [String: Int] = [:]
    var found: [Int] = []
    try rows.forEachBatch(of: source) { batch in
      guard found.count + batch.labels.count <= rowCount else {
        throw IngestError(.changedBetweenPasses, at: position)
      }
      values[found.count..<found.count + batch.values.count].slice.copy(from: batch.values.slice)
      for label in batch.labels {
        let number = numbers[label] ?? numbers.count
        numbers[label] = number
        found.append(number)
      }
      guard numbers.count <= Self.classLimit else {
        throw ClassificationError(.tooManyClasses(limit: Self.classLimit), at: position)
      }
    }
    guard found.count == rowCount else { throw IngestError(.changedBetweenPasses, at: position) }
    self.values = values
    names = LabelOrder.sorted(numbers.keys)
    var ordered = Array(repeating: 0, count: names.count)
    for (index, name) in names.enumerated() { if let number = numbers[name] { ordered[number] = index } }
    classes = found.map { ordered[$0] }
  }

  /// Returns the memory of the rows, their squared lengths and their classes.
  static func byteCount(rowCount: Int, width: Int) -> Int {
    let (values, overflow) = rowCount.multipliedReportingOverflow(by: 4 * (width + 1) + 8)
    return overflow ? .max : values
  }
}

/// The test samples, gathered until there are enough for all threads.
private struct Queries {
  private(set) var predictions: [NeighborClassification.Prediction] = []
  private(set) var searchSeconds = 0.0
  private let classifier: NeighborClassifier
  private let numbers: [String: Int]
  private let source: String
  private let waiting: Rows
  private var waitingCount = 0

  init(_ classifier: NeighborClassifier, names: [String], source: String, width: Int) {
    self.classifier = classifier
    self.source = source
    numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    // Batches of a source have up to 1,024 rows.
    waiting = Rows(count: max(1024, min(8192, (1 << 22) / width / 1024 * 1024)), width: width)
  }

  /// The memory of the waiting rows and of the products of all shards.
  var byteCount: Int { (waiting.slice.count + RowShards.perBlock * RowShards.valueLimit) * 4 }

  mutating func take(_ batch: LabelledRows.Batch, on pool: WorkerPool) throws {
    for (row, (id, label)) in zip(batch.ids, batch.labels).enumerated() {
      guard let actual = numbers[label] else {
        let position = InputPosition(source: source, record: batch.firstRecord + row)
        throw ClassificationError(.unknownLabel(label), at: position)
      }
      if waitingCount == waiting.count { finish(on: pool) }
      waiting[waitingCount].copy(from: batch.values[row])
      waitingCount += 1
      predictions.append(.init(id: id, actual: actual, found: 0, votes: 0))
    }
  }

  /// Classifies the waiting rows.
  mutating func finish(on pool: WorkerPool) {
    let clock = ContinuousClock()
    let start = clock.now
    let votes = classifier.votes(for: waiting[0..<waitingCount], on: pool)
    searchSeconds += (clock.now - start).seconds
    let first = predictions.count - waitingCount
    for (row, vote) in votes.enumerated() {
      predictions[first + row].found = vote.found
      predictions[first + row].votes = vote.count
    }
    waitingCount = 0
  }
}
