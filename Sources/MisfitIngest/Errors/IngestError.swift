import MisfitCore

/// Why records could not be read or stored: what happened, and where.
public struct IngestError: Error, Hashable, Sendable {
  /// The problem.
  package var kind: Kind
  /// Where, as far as it is known.
  public var position: InputPosition?

  /// Makes an error in words of your own, for a source of your own.
  ///
  /// `problem` is a sentence without a full stop.
  public init(problem: String, at position: InputPosition? = nil) { self.init(.other(problem), at: position) }

  /// Makes an error.
  package init(_ kind: Kind, at position: InputPosition? = nil) {
    self.kind = kind
    self.position = position
  }

  /// Makes an error of the file system.
  package init(_ error: FileError) { self.init(.file(error)) }
}

extension IngestError {
  /// A column, and one of its values that shows what is wrong with it.
  package struct ColumnExample: Hashable, Sendable {
    /// The column's name.
    package var name: String
    /// What stands in it.
    package var text: String
  }

  /// A name that is not there, and the nearest one that is.
  package struct UnknownName: Hashable, Sendable {
    /// What was asked for.
    package var name: String
    /// What may have been meant.
    package var nearest: String?
  }

  /// What happened.
  package enum Kind: Hashable, Sendable {
    /// A problem of a source that a program defines, in its own words.
    case other(String)
    // What the text of a source says.
    /// The system refused.
    case file(FileError)
    /// The temporary file for rows that memory does not hold, or for standard input, failed.
    case temporaryFile(FileError)
    /// No file, and none of the built-in sources.
    case unknownSource(String, nearest: String?)
    /// `random:` with something else than `NxD` or `NxD:SEED` behind it.
    case malformedGenerator(String)
    /// `digits` cannot be found.
    case digitsNotFound(searched: [String])
    /// Standard input or another pipe was streamed and is gone.
    case streamIsGone
    /// A single image, an archive or other bytes that hold no records we know; what they seem to be.
    case unsupportedFile(String)

    // Texts.
    /// Not a byte.
    case empty
    /// No more lines than were to be skipped.
    case nothingBehindSkippedLines(Int)
    /// A header and no record behind it.
    case headerOnly
    /// Every column is named as identifier, label or ignored.
    case noFeatureColumns
    /// Every column is left out; what each of them is.
    case nothingToLearnFrom([MessageText])
    /// Names given to an option that are none of the columns.
    case unknownColumns([UnknownName], option: OptionName, hasHeader: Bool)
    /// Columns of text that nothing names.
    case nonNumericColumns([ColumnExample])
    /// A cell with nothing in it.
    case missingCell
    /// A cell that holds `NaN` or an infinity.
    case notFinite(String)
    /// A cell that is no number.
    case notANumber(String)
    /// A number with a point in a column whose numbers have decimal commas.
    case decimalPoint(String)
    /// A cell that is no date, in a column of dates.
    case notADate(String)
    /// A date that cannot be read in the order of its column, and the order in which it can.
    case dateOrder(String, DateOrder, other: DateOrder)
    /// A date that may be read day first or month first, where training had none of this kind.
    case ambiguousDate(String)
    /// Several cells that are none of their column's kind; what is wrong with the first, and all of them.
    case unreadCells(first: String, UnreadCells)
    /// A kind of columns, or a scaling, that only tables have.
    case noTable(option: MessageText)
    /// A number beyond the range of doubles.
    case numberTooLarge(String)
    /// A record with too few or too many fields.
    case raggedRecord(expected: Int, found: Int)
    /// A first record with another number of fields than nearly all others, of which the first stands on a
    /// line.
    case raggedHeader(expected: Int, found: Int, line: Int)
    /// A quote that nothing closes; the position is where it opens.
    case unclosedQuote
    /// Something else than a delimiter behind a closing quote.
    case textAfterQuote(String)
    /// A record longer than any sensible one.
    case recordTooLong(limitBytes: Int)
    /// More columns than are read.
    case tooManyColumns(limit: Int)
    /// A header or a cell that is not UTF-8; the text with its bytes shown.
    case invalidUTF8(String)
    /// Bytes that are no text of the encoding that was chosen.
    case invalidEncoding(TextEncoding, bytes: [UInt8])
    /// A cell with a carriage return that is followed by no line feed.
    case loneCarriageReturn(String)

    // Columns against a model.
    /// Columns that the model needs and the source lacks.
    case missingColumns([UnknownName])
    /// Columns that the model needs and that another option has taken.
    case takenColumns([String])
    /// The wrong number of columns where they are matched by their order.
    case columnCount(expected: Int, found: Int)
    /// Samples of another shape.
    case shapeMismatch(expected: SampleShape, found: SampleShape)

    // Several files as one table.
    /// A file that lacks columns of the first.
    case partLacksColumns([UnknownName], first: String)
    /// A file with columns that the first lacks.
    case partHasMore([String], first: String)
    /// A file with another number of columns than the first, where columns have no names.
    case partWidth(expected: Int, found: Int, first: String)
    /// A file with a header where the first has none, or the other way round.
    case partHeader(hasHeader: Bool, first: String)
    /// Files that cannot be read together; what one of them is.
    case partKind(String)
    /// Standard input named more than once.
    case standardInputTwice
    /// A pattern that no file matches.
    case noMatch(String)

    // JSON.
    /// A text that is no JSON; what is wrong.
    case malformedJSON(String)
    /// A table in JSON that is laid out in another way than as records.
    case otherJSONLayout(JSONLayout)
    /// A text that ends within a value.
    case truncatedJSON
    /// A name that the records before do not have, in a text that can be read only once.
    case newJSONName(String)

    // Binary formats.
    /// A compressed stream that ends early.
    case truncatedCompression(CompressionFormat)
    /// A compressed stream that contradicts itself.
    case corruptedCompression(CompressionFormat)
    /// A compressed stream that needs more memory than it gets.
    case decompressionMemory(CompressionFormat)
    /// A compressed stream of a format whose library is not installed.
    case noDecompressor(CompressionFormat)
    /// A file of a format that is not read.
    case foreignFile(ForeignFormat)
    /// A ZIP archive that has no table, or several; their names.
    case zipMembers([String])
    /// A header that does not follow its format; what is wrong.
    case malformedHeader(format: String, detail: String)
    /// A valid header of something that is not read; what it is.
    case unsupported(format: String, detail: String)
    /// Fewer bytes than the header promises.
    case truncated(expectedBytes: Int, foundBytes: Int)
    /// More bytes than the header promises.
    case tooLong(expectedBytes: Int)
    /// An archive that has no array of this name, or several where none is named.
    case noSuchArray(String?, among: [String])
    /// More bytes than compressed data of this size can hold.
    case impossibleSize(expectedBytes: Int, limitBytes: Int)
    /// An array that has to be held in memory as a whole, and is larger than the limit.
    case arrayTooLarge(byteCount: Int, limitBytes: Int)
    /// A sample with more values than are read.
    case sampleTooLarge(SampleShape, limit: Int)
    /// As many labels as there are samples are needed.
    case labelCount(expected: Int, found: Int)

    // Images.
    /// A folder without a PNG or JPEG that holds images of a format that is not read.
    case otherImages(ForeignFormat, count: Int)
    /// A folder without a PNG or JPEG.
    case noImages
    /// Images of two sizes.
    case imageSizes(path: String, shape: SampleShape, otherPath: String, otherShape: SampleShape)
    /// An image that is smaller than the tiles it should be cut into.
    case smallerThanTile(ImageSize, side: Int)
    /// Images are to be prepared, and the source is no folder of images.
    case noImageFolder
    /// An image that cannot be read; why, and the way out.
    case image(String, remedy: String?)

    // Pairs.
    /// Another number of targets than of inputs.
    case pairCount(inputs: Int, targets: Int)
    /// An input and a target in the same place with different names.
    case pairNames(input: String, target: String)
    /// A file of one folder that has no partner in the other.
    case partnerMissing(String, in: String)
    /// Rows to validate with that have no targets, where those to train on have some.
    case noValidationTargets
    /// Records of pairs cannot be skipped.
    case skipsPairs
    /// Images whose targets are cut into other tiles.
    case pairTiles(input: String, target: String)

    // Training data.
    /// Too few rows to learn from.
    case tooFewRows(Int, needed: Int)
    /// The second pass did not see what the first one saw.
    case changedBetweenPasses
    /// Values so far apart that their variance is no double.
    case rangeTooLarge
  }
}
