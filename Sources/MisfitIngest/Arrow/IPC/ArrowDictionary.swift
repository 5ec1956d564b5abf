/// The values of a dictionary as texts, which grows by additions.
struct ArrowDictionary: Sendable {
  /// The type of the columns of texts.
  static let type = ArrowType.text(offsetByteCount: 8)

  private struct Chunk: Sendable {
    var bytes: [UInt8] = []
    var ends: [Int64] = [0]
    var count: Int { ends.count - 1 }
  }

  private var chunks: [Chunk] = []
  /// The values, in columns of texts one after the other; a missing value is an empty text.
  private(set) var columns: [ArrowColumn] = []
  private var byteCount = 0

  /// Adds values.
  ///
  /// Columns are joined as their number grows, so that there are few of them.
  ///
  /// - Throws: ``ArrowColumnProblem``, also for texts of more than `byteLimit` bytes together, which views
  ///   that share their bytes could claim.
  mutating func append(_ values: ArrowColumn, byteLimit: Int) throws(ArrowColumnProblem) {
    var chunk = Chunk()
    chunk.ends.reserveCapacity(values.count + 1)
    for row in 0..<values.count {
      try values.appendText(row, to: &chunk.bytes)
      chunk.ends.append(Int64(chunk.bytes.count))
      guard chunk.bytes.count <= byteLimit - byteCount else { throw ArrowColumnProblem("its size") }
    }
    byteCount += chunk.bytes.count
    guard chunk.count > 0 else { return }
    while let last = chunks.last, last.count <= chunk.count {
      chunks.removeLast()
      columns.removeLast()
      var joined = last
      let start = Int64(joined.bytes.count)
      joined.bytes += chunk.bytes
      joined.ends += chunk.ends.dropFirst().map { start + $0 }
      chunk = joined
    }
    chunks.append(chunk)
    columns.append(
      try ArrowColumn(
        Self.type, count: chunk.count, values: ArrowBuffer(chunk.ends), data: [ArrowBuffer(chunk.bytes)]))
  }
}
