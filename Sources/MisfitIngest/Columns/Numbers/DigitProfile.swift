/// Statistics of the digits of a column's numbers, which distinguish counts and measurements from names.
struct DigitProfile: Sendable {
  /// The number of numbers of digits alone, without a sign, a point or an exponent.
  private(set) var count = 0
  /// The number of those with several digits that begin with 0.
  private(set) var zeroLedCount = 0
  private(set) var shortest = Int.max
  private(set) var longest = 0
  /// Whether no number is less than the one before it.
  private(set) var isAscending = true

  /// Adds the cell of a number without surrounding blanks.
  mutating func add(_ cell: Span<UInt8>, isBelowLast: Bool) {
    if isBelowLast { isAscending = false }
    for index in cell.indices where cell[index] &- 48 > 9 { return }
    count += 1
    if cell.count > 1, cell[0] == 48 { zeroLedCount += 1 }
    shortest = min(shortest, cell.count)
    longest = max(longest, cell.count)
  }

  mutating func merge(_ other: DigitProfile, isBelowLast: Bool) {
    isAscending = isAscending && other.isAscending && !isBelowLast
    count += other.count
    zeroLedCount += other.zeroLedCount
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
  }
}

/// The words for "no value" in the cells of a table.
struct CellWords: Sendable {
  /// The words for any column.
  let missing: MissingWords
  /// The words for columns of numbers and dates.
  let placeholders: MissingWords

  init(_ options: TypingOptions) {
    missing = options.allMissingWords
    placeholders = options.allPlaceholderWords
  }
}
