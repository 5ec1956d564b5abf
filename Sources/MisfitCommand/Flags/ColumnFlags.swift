import Misfit

/// The flags for the columns of a table.
struct ColumnFlags: FlagSet {
  var kinds: [ColumnKindChoice] = []
  var maximumLevelCount = TypingOptions().maximumLevelCount
  var missingWords: [String] = []
  var keptWords: [String] = []

  static var arguments: [Argument<ColumnFlags>] {
    Group("Columns", common: []) {
      Flag(
        "--type COLUMN=KIND", each: \.kinds, .columnKind, otherwise: "detected from the cells",
        help:
          """
          The kind of a column: \(ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")). The last \
          three are not used.
          """
      )
      Flag(
        "--max-levels N", \.maximumLevelCount, .integer(in: 1...10_000),
        help: "How many of a column's most frequent levels get an input of their own; the others share one.")
      Flag(
        "--missing-values WORDS", all: \.missingWords, .names,
        help:
          """
          More words for a missing value, separated by commas. Known are the empty cell, NA, NaN, null, \
          None, ?, N/A, #N/A, inf, spreadsheet errors such as #DIV/0!, and in columns of numbers and dates - \
          and . (case is ignored).
          """
      )
      Flag(
        "--keep WORDS", all: \.keptWords, .names,
        help:
          "Words of that list that are values here, separated by commas, such as NA for Namibia.")
    }
  }

  /// Applies the flags to the options of a source.
  func apply(to options: inout SourceOptions) {
    for choice in kinds { options.typing.kinds[choice.column] = choice.kind }
    options.typing.maximumLevelCount = maximumLevelCount
    options.typing.missingWords = missingWords
    options.typing.keptWords = keptWords
  }
}

/// The kind of a column, as in `--type zip=categorical`.
struct ColumnKindChoice: Equatable {
  var column: String
  var kind: ColumnKind
}

extension ValueKind where Value == DateOrder {
  /// An order of day, month and year.
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
  /// The name of a column, an equals sign and a kind; the name may contain equals signs too.
  static var columnKind: ValueKind {
    let names = ColumnKind.allCases.map(\.rawValue)
    return ValueKind(
      expectation: "COLUMN=KIND with one of the kinds \(names.joined(separator: ", "))",
      example: "zip=categorical",
      read: { text in
        guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
          let kind = ColumnKind(rawValue: String(text[text.index(after: equals)...]))
        else { return nil }
        return ColumnKindChoice(column: String(text[..<equals]), kind: kind)
      },
      write: { "\($0.column)=\($0.kind.rawValue)" },
      hint: { text in
        guard let equals = text.lastIndex(of: "=") else { return "write the column's name, =, and the kind" }
        return NearestSpelling.of(String(text[text.index(after: equals)...]), among: names).map {
          "did you mean \(text[...equals])\($0)?"
        }
      })
  }
}
