/// The kind of a column's cells.
public enum ColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Real numbers, such as measurements.
  case numeric
  /// Whole numbers from 0 on, possibly many small and a few very large ones.
  case count
  /// One of several levels.
  case categorical
  /// Yes or no.
  case boolean
  /// Dates, with or without a time of day.
  case datetime
  /// A name that differs for nearly every record; not used by models.
  case identifier
  /// A single value; not used by models.
  case constant
  /// Sentences; not used by models.
  case text

  /// Whether models use the column.
  public var isUsed: Bool { self != .identifier && self != .constant && self != .text }
}

/// Options for the kinds of columns; what is not set is detected.
public struct TypingOptions: Sendable, Hashable {
  /// The kinds of individual columns, by column name.
  public var kinds: [String: ColumnKind] = [:]
  /// The maximum number of levels of a categorical column with an input of their own; the others share one.
  public var maximumLevelCount = 64
  /// Words for a missing value, in any case, in addition to the empty cell and the usual ones such as NA and
  /// null.
  public var missingWords: [String] = []
  /// Words for a missing value that are values here, such as NA for Namibia.
  public var keptWords: [String] = []
  /// The order of day, month and year in dates that do not determine it; nil detects it.
  public var dateOrder: DateOrder?

  /// Makes options; what is left out is detected.
  public init(
    kinds: [String: ColumnKind] = [:], maximumLevelCount: Int = 64, missingWords: [String] = [],
    keptWords: [String] = [], dateOrder: DateOrder? = nil
  ) {
    self.kinds = kinds
    self.maximumLevelCount = maximumLevelCount
    self.missingWords = missingWords
    self.keptWords = keptWords
    self.dateOrder = dateOrder
  }

  /// Whether nothing is set for columns.
  var isEmpty: Bool { kinds.isEmpty && missingWords.isEmpty }

  /// All words for "no value".
  var allMissingWords: MissingWords {
    MissingWords(Self.usualMissingWords + missingWords, without: keptWords)
  }

  /// The words for "no value" in columns of numbers and dates.
  var allPlaceholderWords: MissingWords { MissingWords(Self.placeholderWords, without: keptWords) }
}
