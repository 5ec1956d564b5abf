/// The columns of a table that are of several kinds.
///
/// Shapes: D used columns, and E inputs, the sum of their widths.
package struct TableSchema: Sendable, Hashable {
  /// All columns in the order of the file, including those that are left out.
  package let columns: [TableColumn]
  /// The columns that are used, in the same order.
  package let used: [TableColumn]
  /// The words for "no value".
  package let missingWords: MissingWords
  /// The words for "no value" in columns of numbers and dates; nil for none.
  package let placeholderWords: MissingWords?
  /// The index of the first input of each used column, and the number of inputs: D + 1 numbers.
  package let starts: [Int]
  /// Whether each used column has dates that only order the rows.
  package let ordersRows: [Bool]

  /// The number of inputs, E.
  package var inputCount: Int { starts[starts.count - 1] }

  /// Makes a table of columns.
  init(columns: [TableColumn], missingWords: MissingWords, placeholderWords: MissingWords? = nil) {
    self.columns = columns
    self.missingWords = missingWords
    self.placeholderWords = placeholderWords
    used = columns.filter(\.isUsed)
    ordersRows = used.map { $0.dates?.encoding.sequence != nil }
    starts = used.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.width) }
  }

  /// Returns the inputs of a used column, including its indicator.
  package func inputs(of column: Int) -> Range<Int> { starts[column]..<starts[column + 1] }
}

extension TableSchema: Codable {
  private enum CodingKeys: String, CodingKey { case columns, missingWords, placeholderWords }

  /// The maximum number of inputs of a table in a file.
  private static let inputLimit = 1 << 24

  /// Decodes and checks columns: hostile ones are an error here, not a trap later.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let columns = try container.decode([TableColumn].self, forKey: .columns)
    guard columns.contains(where: \.isUsed),
      columns.reduce(0, { $0 + $1.width }) <= Self.inputLimit
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .columns, in: container, debugDescription: "columns that cannot be encoded")
    }
    self.init(
      columns: columns, missingWords: try container.decode(MissingWords.self, forKey: .missingWords),
      placeholderWords: try container.decodeIfPresent(MissingWords.self, forKey: .placeholderWords))
  }

  /// Encodes the columns.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(columns, forKey: .columns)
    try container.encode(missingWords, forKey: .missingWords)
    try container.encodeIfPresent(placeholderWords, forKey: .placeholderWords)
  }
}
