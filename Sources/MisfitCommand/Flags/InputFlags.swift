import Misfit

/// The flags for reading data.
struct InputFlags: FlagSet {
  var id: String?
  var label: String?
  var ignored: [String] = []
  var labelsPath: String?
  var delimiter: String?
  var hasHeader: Bool?
  var skippedLineCount = 0
  var comment: String?
  var badData = BadDataFlags()
  var decimal: String?
  var thousands: String?
  var dateOrder: DateOrder?
  var encoding: TextEncoding?

  static var arguments: [Argument<InputFlags>] {
    Group("Data", common: ["--id", "--label", "--ignore"]) {
      Flag("--id COLUMN", \.id, .text, help: "The column that identifies the rows.")
      Flag(
        "--label COLUMN", \.label, .text,
        help: "The column of labels: not used for learning, written beside the scores.")
      Flag(
        "--ignore COLUMNS", all: \.ignored, .names, help: "Columns to ignore, separated by commas.")
      Flag(
        "--labels FILE", \.labelsPath, .path,
        help: "A file with the labels of arrays: IDX, NPY or an array of an NPZ archive, as in t.npz:y.")
      Flag(
        "--delimiter CHARACTER", \.delimiter, .delimiter, otherwise: "detected from the first records",
        help: "The delimiter: a comma, a semicolon, |, `tab`, or `space` for any number of spaces.")
      Switch("--header", \.hasHeader, sets: true, help: "The first record names the columns.")
      Switch("--no-header", \.hasHeader, sets: false, help: "The first record is data already.")
      Flag(
        "--skip-lines N", \.skippedLineCount, .integer(0...),
        help: "Lines to skip at the beginning of the file, such as titles.")
      Flag(
        "--comment CHARACTER", \.comment, .comment, otherwise: "detected if no record begins with it",
        help: "Lines that begin with this character are skipped.")
      Flag(
        "--decimal CHARACTER", \.decimal, .choice([(",", ","), (".", ".")]) { $0 },
        otherwise: "detected from the cells",
        help: "The decimal sign of all numbers: a comma or a point.")
      Flag(
        "--thousands CHARACTER", \.thousands, .thousands, otherwise: "detected from the cells",
        help: "What separates thousands: a comma, a point, an apostrophe, or `space` for all kinds of spaces."
      )
      Flag(
        "--date-order ORDER", \.dateOrder, .dateOrder, otherwise: "detected from the dates",
        help:
          "The order of dates such as 03/04/24: dmy (day first), mdy (month first) or ymd (year first).")
      Flag(
        "--encoding NAME", \.encoding, .encoding,
        otherwise: "utf-8, or utf-16 if the file begins with its byte order mark",
        help: "The text encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    Shared(\.badData)
  }

  /// The options that the flags select, for a source.
  var sourceOptions: SourceOptions {
    var options = SourceOptions()
    options.idColumn = id
    options.labelColumn = label
    options.ignoredColumns = ignored
    options.labelsPath = labelsPath
    options.delimiter = delimiter?.first
    options.hasHeader = hasHeader
    options.skippedLineCount = skippedLineCount
    options.comment = comment?.first
    options.badData = badData.handling
    options.numbers.decimal = decimal
    options.numbers.thousands = thousands
    options.typing.dateOrder = dateOrder
    options.encoding = encoding
    return options
  }

  /// Returns the options that the flags select, for a source with flags for images and columns.
  func sourceOptions(_ images: ImageFlags, _ columns: ColumnFlags) -> SourceOptions {
    var options = sourceOptions
    options.preparation = images.preparation
    columns.apply(to: &options)
    return options
  }
}

extension ValueKind where Value == String {
  /// A character that separates fields.
  static var delimiter: ValueKind<String> {
    .choice([(",", ","), (";", ";"), ("tab", "\t"), ("|", "|"), ("space", " ")]) {
      $0 == "\t" ? "tab" : $0 == " " ? "space" : $0
    }
  }

  /// A character that separates thousands.
  static var thousands: ValueKind<String> {
    .choice([(",", ","), (".", "."), ("'", "'"), ("space", " "), (" ", " ")]) { $0 == " " ? "space" : $0 }
  }

  /// A character that starts comment lines.
  static var comment: ValueKind<String> {
    ValueKind(
      expectation: "one character that is neither a letter, a digit nor a blank", example: "#",
      read: { text in
        guard text.utf8.count == 1, let byte = text.utf8.first, byte > 32, byte < 127, byte != 34,
          !text.allSatisfy({ $0.isLetter || $0.isNumber })
        else { return nil }
        return text
      }, write: { $0 })
  }
}

extension ValueKind where Value == TextEncoding {
  /// The name of an encoding, as in iconv and Python.
  static var encoding: ValueKind {
    let names = TextEncoding.allCases.map(\.rawValue)
    return ValueKind(
      expectation: "one of the encodings \(names.joined(separator: ", "))", example: "latin1",
      read: { TextEncoding(name: $0) }, write: { $0.rawValue },
      hint: { text in NearestSpelling.of(text, among: names).map { "did you mean \($0)?" } })
  }
}
