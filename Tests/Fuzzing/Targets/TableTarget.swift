import MisfitCore

@testable import Misfit
@testable import MisfitIngest

/// Tables of text.
enum TableTarget {
  /// Reads a table in pieces of two sizes, which must not matter, and looks at its columns.
  ///
  /// The first byte chooses the options.
  static func read(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let text = Array(bytes.dropFirst())
    let source = try readTwice(text, options(choice))
    guard source.layout.width <= 3000 else { return }
    for column in try TableInspection(source, threadCount: 1).columns { _ = column.contentText() }
  }

  private static func options(_ choice: UInt8) -> SourceOptions {
    let delimiters: [Character?] = [nil, nil, nil, ",", ";", "\t", "|", " "]
    var options = SourceOptions()
    options.delimiter = delimiters[Int(choice & 7)]
    options.hasHeader = [nil, nil, true, false][Int(choice >> 3 & 3)]
    if choice & 32 != 0 { options.idColumn = "a" }
    if choice & 64 != 0 {
      options.labelColumn = "b"
      options.requiresNamedColumns = false
    }
    return options
  }

  /// Opens and reads bytes in one piece and in about six, which must not matter.
  ///
  /// - Throws: the error of either, and ``BrokenPromise`` where they differ.
  @discardableResult
  static func readTwice(_ bytes: [UInt8], _ options: SourceOptions) throws -> any RecordSource {
    let source = Result { try DataSource.open(MemoryInput(name: "data", bytes: bytes), options: options) }
    let small = Result {
      let pieceByteCount = max(7, bytes.count / 6)
      return try DataSource.open(
        MemoryInput(name: "data", bytes: bytes, pieceByteCount: pieceByteCount), options: options)
    }
    let (found, other) = (outcome(source), outcome(small))
    switch (found, other) {
    case (.success(let content), .success(let other)):
      try promise(content == other, "what is read depends on the pieces: \(content), \(other)")
    case (.failure(let error), .failure(let other)):
      // Of damaged data, one reader sees the damage first and the other what came of it.
      let isSame = CompressionFormat(beginning: bytes) != nil || isSame(error, other)
      try promise(isSame, "the error depends on the pieces: \(error), \(other)")
      throw error
    default: throw BrokenPromise("whether data is read depends on the pieces: \(found), \(other)")
    }
    return try source.get()
  }

  /// The content of a source, or the error that opening or reading it ended with.
  private static func outcome(
    _ source: Result<any RecordSource, any Error>
  ) -> Result<Content, any Error> {
    source.map(Content.init).flatMap { content in content.failure.map { .failure($0) } ?? .success(content) }
  }

  /// Whether two errors say the same of the same line and column.
  private static func isSame(_ one: any Error, _ other: any Error) -> Bool {
    guard let one = one as? IngestError, let other = other as? IngestError else { return false }
    let (place, otherPlace) = (one.position, other.position)
    return one.kind == other.kind && place?.line == otherPlace?.line && place?.column == otherPlace?.column
  }

  /// Reads a source.
  ///
  /// - Throws: its error.
  static func read(_ source: any RecordSource) throws {
    if let failure = Content(source).failure { throw failure }
  }

  /// Up to some thousand records of a source, as a fingerprint, and the error that ended them.
  struct Content: Equatable {
    var columns: [String] = []
    var fingerprint = ContentFingerprint()
    var ids: [String] = []
    var failure: IngestError?

    init(_ source: any RecordSource) {
      columns = source.layout.columns
      do {
        let reader = try source.makeReader()
        var batch = RecordBatch(layout: source.layout, capacity: min(64, source.layout.batchRowCount))
        var count = 0
        while count < 4000, try reader.readBatch(into: &batch) {
          count += batch.rowCount
          fingerprint.update(batch)
          if batch.rowCount > 0 { ids.append(batch.id(ofRow: batch.rowCount - 1)) }
        }
      } catch { failure = error }
    }
  }

  /// Reads JSON lines or an array of objects, and looks at the columns.
  static func readJSON(_ bytes: [UInt8]) throws {
    guard JSONForm.isBeginning(bytes) else { return }
    let source = try readTwice(bytes, SourceOptions())
    guard source.layout.width <= 3000 else { return }
    _ = try TableInspection(source, threadCount: 1)
  }

  /// Reads compressed data that holds a table or an array.
  static func readCompressed(_ bytes: [UInt8]) throws {
    try readTwice(bytes, SourceOptions())
  }

  /// Scores a table by a model of a typed table.
  static func score(_ bytes: [UInt8], in scratch: Scratch) throws {
    let detector = try scratch.detector("typed-pca")
    try score(detector.open(scratch.write(bytes, as: "table.csv")), by: detector)
  }

  static func score(_ source: any RecordSource, by detector: Detector) throws {
    var scoring = try detector.score(source)
    scoring.threadCount = 1
    var last = Double.infinity
    for sample in try scoring.largest(3) where !sample.score.isNaN {
      try promise(sample.score <= last, "a ranking that rises")
      try promise((0...100).contains(sample.percentile ?? 0), "a percentile of \(sample.percentile ?? 0)")
      last = sample.score
    }
  }

  /// Fits a quick model to a table and scores the table by it; the first byte chooses model and scaling.
  static func fit(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let input = MemoryInput(name: "table", bytes: Array(bytes.dropFirst()))
    let source = try DataSource.open(input, options: SourceOptions())
    guard source.layout.width <= 60 else { return }
    var options = FitOptions()
    options.run.threadCount = 1
    options.model = [.global, .principalComponents, .local, .neighbors][Int(choice & 3)]
    options.scaling = [.automatic, .standard, .minMax, .robust][Int(choice >> 2 & 3)]
    try score(source, by: Detector.fit(source, options: options))
  }
}
