import MisfitCore

extension IngestError: DiagnosableError {
  /// The problem, as a sentence without a full stop.
  public var problem: String { diagnosis.problem.description }
  /// The remedy, as a sentence without a full stop; nil if there is none to recommend.
  public var remedy: String? { diagnosis.remedy?.description }
  /// The whole message: position, problem and remedy.
  public var description: String { diagnosis.description }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    if case .file(let error) = kind { return error.diagnosis }
    return Diagnosis(problemText, at: position, remedy: remedyText)
  }

  private var problemText: MessageText {
    switch kind {
    case .other(let text): MessageText(text)
    case .file(let error): error.diagnosis.problem
    case .temporaryFile(let error): "the temporary file failed: \(error.diagnosis.problem)"
    case .unknownSource(let text, _): "no such file, and no built-in source: \"\(text)\""
    case .malformedGenerator(let text): "\"\(text)\" is no description of random rows"
    case .streamIsGone: "a pipe can be read only once"
    case .unsupportedFile(let what): "this is \(what), which holds no records that can be read"
    case .empty: "the file is empty"
    case .nothingBehindSkippedLines(let count):
      "nothing follows the \(CountText.of(count, "line")) that \(.skippedLineCount) skips"
    case .headerOnly: "there is a header and no record after it"
    case .noFeatureColumns: "no column is left to learn from"
    case .nothingToLearnFrom(let reasons):
      "no column is left to learn from: \(MessageText.list(Array(reasons.prefix(20)), separator: "; "))"
    case .unknownColumns(let names, let option, _):
      "\(option) names \(Self.list(names.map(\.name))), which is no column here"
    case .nonNumericColumns(let columns): Self.nonNumericProblem(columns)
    case .missingCell: "the cell is empty"
    case .notFinite(let text): "\"\(text)\" is not a finite number"
    case .notANumber(let text): "\"\(text)\" is not a number"
    case .decimalPoint(let text):
      "\"\(text)\" has a point, and the numbers of this column have decimal commas"
    case .notADate(let text): "\"\(text)\" is no date, and the column holds dates"
    case .dateOrder(let text, let order, let other):
      """
      "\(text)" is no date \(order.firstText), as the dates of this column are read, but one \
      \(other.firstText)
      """
    case .ambiguousDate(let text):
      "\"\(text)\" may be read day first or month first, and training had no such dates in this column"
    case .numberTooLarge(let text): "\"\(text)\" is too large for a number"
    case .unreadCells(let first, let cells):
      "\(first); \(CountText.of(cells.count, "cell"))\(cells.extent) cannot be read: \(cells.text)"
    case .skipsPairs: "records with targets cannot be skipped: each needs its own target"
    case .raggedRecord(let expected, let found):
      """
      the record has \(CountText.of(found, "field")) where \(expected) \(expected == 1 ? "is" : "are") \
      expected
      """
    case .raggedHeader(let expected, let found, _):
      "the first record has \(CountText.of(found, "field")), and the others have \(expected)"
    case .unclosedQuote: "the quote that opens here is never closed"
    case .textAfterQuote(let text): "\"\(text)\" follows a closing quote"
    case .recordTooLong(let limit): "the record is longer than \(NumberText.bytes(limit))"
    case .invalidUTF8(let text): "\"\(text)\" is not valid UTF-8"
    case .invalidEncoding(let encoding, let bytes):
      """
      \(bytes.map { "\\x" + String($0, radix: 16, uppercase: true) }.joined()) is no character of \
      \(encoding.rawValue)
      """
    case .loneCarriageReturn(let text): "\"\(text)\" holds a carriage return without a line feed"
    case .missingColumns(let names):
      """
      the model needs \(CountText.of(names.count, "column")) that \(names.count == 1 ? "is" : "are") not \
      here: \(Self.list(names.map(\.name)))
      """
    case .takenColumns(let names):
      """
      the model needs \(Self.list(names)) as \(names.count == 1 ? "a column" : "columns") to score, and \
      another option uses \(names.count == 1 ? "it" : "them")
      """
    case .columnCount(let expected, let found):
      "there are \(CountText.of(found, "column")) where the model needs \(expected)"
    case .shapeMismatch(let expected, let found):
      "a sample has the shape \(found) where the model needs \(expected)"
    case .partLacksColumns(let names, let first):
      """
      the file lacks \(CountText.of(names.count, "column")) that \(first) has: \
      \(Self.list(names.map(\.name)))
      """
    case .partHasMore(let names, let first):
      "the file has \(CountText.of(names.count, "column")) that \(first) lacks: \(Self.list(names))"
    case .partWidth(let expected, let found, let first):
      "the file has \(CountText.of(found, "column")), and \(first) has \(expected)"
    case .partHeader(let hasHeader, let first):
      "the file has \(hasHeader ? "a header" : "no header"), and \(first) has \(hasHeader ? "none" : "one")"
    case .partKind(let what): "this is \(what), which is not read together with other files"
    case .standardInputTwice: "standard input can be read only once, and `-` names it twice"
    case .noMatch(let pattern): "no file matches \"\(pattern)\""
    case .malformedJSON(let detail): "the JSON is malformed: \(detail)"
    case .otherJSONLayout(let layout):
      "the JSON holds \(layout.problem), and an object for each record is expected"
    case .truncatedJSON: "the JSON ends early"
    case .newJSONName(let name): "\"\(name)\" is a name that the first records do not have"
    case .truncatedCompression(let format): "the \(format.rawValue) data ends before it is complete"
    case .corruptedCompression(let format): "the \(format.rawValue) data is damaged"
    case .decompressionMemory(let format):
      "the \(format.rawValue) data needs more memory to be decompressed than it gets (256 MB)"
    case .noDecompressor(let format): "the library that reads \(format.rawValue) is not installed"
    case .foreignFile(let format): "this is \(format.name), which is not read"
    case .zipMembers(let names):
      names.isEmpty
        ? "the ZIP archive holds no file"
        : "the ZIP archive holds \(CountText.of(names.count, "file")): \(Self.list(names))"
    case .malformedHeader(let format, let detail): "the \(format) header is malformed: \(detail)"
    case .unsupported(let format, let detail): "this \(format) file holds \(detail), which is not read"
    case .malformedArrow(let detail): "the Arrow data is damaged: \(detail)"
    case .arrowBatchTooLarge(let byteCount, let limit):
      """
      a record batch takes \(NumberText.bytes(byteCount)) of memory, above the limit of \
      \(NumberText.bytes(limit))
      """
    case .truncated(let expected, let found):
      "the file ends early: its header promises \(NumberText.grouped(expected)) bytes, "
        + "and there are \(NumberText.grouped(found))"
    case .tooLong(let expected):
      "the file continues after the \(NumberText.grouped(expected)) bytes that its header promises"
    case .impossibleSize(let expected, let limit):
      "the header promises \(NumberText.grouped(expected)) bytes, and compressed data of this size holds "
        + "\(NumberText.grouped(limit)) at most"
    case .arrayTooLarge(let byteCount, let limit):
      """
      the array takes \(NumberText.bytes(byteCount)) of memory, above the limit of \
      \(NumberText.bytes(limit)): in Fortran order each sample is spread over all of it
      """
    case .sampleTooLarge(let shape, let limit):
      """
      a sample has \(shape.imageExtents == nil ? NumberText.grouped(shape.elementCount) : shape.description) \
      values, and at most \(NumberText.grouped(limit)) are read
      """
    case .tooManyColumns(let limit):
      "there are more columns than the \(NumberText.grouped(limit)) that are read"
    case .noSuchArray(let name?, _): "the archive has no array \"\(name)\""
    case .noSuchArray(nil, let names): "the archive holds \(CountText.of(names.count, "array"))"
    case .labelCount(let expected, let found):
      "there are \(NumberText.grouped(found)) labels for \(NumberText.grouped(expected)) samples"
    case .noImages: "there is no image and no table in this folder"
    case .otherImages(let format, let count):
      """
      of the images in this folder, \(NumberText.grouped(count)) \
      \(count == 1 ? "is \(format.name)" : "are \(format.nameOfSeveral)"), and only PNG, JPEG, \
      TIFF, WebP, GIF and BMP are read
      """
    case .imageSizes(let path, let shape, let otherPath, let otherShape):
      """
      images of different sizes: \(otherPath) has \(Self.size(otherShape)) pixels, \(path) \
      \(Self.size(shape))
      """
    case .smallerThanTile(let size, let side):
      "the image has \(size.width) x \(size.height) pixels, less than a tile of \(side) x \(side)"
    case .colorImage: "the image has three color channels, and the model learned gray images"
    case .pairCount(let inputs, let targets):
      """
      there are \(NumberText.grouped(targets)) targets for \(NumberText.grouped(inputs)) inputs, as far as \
      they were read
      """
    case .partnerMissing(let name, let folder):
      "\"\(name)\" has no partner in \(folder)"
    case .noValidationTargets: "the rows to validate with have no targets, and those to train on have"
    case .pairTiles(let input, let target):
      "the targets are \(target), and the inputs \(input)"
    case .pairNames(let input, let target):
      "the target \"\(target)\" stands where one for \"\(input)\" is needed"
    case .noTable(let option): "\(option) is for the columns of tables, and this is none"
    case .noImageFolder: "only the images of a folder can be resized, made grey or cut into tiles"
    case .image(let text, _), .annotation(let text, _): MessageText(text)
    case .tooFewRows(let count, let needed):
      "\(CountText.of(count, "row")) \(count == 1 ? "is" : "are") too few: at least \(needed) are needed"
    case .changedBetweenPasses: "the data changed while it was being read"
    case .rangeTooLarge: "the values lie too far apart to be scaled"
    }
  }

  private static func nonNumericProblem(_ columns: [ColumnExample]) -> MessageText {
    let shown = columns.prefix(20).map { "\"\($0.name)\" (for example \"\($0.text)\")" }
    let rest = columns.count > shown.count ? " and \(columns.count - shown.count) more" : ""
    let verb = columns.count == 1 ? "1 column is not numeric" : "\(columns.count) columns are not numeric"
    return "\(verb): \(shown.joined(separator: ", "))\(rest)"
  }

  /// `640 x 480`: width first, as people say it.
  private static func size(_ shape: SampleShape) -> String {
    shape.imageExtents.map { "\($0.width) x \($0.height)" } ?? shape.description
  }

  static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
  }
}
