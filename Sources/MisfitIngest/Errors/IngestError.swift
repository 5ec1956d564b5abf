import MisfitCore

/// An error of reading or storing records, with its position in the input.
public struct IngestError: Error, Hashable, Sendable {
  /// The problem.
  package var kind: Kind
  /// The position in the input; nil if it is not known.
  public var position: InputPosition?

  /// Creates an error of a custom source, with a problem in your own words.
  ///
  /// `problem` is a sentence without a full stop.
  public init(problem: String, at position: InputPosition? = nil) { self.init(.other(problem), at: position) }

  /// Creates an error.
  package init(_ kind: Kind, at position: InputPosition? = nil) {
    self.kind = kind
    self.position = position
  }

  /// Creates an error of the file system.
  package init(_ error: FileError) { self.init(.file(error)) }
}

extension IngestError {
  /// A column with an example of a value that is not a number.
  package struct ColumnExample: Hashable, Sendable {
    /// The name of the column.
    package var name: String
    /// The text of the value.
    package var text: String
  }

  /// An unknown name, and the nearest known one.
  package struct UnknownName: Hashable, Sendable {
    /// The requested name.
    package var name: String
    /// The nearest known name; nil if none is similar.
    package var nearest: String?
  }

  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// A problem of a custom source, in its own words.
    case other(String)
    // Names of sources.
    /// The file system reported an error.
    case file(FileError)
    /// The temporary file failed: for rows beyond the memory limit, or for standard input.
    case temporaryFile(FileError)
    /// The name is neither a file nor a built-in source; the nearest name.
    case unknownSource(String, nearest: String?)
    /// `random:` is not followed by `NxD` or `NxD:SEED`.
    case malformedGenerator(String)
    /// Standard input or another pipe was already read and cannot be read again.
    case streamIsGone
    /// The file is a single image, an archive or other bytes without records; the kind of data that it seems
    /// to be.
    case unsupportedFile(String)

    // Texts.
    /// The file is empty.
    case empty
    /// The text has no lines after the skipped ones.
    case nothingBehindSkippedLines(Int)
    /// The text has a header but no records.
    case headerOnly
    /// Every column is named as identifier, label or ignored.
    case noFeatureColumns
    /// Every column is left out; the kind of each of them.
    case nothingToLearnFrom([MessageText])
    /// Names in an option do not match any column.
    case unknownColumns([UnknownName], option: OptionName, hasHeader: Bool)
    /// Columns contain text, and no option names them.
    case nonNumericColumns([ColumnExample])
    /// A cell is empty.
    case missingCell
    /// A cell contains `NaN` or an infinity.
    case notFinite(String)
    /// A cell is not a number.
    case notANumber(String)
    /// A number has a decimal point in a column with decimal commas.
    case decimalPoint(String)
    /// A cell is not a date, in a column of dates.
    case notADate(String)
    /// A date cannot be read in the order of its column; the order in which it can.
    case dateOrder(String, DateOrder, other: DateOrder)
    /// A date may be day first or month first, and training had none of this kind.
    case ambiguousDate(String)
    /// Several cells do not fit the kind of their columns; the problem of the first, and all of them.
    case unreadCells(first: String, UnreadCells)
    /// An option for the kind of columns or the scaling applies to tables only.
    case noTable(option: MessageText)
    /// A number is outside the range of a double.
    case numberTooLarge(String)
    /// A record has too few or too many fields.
    case raggedRecord(expected: Int, found: Int)
    /// The first record has a different number of fields than nearly all others; the line of the first of
    /// these.
    case raggedHeader(expected: Int, found: Int, line: Int)
    /// A quoted field is not closed; the position is where it opens.
    case unclosedQuote
    /// A closing quote is not followed by a delimiter.
    case textAfterQuote(String)
    /// A record is longer than the limit.
    case recordTooLong(limitBytes: Int)
    /// The table has more columns than the limit.
    case tooManyColumns(limit: Int)
    /// A header or a cell is not valid UTF-8; its text with the invalid bytes shown.
    case invalidUTF8(String)
    /// Bytes are not valid in the selected encoding.
    case invalidEncoding(TextEncoding, bytes: [UInt8])
    /// A cell contains a carriage return without a line feed.
    case loneCarriageReturn(String)

    // Columns compared with those of a model.
    /// The source lacks columns that the model needs.
    case missingColumns([UnknownName])
    /// Columns that the model needs are used by another option.
    case takenColumns([String])
    /// The number of columns is wrong, and columns are matched by order.
    case columnCount(expected: Int, found: Int)
    /// The samples have another shape.
    case shapeMismatch(expected: SampleShape, found: SampleShape)

    // Several files as one table.
    /// A file lacks columns of the first one.
    case partLacksColumns([UnknownName], first: String)
    /// A file has columns that the first one lacks.
    case partHasMore([String], first: String)
    /// A file without column names has a different number of columns than the first one.
    case partWidth(expected: Int, found: Int, first: String)
    /// A file has a header and the first one has none, or vice versa.
    case partHeader(hasHeader: Bool, first: String)
    /// The files cannot be read together; the kind of one of them.
    case partKind(String)
    /// Standard input is named more than once.
    case standardInputTwice
    /// No file matches the pattern.
    case noMatch(String)

    // JSON.
    /// The text is not valid JSON; the problem.
    case malformedJSON(String)
    /// The table in JSON is not an array of records.
    case otherJSONLayout(JSONLayout)
    /// The text ends within a value.
    case truncatedJSON
    /// A record has a name that earlier records lack, in a text that can be read only once.
    case newJSONName(String)

    // Binary formats.
    /// The compressed stream ends early.
    case truncatedCompression(CompressionFormat)
    /// The compressed stream is corrupted.
    case corruptedCompression(CompressionFormat)
    /// The compressed stream needs more memory than the limit.
    case decompressionMemory(CompressionFormat)
    /// The library for the compressed format is not installed.
    case noDecompressor(CompressionFormat)
    /// The format of the file is not supported.
    case foreignFile(ForeignFormat)
    /// The ZIP archive contains no table, or several; their names.
    case zipMembers([String])
    /// The header does not follow its format; the problem.
    case malformedHeader(format: String, detail: String)
    /// The header is valid, but its content is not supported.
    case unsupported(format: String, detail: String)
    /// Arrow data contradicts itself; how.
    case malformedArrow(String)
    /// A batch of Arrow data takes more memory than the limit.
    case arrowBatchTooLarge(byteCount: Int, limitBytes: Int)
    /// The file has fewer bytes than its header specifies.
    case truncated(expectedBytes: Int, foundBytes: Int)
    /// The file has more bytes than its header specifies.
    case tooLong(expectedBytes: Int)
    /// The archive has no array of this name, or several and none is named.
    case noSuchArray(String?, among: [String])
    /// The header specifies more bytes than compressed data of this size can contain.
    case impossibleSize(expectedBytes: Int, limitBytes: Int)
    /// The array has to be held in memory as a whole, and is larger than the limit.
    case arrayTooLarge(byteCount: Int, limitBytes: Int)
    /// A sample has more values than the limit.
    case sampleTooLarge(SampleShape, limit: Int)
    /// The number of labels differs from that of the samples.
    case labelCount(expected: Int, found: Int)

    // Images.
    /// The folder has no image that is read, but some of an unsupported format.
    case otherImages(ForeignFormat, count: Int)
    /// The folder has no image.
    case noImages
    /// Two images have different sizes.
    case imageSizes(path: String, shape: SampleShape, otherPath: String, otherShape: SampleShape)
    /// An image is smaller than the tiles to cut it into.
    case smallerThanTile(ImageSize, side: Int)
    /// An image has colors, and the model learned gray ones.
    case colorImage
    /// Images are to be prepared, but the source is not a folder of images.
    case noImageFolder
    /// An image cannot be read; the problem and a remedy.
    case image(String, remedy: String?)
    /// A mask or a file of boxes does not fit its image; the problem and a remedy.
    case annotation(String, remedy: MessageText)

    // Pairs.
    /// The number of targets differs from that of the inputs.
    case pairCount(inputs: Int, targets: Int)
    /// An input and its target have different names.
    case pairNames(input: String, target: String)
    /// A file in one folder has no partner in the other.
    case partnerMissing(String, in: String)
    /// The validation rows have no targets, but the training rows do.
    case noValidationTargets
    /// Records of pairs cannot be skipped.
    case skipsPairs
    /// An image and its target are cut into different tiles.
    case pairTiles(input: String, target: String)

    // Training data.
    /// There are too few rows to learn from.
    case tooFewRows(Int, needed: Int)
    /// The data changed between two passes.
    case changedBetweenPasses
    /// Values are so far apart that their variance overflows a double.
    case rangeTooLarge
  }
}
