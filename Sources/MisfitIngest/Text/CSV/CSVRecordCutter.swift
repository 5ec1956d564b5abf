import MisfitCore

/// Finds the ends of records without parsing them: fast, so that one thread can do it for many.
///
/// A line without a quote is a record. In a line with a quote, fields are scanned by the same rules as in
/// parsing, since the meaning of a quote depends on the bytes before it. The result does not depend on the
/// blocks of the input.
///
/// Blank lines are in segments without being counted, and the parser skips them. In a table of one column
/// they are records, except after the last one, where they are in no segment.
struct CSVRecordCutter {
  private let name: String
  private let delimiter: UInt8
  private let comment: UInt8?
  private let blocks: BlockReader
  private var block = ByteBlock([])
  /// The index of the first byte that is not cut yet.
  private var position = 0
  private var end = 0
  /// The byte offset of the block in the source.
  private var baseByteOffset = 0
  /// The number of bytes of the header that are still to be skipped.
  private var skippedByteCount: Int
  /// The first quote at or after an index that was searched from; `Int.max` if the block has no more.
  private var nextQuote = 0
  private var line: Int
  /// The number of records cut so far.
  private(set) var recordCount = 0
  private let readsBlankLines: Bool
  /// The first byte after blank lines at or after an index that was searched from; `Int.max` if the block has
  /// none.
  private var nextContent = -1
  /// Whether the block is the last one.
  private var isFinal = false
  /// Whether there was a record that cannot be read, so that its end is unknown.
  private var isDamaged = false

  /// The maximum length of a record: a longer one is an unclosed quote in a large file.
  static let recordByteLimit = 1 << 26

  init(_ blocks: BlockReader, name: String, format: CSVFormat) {
    self.name = name
    self.blocks = blocks
    delimiter = format.delimiter
    comment = format.comment
    readsBlankLines = format.readsBlankLines
    skippedByteCount = format.dataByteOffset
    line = format.firstLine
  }

  /// Returns the next `limit` records, or those that are left; empty at the end.
  mutating func take(_ limit: Int) throws(IngestError) -> [CSVSegment] {
    var segments: [CSVSegment] = []
    var left = limit
    while left > 0, !isDamaged {
      var segment = CSVSegment(
        block: block, range: position..<position, baseByteOffset: baseByteOffset, firstLine: line,
        recordsBefore: recordCount)
      left -= cut(left)
      // A record without an end is passed on, so that its parser reports what is wrong.
      if isFinal, left > 0, !readsBlankLines || !isBlank(block.bytes[position..<end]) { position = end }
      segment.range = segment.range.lowerBound..<position
      if !segment.range.isEmpty { segments.append(segment) }
      guard left > 0, !isFinal else { break }
      try refill()
    }
    let hasNone =
      left == limit && !isDamaged && segments.allSatisfy { isSkipped($0.block.bytes[$0.range]) }
    return hasNone ? [] : segments
  }

  /// Returns whether bytes are blank lines only.
  private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { isBlank($0) } }

  /// Returns whether bytes are blank lines and comments only.
  private func isSkipped(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let comment else { return isBlank(bytes) }
    return bytes.split(separator: CSVField.lineFeed).allSatisfy { $0.first == comment || isBlank($0) }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == CSVField.lineFeed || byte == CSVField.carriageReturn || byte == CSVField.space
      || (byte == CSVField.tab && delimiter != CSVField.tab)
  }

  /// Moves the position past up to `limit` records, and returns their number.
  private mutating func cut(_ limit: Int) -> Int {
    let all = block.bytes
    let bytes = all.span.extracting(first: end)
    var count = 0
    while count < limit, !isDamaged, let lineEnd = bytes.firstIndex(of: CSVField.lineFeed, from: position) {
      if let comment, bytes[position] == comment {
        line += 1
        position = lineEnd + 1
        continue
      }
      if nextQuote < position {
        nextQuote = bytes.firstIndex(of: CSVField.quote, from: position) ?? .max
      }
      if nextQuote > lineEnd {
        if !isBlankLine(bytes, to: lineEnd) {
          count += 1
        } else if readsBlankLines {
          guard hasContentAfter(position, bytes) else { break }
          count += 1
        }
        line += 1
        position = lineEnd + 1
      } else if cutCarefully(bytes) {
        count += 1
      } else {
        break
      }
    }
    recordCount += count
    return count
  }

  @inline(__always)
  private func isBlankLine(_ bytes: borrowing Span<UInt8>, to lineEnd: Int) -> Bool {
    guard bytes[position] <= CSVField.space else { return false }
    return CSVField.blankLineByteCount(bytes, position, delimiter: delimiter) > 0
  }

  /// Returns whether a record follows blank lines in this block.
  private mutating func hasContentAfter(_ place: Int, _ bytes: borrowing Span<UInt8>) -> Bool {
    if nextContent < place {
      var at = place
      while at < bytes.count, isBlank(bytes[at]) { at += 1 }
      nextContent = at < bytes.count ? at : .max
    }
    return nextContent < .max
  }

  /// Moves the position past a record with quotes; false if its end is not in the block.
  private mutating func cutCarefully(_ bytes: borrowing Span<UInt8>) -> Bool {
    var at = position
    var lineFeedCount = 1
    while true {
      switch CSVField.scan(bytes, from: at, delimiter: delimiter) {
      case .isUnclosed, .isIncomplete: return false
      case .isFollowedByText(let place):
        guard let lineEnd = bytes.firstIndex(of: CSVField.lineFeed, from: place) else { return false }
        isDamaged = true
        position = lineEnd + 1
        return true
      case .field(let field):
        lineFeedCount += field.lineFeedCount
        at = field.end + 1
        guard bytes[field.end] == CSVField.lineFeed else { continue }
        line += lineFeedCount
        position = at
        return true
      }
    }
  }

  /// Copies the rest of the block to the front of the next one; if there is none, ends it with a line feed.
  private mutating func refill() throws(IngestError) {
    let left = position..<end
    let leftByteOffset = baseByteOffset + position
    guard left.count <= Self.recordByteLimit else {
      let place = InputPosition(source: name, byteOffset: leftByteOffset, record: recordCount + 1)
      throw IngestError(.recordTooLong(limitBytes: Self.recordByteLimit), at: place)
    }
    if let next = try blocks.next() {
      take(next, behind: left)
    } else {
      isFinal = true
      var bytes = Array(block.bytes[left])
      if let last = bytes.last, last != CSVField.lineFeed { bytes.append(CSVField.lineFeed) }
      (position, end) = (0, bytes.count)
      block = ByteBlock(bytes)
    }
    baseByteOffset = leftByteOffset - position
    let skipped = min(skippedByteCount, end - position)
    position += skipped
    skippedByteCount -= skipped
    nextQuote = -1
    nextContent = -1
  }

  private mutating func take(_ next: consuming BlockReader.Block, behind left: Range<Int>) {
    var next = next
    let start = blocks.headroom
    let count = next.count
    var bytes: [UInt8] = []
    swap(&bytes, &next.bytes)  // the only reference, so that it is written to in place
    if left.count <= start {
      bytes.replaceSubrange(start - left.count..<start, with: block.bytes[left])
      (position, end) = (start - left.count, start + count)
      block = ByteBlock(bytes, from: blocks.store)
    } else {
      (position, end) = (0, left.count + count)
      block = ByteBlock(Array(block.bytes[left] + bytes[start..<start + count]))
      blocks.store.giveBack(bytes)
    }
  }
}
