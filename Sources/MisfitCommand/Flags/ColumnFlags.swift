import Misfit

/// How the columns of a table are understood.
struct ColumnFlags: FlagSet {
  var kinds: [ColumnKindChoice] = []
  var maximumLevelCount = TypingOptions().maximumLevelCount
  var missingWords: [String] = []
  var keptWords: [String] = []

  static var arguments: [Argument<ColumnFlags>] {
    Group("Columns") {
      Flag(
        "--type COLUMN=KIND", each: \.kinds, .columnKind, otherwise: "found from the cells",
        help:
          "What a column is: \(ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")); the last three are left out."
      )
      Flag(
        "--max-levels N", \.maximumLevelCount, .integer(in: 1...10_000),
        help: "The commonest levels of a column that get an input of their own; all others share one.")
      Flag(
        "--missing-values WORDS", all: \.missingWords, .names,
        help:
          "Words for \"no value\", with commas between them, beside the empty cell, NA, NaN, null, None, ?, N/A, #N/A, inf, errors of spreadsheets such as #DIV/0!, and in columns of numbers and dates - and .; upper and lower case are the same."
      )
      Flag(
        "--keep WORDS", all: \.keptWords, .names,
        help:
          "Words of that list that are values here, with commas between them, such as NA for Namibia.")
    }
  }

  /// Writes what was given into the options of a source.
  func apply(to options: inout SourceOptions) {
    for choice in kinds { options.typing.kinds[choice.column] = choice.kind }
    options.typing.maximumLevelCount = maximumLevelCount
    options.typing.missingWords = missingWords
    options.typing.keptWords = keptWords
  }
}

/// `--type zip=categorical`.
struct ColumnKindChoice: Equatable {
  var column: String
  var kind: ColumnKind
}

extension ValueKind where Value == DateOrder {
  /// Day, month and year in one of three orders.
  static var dateOrder: ValueKind<DateOrder> {
    .choice([("dmy", .dayFirst), ("mdy", .monthFirst), ("ymd", .yearFirst)]) {
      switch $0 {
      case .dayFirst: "dmy"
      case .monthFirst: "mdy"
      case .yearFirst: "ymd"
      }
    }
  }
}

extension ValueKind where Value == ColumnKindChoice {
  /// A column's name, an equals sign and a kind; the name may hold equals signs too.
  static var columnKind: ValueKind {
    let names = ColumnKind.allCases.map(\.rawValue)
    return ValueKind(
      expectation: "COLUMN=KIND with one of the kinds \(names.joined(separator: ", "))",
      example: "zip=categorical",
      read: { text in
        guard let place = text.lastIndex(of: "="), place > text.startIndex,
          let kind = ColumnKind(rawValue: String(text[text.index(after: place)...]))
        else { return nil }
        return ColumnKindChoice(column: String(text[..<place]), kind: kind)
      },
      write: { "\($0.column)=\($0.kind.rawValue)" },
      hint: { text in
        guard let place = text.lastIndex(of: "=") else { return "write the column's name, =, and the kind" }
        return NearestSpelling.of(String(text[text.index(after: place)...]), among: names).map {
          "did you mean \(text[...place])\($0)?"
        }
      })
  }
}
