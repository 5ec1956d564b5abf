/// The index of each row of series among the records of their source; -1 for rows that fill a gap.
///
/// Rows in the order of their source, which is the usual one, take no memory; others take 4 bytes each.
struct SeriesOrder: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral {
  /// The number of rows.
  let count: Int
  /// The records of the rows; empty if each row is the record at its own index.
  private let records: [Int32]

  /// The order of the source.
  init(identityOf count: Int) { (self.count, records) = (count, []) }

  /// An order; that of the source if all rows are in it.
  init(_ records: [Int32]) {
    count = records.count
    let isIdentity = records.indices.allSatisfy { records[$0] == $0 }
    self.records = isIdentity ? [] : records
  }

  init(arrayLiteral records: Int...) { self.init(records.map(Int32.init)) }

  /// Whether each row is the record at its own index.
  var isIdentity: Bool { records.isEmpty }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(row: Int) -> Int { records.isEmpty ? row : Int(records[row]) }

  /// Returns the row of each of `recordCount` records.
  func inverted(recordCount: Int) -> SeriesOrder {
    guard !records.isEmpty else { return self }
    var rows = [Int32](repeating: 0, count: recordCount)
    for (row, record) in records.enumerated() where record >= 0 { rows[Int(record)] = Int32(row) }
    return SeriesOrder(rows)
  }
}

/// An array that grows by chunks, so that its memory is never copied as a whole while it grows.
struct ChunkedArray<Element> {
  private var chunks: [[Element]] = []
  /// The last chunk, which is not full.
  private var tail: [Element] = []
  private static var chunkCount: Int { 1 << 16 }

  var count: Int { chunks.count * Self.chunkCount + tail.count }

  mutating func append(_ element: Element) {
    tail.append(element)
    guard tail.count == Self.chunkCount else { return }
    chunks.append(tail)
    tail = []
    tail.reserveCapacity(Self.chunkCount)
  }

  subscript(index: Int) -> Element {
    let chunk = index / Self.chunkCount
    return chunk < chunks.count ? chunks[chunk][index % Self.chunkCount] : tail[index % Self.chunkCount]
  }
}

/// The cells of rows that have no value: a bit each, or nothing if all have one.
struct MissingCells: Sendable {
  private var words: [UInt64] = []

  /// Whether all cells have a value.
  var isEmpty: Bool { words.isEmpty }

  func contains(_ cell: Int) -> Bool {
    let word = cell / 64
    return word < words.count && words[word] >> UInt64(cell % 64) & 1 == 1
  }

  mutating func insert(_ cell: Int) {
    while words.count <= cell / 64 { words.append(0) }
    words[cell / 64] |= 1 << UInt64(cell % 64)
  }
}
