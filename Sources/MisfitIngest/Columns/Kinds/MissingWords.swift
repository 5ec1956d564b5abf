extension TypingOptions {
  /// The words that mean "no value" in any column unless they are kept.
  ///
  /// Those of pandas, the errors of spreadsheets in English and German, what databases export, and
  /// infinities.
  package static let usualMissingWords = [
    "NA", "NaN", "null", "None", "?", "N/A", "<NA>", "#N/A", "#N/A N/A", "#NA", "-NaN", "+NaN", "NaT",
    "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "1.#INF", "-1.#INF", "nan(ind)", "-nan(ind)",
    "inf", "-inf", "+inf", "Infinity", "-Infinity", "+Infinity",
    "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "\\N", "<null>", "(null)", "[null]", "#NULL", "n.a.", "(NA)", "N.A",
  ]

  /// The marks that mean "no value" in a column of numbers or dates, and are levels in any other.
  package static let placeholderWords = ["-", "--", "---", ".", "..", "...", "–", "—"]
}

/// Words that mean "no value", in any case of their ASCII letters; an empty cell means it as well.
package struct MissingWords: Sendable, Hashable, Codable {
  /// The words as they were given.
  package let words: [String]
  /// The words in lower case, by their number of bytes.
  private let lowered: [[[UInt8]]]

  /// Makes a set of words without those in `kept`, in any case.
  package init(_ words: [String], without kept: [String] = []) {
    let kept = Set(kept.map { $0.lowercased() })
    self.words = words.filter { !kept.contains($0.lowercased()) }
    let all = self.words.map { Self.lowercased($0.utf8.span) }
    var lowered = Array(repeating: [[UInt8]](), count: (all.map(\.count).max() ?? 0) + 1)
    for word in all { lowered[word.count].append(word) }
    self.lowered = lowered
  }

  /// Decodes the words.
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String].self))
  }

  /// Encodes the words.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(words)
  }

  /// Returns whether a cell without surrounding blanks is missing.
  package func contain(_ cell: Span<UInt8>) -> Bool { cell.isEmpty || containsWord(cell) }

  /// Returns whether a cell without surrounding blanks is one of the words.
  func containsWord(_ cell: Span<UInt8>) -> Bool {
    guard cell.count < lowered.count else { return false }
    return lowered[cell.count].contains { word in
      word.indices.allSatisfy { word[$0] == Self.lowercased(cell[$0]) }
    }
  }

  /// All usual words and placeholders: those that may mean "no value" in the first records of a text.
  static let possible = MissingWords(TypingOptions.usualMissingWords + TypingOptions.placeholderWords)

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  private static func lowercased(_ text: Span<UInt8>) -> [UInt8] { text.indices.map { lowercased(text[$0]) } }
}
