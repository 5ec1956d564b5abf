import Misfit
import Synchronization

/// Scores rows by a model as they arrive, with one engine for the whole run.
///
/// Rows are put in a queue that is the engine's source; each call takes what is in it. The engine computes on
/// the caller's thread, so that it never waits for rows that have not arrived.
final class ModelScorer {
  /// The score of one row.
  struct Score {
    var score: Double
    /// How often normal samples score at least this high.
    var pValue: Double
    /// The columns with the largest shares, for rows over the threshold.
    var reasons: [FeatureError] = []
  }

  let detector: Detector
  /// The columns of the model.
  let columns: [String]
  private let queue: QueueSource
  private let engine: SampleEngine
  /// The windows of rows, for a model of series; nil for one of single rows.
  private(set) var windows: StreamedWindows?

  /// Loads a model of numbers, or one of windows; `latest` continues the windows of an earlier run.
  ///
  /// - Throws: the errors of loading; ``ArgumentError`` if the model needs more than numbers or has no
  ///   p-values.
  init(_ path: String, latest: [String: [Float]] = [:]) throws {
    detector = try Detector.load(path)
    windows = StreamedWindows(detector, latest: latest)
    columns = windows?.columns ?? detector.schema.columnNames
    let isReadable = windows != nil || !detector.schema.hasKinds
    guard !columns.isEmpty, isReadable, detector.targetSchema == nil else {
      throw ArgumentError(
        .conflict(
          "\(path) is not a model of a table of numbers",
          remedy: "fit it on columns of numbers only: misfit fit --ignore COLUMNS"))
    }
    guard detector.calibration.pValue(of: 0) != nil else {
      throw ArgumentError(
        .conflict("\(path) has no p-values", remedy: "calibrate it on normal rows: misfit calibrate"))
    }
    queue = QueueSource(windows.map { .init(shape: .row($0.width)) } ?? .rows(columns))
    var scoring = try (windows?.detector ?? detector).score(queue)
    scoring.threadCount = 1
    scoring.takesCrossEntropy = false
    engine = try SampleEngine(scoring)
  }

  /// Returns the scores of rows, nil for one with a missing value or without a whole window; reasons of those
  /// with a p-value of at most `reasonLimit`.
  ///
  /// `series` has the name of the series of each row.
  /// - Throws: ``IngestError``.
  func scores(of rows: [[Double]], series: [String], reasonLimit: Double) throws -> [Score?] {
    let inputs = zip(rows, series).map { row, series in
      if windows != nil { return windows?.add(row, of: series) }
      return row.allSatisfy(\.isFinite) ? row : nil
    }
    queue.append(inputs.compactMap(\.self))
    var scores: [Score] = []
    let count = inputs.count { $0 != nil }
    while scores.count < count, let batch = try engine.next() {
      for index in 0..<batch.count {
        let score = batch.score(at: index)
        var row = Score(score: score, pValue: detector.calibration.pValue(of: score) ?? 1)
        if row.pValue <= reasonLimit {
          row.reasons = windows?.reasons(of: batch, at: index) ?? batch.sample(at: index).reasons
        }
        scores.append(row)
      }
    }
    var rest = scores[...]
    return inputs.map { $0 == nil ? nil : rest.popFirst() }
  }
}

extension RecordLayout {
  /// The layout of rows with these columns.
  fileprivate static func rows(_ columns: [String]) -> RecordLayout {
    RecordLayout(shape: .row(columns.count), columns: columns, namesAreGiven: true)
  }
}

extension Schema {
  /// Whether a column is of another kind than numbers.
  fileprivate var hasKinds: Bool { table != nil }
}

/// A source of rows that are added while it is read.
private final class QueueSource: RecordSource {
  let name = "rows"
  let layout: RecordLayout
  private let rows = Mutex<[[Double]]>([])

  init(_ layout: RecordLayout) { self.layout = layout }

  func append(_ added: [[Double]]) { rows.withLock { $0 += added } }

  func makeReader() throws(IngestError) -> any RecordReader { Reader(self) }

  private final class Reader: RecordReader {
    private let source: QueueSource
    private var readCount = 0

    init(_ source: QueueSource) { self.source = source }

    func readBatch(into batch: inout RecordBatch) throws(IngestError) -> Bool {
      batch.reset(firstRecord: readCount + 1)
      let capacity = batch.capacity
      let taken = source.rows.withLock { rows in
        let taken = Array(rows.prefix(capacity))
        rows.removeFirst(taken.count)
        return taken
      }
      for row in taken { batch.append(row) }
      readCount += taken.count
      return !taken.isEmpty
    }
  }
}
