/// What the cells of a column are.
public enum ColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Measured numbers.
  case numeric
  /// Whole numbers from 0 on, of which there may be many small and a few very large ones.
  case count
  /// One of several levels.
  case categorical
  /// Yes or no.
  case boolean
  /// Dates, with or without a time of day.
  case datetime
  /// A name of its own for nearly every record; left out.
  case identifier
  /// One value only; left out.
  case constant
  /// Sentences; left out.
  case text

  /// Whether a model sees the column.
  public var isUsed: Bool { self != .identifier && self != .constant && self != .text }
}

/// How columns are understood; what is not said is found out.
public struct TypingOptions: Sendable, Hashable {
  /// What users say of single columns.
  public var kinds: [String: ColumnKind] = [:]
  /// The most levels of a categorical column that get an input of their own; the others share one.
  public var maximumLevelCount = 64
  /// Words for "no value", beside the empty cell and ``usualMissingWords``; letters of either case are the same.
  public var missingWords: [String] = []
  /// Words of ``usualMissingWords`` and ``placeholderWords`` that are values here, such as NA for Namibia.
  public var keptWords: [String] = []
  /// The order of day, month and year where dates do not tell; nil to find it out.
  public var dateOrder: DateOrder?

  /// Everything is found out.
  public init() {}

  /// Whether users said nothing of columns.
  var isEmpty: Bool { kinds.isEmpty && missingWords.isEmpty }

  /// All words for "no value".
  var allMissingWords: MissingWords {
    MissingWords(Self.usualMissingWords + missingWords, without: keptWords)
  }

  /// The words for "no value" in columns of numbers and dates.
  var allPlaceholderWords: MissingWords { MissingWords(Self.placeholderWords, without: keptWords) }
}
