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
    let options = options(choice)
    let source = try DataSource.open(MemoryInput(name: "table", bytes: text), options: options)
    let small = try DataSource.open(
      MemoryInput(name: "table", bytes: text, pieceByteCount: 7), options: options)
    let (count, failure) = drained(source)
    let (smallCount, smallFailure) = drained(small)
    precondition(failure == smallFailure && (failure != nil || count == smallCount), "pieces matter")
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

  /// Reads up to some thousand records; their number, and the error that ended them.
  static func drained(_ source: any RecordSource) -> (count: Int, failure: IngestError?) {
    var count = 0
    do {
      let reader = try source.makeReader()
      var batch = RecordBatch(layout: source.layout, capacity: min(64, source.layout.batchRowCount))
      while count < 4000, try reader.readBatch(into: &batch) {
        count += batch.rowCount
        if batch.rowCount > 0 { _ = batch.id(ofRow: batch.rowCount - 1) }
      }
    } catch { return (count, error as? IngestError) }
    return (count, nil)
  }

  /// Reads compressed data that holds a table or an array.
  static func readCompressed(_ bytes: [UInt8]) throws {
    let source = try DataSource.open(MemoryInput(name: "data", bytes: bytes), options: SourceOptions())
    if let failure = drained(source).failure { throw failure }
  }

  /// Scores a table by a model of a typed table.
  static func score(_ bytes: [UInt8], in scratch: Scratch) throws {
    let detector = try Detector.load("\(scratch.models)/typed-pca.misfit")
    try score(detector.open(scratch.write(bytes, as: "table.csv")), by: detector)
  }

  static func score(_ source: any RecordSource, by detector: Detector) throws {
    var scoring = try detector.score(source)
    scoring.threadCount = 1
    for sample in try scoring.largest(3) { precondition(sample.id.utf8.count + sample.reasons.count >= 0) }
  }

  /// Fits a quick model to a table and scores the table by it; the first byte chooses model and scaling.
  static func fit(_ bytes: [UInt8]) throws {
    guard let choice = bytes.first else { return }
    let input = MemoryInput(name: "table", bytes: Array(bytes.dropFirst()))
    let source = try DataSource.open(input, options: SourceOptions())
    guard source.layout.width <= 60 else { return }
    var options = FitOptions()
    options.threadCount = 1
    options.model = [.crowd, .principalComponents, .local, .neighbors][Int(choice & 3)]
    options.scaling = [.automatic, .standard, .minMax, .robust][Int(choice >> 2 & 3)]
    try score(source, by: Detector.fit(source, options: options))
  }
}
