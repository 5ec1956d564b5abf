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

  /// The words that always mean "no value".
  public static let usualMissingWords = ["NA", "NaN", "null", "None", "?"]

  /// Everything is found out.
  public init() {}

  /// Whether users said nothing of columns.
  var isEmpty: Bool { kinds.isEmpty && missingWords.isEmpty }

  /// All words for "no value".
  var allMissingWords: MissingWords { MissingWords(Self.usualMissingWords + missingWords) }
}

/// Words that mean "no value", whatever the case of their ASCII letters; so does an empty cell.
public struct MissingWords: Sendable, Hashable, Codable {
  /// The words as they were given.
  public let words: [String]
  private let lowered: [[UInt8]]
  private let longest: Int

  /// Takes words.
  public init(_ words: [String]) {
    self.words = words
    lowered = words.map { Self.lowercased($0.utf8.span) }
    longest = lowered.map(\.count).max() ?? 0
  }

  /// Reads the words.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String].self))
  }

  /// Writes the words.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(words)
  }

  /// Whether a cell without the blanks around it holds no value.
  func contain(_ cell: Span<UInt8>) -> Bool {
    if cell.isEmpty { return true }
    guard cell.count <= longest else { return false }
    return lowered.contains { word in
      word.count == cell.count && word.indices.allSatisfy { word[$0] == Self.lowercased(cell[$0]) }
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  private static func lowercased(_ text: Span<UInt8>) -> [UInt8] { text.indices.map { lowercased(text[$0]) } }
}
