import MisfitCore

extension IngestError {
  /// The remedy, if there is one.
  var remedyText: MessageText? {
    switch kind {
    case .unknownSource(_, let nearest):
      (nearest.map { "did you mean \"\($0)\"? " } ?? "")
        + "a source is a file, a folder of images, `-`, `digits` or `random:ROWSxCOLUMNS`"
    case .temporaryFile:
      "set TMPDIR to a folder with more room, or raise \(.memoryLimit)"
    case .malformedGenerator:
      "write random:ROWSxCOLUMNS or random:ROWSxCOLUMNS:SEED, for example random:1000x30:42"
    case .streamIsGone: "save it to a file first, or let it be spooled"
    case .unsupportedFile(let what) where what.hasSuffix("UTF-16"):
      "use \(.encoding, "utf-16"), or convert it with `iconv -f UTF-16 -t UTF-8`"
    case .unsupportedFile(let what) where what.hasSuffix("ZIP archive"):
      "save it to a file and name that, or unpack it on the way: `funzip` prints its first file"
    case .unsupportedFile(let what) where what.hasSuffix("image"):
      "save it to a file and name that, since images are not read from a pipe"
    case .unsupportedFile: "name a CSV, JSON, Arrow, IDX or NPY file, or a folder of images"
    case .empty: "check the command that wrote it"
    case .nothingBehindSkippedLines: "give a smaller \(.skippedLineCount)"
    case .headerOnly: "if the first line is a record, give \(.hasNoHeader)"
    case .noFeatureColumns: "name fewer columns with \(.idColumn), \(.labelColumn) and \(.ignoredColumns)"
    case .nothingToLearnFrom:
      "set the kind of a column with \(.columnKind, "COLUMN=KIND"), for example categorical"
    case .unknownColumns(let names, _, let hasHeader):
      if let text = Self.spellings(names) {
        text
      } else if !hasHeader {
        "no header was found; the columns are called column_1, column_2, ..."
      } else {
        nil
      }
    case .nonNumericColumns(let columns) where columns.contains(where: Self.hasDecimalComma):
      """
      set the number format, for example with \(.decimal, ",") or \(.thousands); or the use of the column: \
      \(.idColumn, "NAME"), \(.labelColumn, "NAME"), \(.ignoredColumns, "NAME") or \(.columnKind, "NAME=KIND")
      """
    case .nonNumericColumns:
      """
      the model or the table before has numbers here; set the use of each column with \(.idColumn, "NAME"), \
      \(.labelColumn, "NAME") or \(.ignoredColumns, "NAME")
      """
    case .missingCell: "fill the cell, drop the record, or omit the column with \(.ignoredColumns)"
    case .notFinite: "drop the record, or omit the column with \(.ignoredColumns)"
    case .notANumber where position?.line == 1:
      "if the first line names the columns, use \(.hasHeader); otherwise correct the cell"
    case .notANumber(let text):
      if WrittenNumber(text)?.marks != nil {
        """
        write it like the others of its column; or set the number format: \(.decimal, ",") or \
        \(.decimal, "."), and \(.thousands) with , . ' or space
        """
      } else {
        "correct the cell; \(otherReadings(of: text))"
      }
    case .decimalPoint:
      "write it like the others: 1234,5; or use \(.thousands, ".") if points separate thousands"
    case .notADate(let text): "correct the cell; \(otherReadings(of: text))"
    case .dateOrder(_, _, let other):
      """
      use \(.dateOrder, other.flagText) if all dates are written \(other.firstText); otherwise correct the \
      cell
      """
    case .ambiguousDate: "set the order with \(.dateOrder, "dmy") or \(.dateOrder, "mdy")"
    case .unreadCells(_, let cells):
      unreadRemedy(cells)
    case .skipsPairs: "use \(.badData, "missing") or \(.badData, "stop")"
    case .noTable: "omit it"
    case .numberTooLarge: "correct the cell: the largest number is about 1.8e308"
    case .raggedRecord:
      """
      check for a stray or missing delimiter or quote in this line; \(.badData, "skip") skips such records
      """
    case .raggedHeader(_, _, let line):
      """
      give each column a name in the first line, or skip titles above the table: \
      \(.skippedLineCount, "\(line - 1)") begins at line \(line)
      """
    case .unclosedQuote: "close it, or double a quote that is meant as text"
    case .textAfterQuote: "double a quote that is meant as text: \"a \"\"quoted\"\" word\""
    case .recordTooLong: "check for a quote that is never closed"
    case .invalidUTF8:
      """
      set the file's encoding: \(.encoding, "windows-1252") or latin1 for Western European languages; \
      convert others to UTF-8 first: `iconv -f ENCODING -t UTF-8 \(shellPath) > table.csv`, where ENCODING \
      is for example WINDOWS-1251 (Cyrillic), SHIFT_JIS (Japanese) or GB18030 (Chinese)
      """
    case .invalidEncoding:
      "give another \(.encoding): \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))"
    case .loneCarriageReturn:
      "end all lines with line feeds, for example with `tr '\\r' '\\n'`, or put the cell into quotes"
    case .missingColumns(let names):
      Self.renamings(names)
        ?? "give data with the columns that the model was fitted on (\(.inspect) lists them)"
    case .takenColumns:
      """
      omit that \(.idColumn), \(.labelColumn) or \(.ignoredColumns), or fit the model with it
      """
    case .shapeMismatch(let expected, let found)
    where expected.imageExtents != nil && found.imageExtents != nil:
      """
      give images of the model's shape; a model fitted with \(.imageSize), \(.isGrey) or \(.tileSide) \
      prepares images in the same way
      """
    case .columnCount, .shapeMismatch: "give the model data of the kind that it was fitted on"
    case .arrayTooLarge:
      "save it in C order, with `np.save(path, np.ascontiguousarray(X))`, or raise \(.memoryLimit)"
    case .sampleTooLarge(let shape, _):
      shape.imageExtents == nil
        ? "check how it was written: the first dimension counts the samples"
        : "save smaller images, or put them into a folder and use \(.imageSize, "WxH") or \(.tileSide, "N")"
    case .tooManyColumns:
      """
      check the delimiter (\(.delimiter)) and the line endings; or transpose the table, if its columns are \
      samples
      """
    case .partLacksColumns(let names, _):
      Self.renamings(names) ?? "give files with the same columns, in any order"
    case .partHasMore(let names, _):
      """
      omit the column, as in \(.ignoredColumns, names.map(ShellText.quoted).joined(separator: ",")), or give \
      files with the same columns
      """
    case .partWidth: "give files with the same columns, or with headers"
    case .partHeader(let hasHeader, _):
      hasHeader
        ? "use \(.hasHeader) or \(.hasNoHeader), or files of one kind"
        : """
        use \(.hasHeader) if its first line is one; if one file was cut into pieces, `cat` them and give `-`
        """
    case .partKind: "give tables (CSV or JSON) or images; arrays one at a time"
    case .standardInputTwice: "give `-` once"
    case .noMatch:
      "check the folder and the pattern: `*` is any text in a name, `?` any letter, `[0-9]` one of several"
    case .malformedJSON: "check the program that wrote it (`python3 -m json.tool` tests a file)"
    case .otherJSONLayout(let layout): MessageText(layout.remedy(path: position?.source ?? "-"))
    case .truncatedJSON: "copy or download the file again"
    case .newJSONName: "save the data to a file first: all of it is then looked through for names"
    case .truncatedCompression(let format), .corruptedCompression(let format):
      "copy or download the file again (`\(format.testCommand)` tests it)"
    case .decompressionMemory(let format): "decompress it first: `\(format.command) \(shellPath) > table.csv`"
    case .noDecompressor(let format):
      (format.packages.map {
        "install it (`apt-get install \($0.debian)`, `brew install \($0.homebrew)`), or "
      } ?? "")
        + "decompress the file first: `\(format.command) \(shellPath) > table.csv`"
    case .foreignFile(let format) where format.stream != nil:
      Self.pipe(format, position?.source ?? "FILE")
    case .foreignFile(let format):
      format.command(for: position?.source ?? "FILE").map { "convert it first, for example with `\($0)`" }
        ?? "give a CSV, JSON, Arrow, IDX or NPY file, or images"
    case .zipMembers(let names):
      names.isEmpty
        ? "check the command that wrote it"
        : "name one of them, as in \(position?.source ?? "a.zip"):\(names[0])"
    case .malformedHeader, .malformedArrow, .truncated, .tooLong, .impossibleSize:
      "copy or download the file again"
    case .arrowBatchTooLarge: "write it in smaller batches, as with max_chunksize=100000 in pyarrow"
    case .unsupported(let format, _) where format == "Arrow":
      position?.column.map { "omit the column, as in \(.ignoredColumns, ShellText.quoted($0))" }
        ?? "write it again with columns of numbers, texts, dates or Booleans"
    case .unsupported: "write it again as a plain array of numbers of one to four dimensions"
    case .noSuchArray(let name, let names):
      names.isEmpty
        ? "give an archive that NumPy's savez wrote"
        : "name one of \(Self.list(names)), as in "
          + "table.npz:\(name.flatMap { NearestSpelling.of($0, among: names) } ?? names[0])"
    case .labelCount: "give the label file that belongs to these samples"
    case .noImages:
      """
      name a folder with images in it (PNG, JPEG, TIFF, WebP, GIF, BMP), or in subfolders that are named \
      like the labels, or one \
      with tables (.csv, .tsv, .json, .jsonl, .arrow, also compressed)
      """
    case .otherImages: "convert them first, for example with `mogrify -format png \(shellPath)/*`"
    case .imageSizes:
      """
      resize them with \(.imageSize, "WxH"), cut them into tiles with \(.tileSide, "N"), or keep one size in \
      a folder
      """
    case .smallerThanTile:
      "give a smaller \(.tileSide), enlarge the images with \(.imageSize, "WxH"), or leave this one out"
    case .colorImage:
      """
      convert it, for example with `mogrify -colorspace Gray -format png \(shellPath)`, or fit the model \
      with \(.isGrey), so that it converts the images that it scores
      """
    case .pairCount: "give one target for each input"
    case .partnerMissing:
      "give each image a partner of the same name, apart from its ending, in the other folder"
    case .noValidationTargets:
      "add \(.validationTargetSource, "PATH"), or hold out a share of the rows, as in \(.validation, "0.1")"
    case .pairTiles: "tiles need inputs and targets of one size: resize both alike, or omit \(.tileSide)"
    case .pairNames: "give inputs and targets the same names, apart from their endings"
    case .noImageFolder:
      "give a folder of images, or omit \(.imageSize), \(.isGrey) and \(.tileSide)"
    case .image(_, let remedy): remedy.map { MessageText($0) }
    case .annotation(_, let remedy): remedy
    case .tooFewRows: "give more rows, or hold fewer of them out with \(.validation)"
    case .changedBetweenPasses: "read it when nothing writes to it, or make a copy first"
    case .rangeTooLarge: "omit the column with \(.ignoredColumns), or take the logarithm of its values"
    case .file, .other: nil
    }
  }

  /// The path of the source, as a shell takes it.
  private var shellPath: String { ShellText.quoted(position?.source ?? "FILE") }

  private func unreadRemedy(_ cells: UnreadCells) -> MessageText {
    if let first = cells.first.first?.error, first.kind.isOfDateOrder {
      return "\(first.remedyText ?? ""); \(.badData, "missing") or skip ignores such cells or their records"
    }
    if cells.isOfModel {
      return """
        correct the cells; or use \(.badData, "missing") to read such cells as missing, or \
        \(.badData, "skip") to skip their records; a model fitted with \
        \(.missingWords, Self.quoted(cells.words)) reads them as missing
        """
    }
    return """
      correct the cells; or use \(.missingWords, Self.quoted(cells.words)) if they are missing values, \
      \(.columnKind, "NAME=KIND") or \(.ignoredColumns, "NAME") for another reading of the column, \
      \(.badData, "missing") to read such cells as missing, or \(.badData, "skip") to skip their records
      """
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  /// Other ways to read a cell.
  private func otherReadings(of text: String) -> MessageText {
    let column = position?.column ?? "COLUMN"
    let name =
      column.contains(" ") || column.contains("(") ? "'\(column)=categorical'" : "\(column)=categorical"
    return """
      or, when fitting, set its meaning: \(.missingWords, Self.quoted(text)) for a missing value, \
      \(.columnKind, name) for a level, or \(.ignoredColumns); \(.badData, "missing") or skip ignores such \
      cells or their records
      """
  }

  /// Commands whose output is read from standard input.
  private static func pipe(_ format: ForeignFormat, _ path: String) -> MessageText {
    let commands = [format.streamCommand(for: path), format.command(for: path)].compactMap {
      $0.map { "`\($0)`" }
    }
    return "pipe it in as an Arrow stream, with `-` as the data: \(commands.joined(separator: ", or "))"
  }

  static func hasDecimalComma(_ column: ColumnExample) -> Bool {
    let parts = column.text.split(separator: ",", omittingEmptySubsequences: false)
    return parts.count == 2 && Double(parts.joined(separator: ".")) != nil
  }

  private static func renamings(_ names: [UnknownName]) -> MessageText? {
    let known = names.compactMap { missing in
      missing.nearest.map { "rename \"\($0)\" to \"\(missing.name)\"" }
    }
    return known.isEmpty ? nil : "if it is the same column, \(known.prefix(20).joined(separator: ", "))"
  }

  private static func spellings(_ names: [UnknownName]) -> MessageText? {
    let known = names.compactMap { unknown in
      unknown.nearest.map { "\"\($0)\" for \"\(unknown.name)\"" }
    }
    return known.isEmpty ? nil : "did you mean \(known.prefix(20).joined(separator: ", "))?"
  }
}
