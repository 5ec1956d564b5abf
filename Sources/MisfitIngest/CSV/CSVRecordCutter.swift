import MisfitCore

/// Finds where records end, without reading them: quick, so that one thread can cut for many.
///
/// A line without a quote is a record. Where a quote stands in it, its fields are looked at one after the
/// other by the same rules as they are read by, since only the bytes before a quote tell what it means. What
/// is cut off does not depend on how the input comes in blocks.
///
/// Blank lines lie in segments without being counted, for the reader to pass over. In a table of one column they are
/// records, but for those behind the last one, which are in no segment.
struct CSVRecordCutter {
  private let name: String
  private let delimiter: UInt8
  private let comment: UInt8?
  private let blocks: BlockReader
  private var block = ByteBlock([])
  /// What is not cut yet.
  private var position = 0
  private var end = 0
  /// The place of the block's first byte in the source.
  private var baseByteOffset = 0
  /// Bytes of the header that are still to be passed over.
  private var skippedByteCount: Int
  /// The first quote at or behind a place that was searched from; `Int.max` where the block has no more.
  private var nextQuote = 0
  private var line: Int
  /// The records that were cut off so far.
  private(set) var recordCount = 0
  private let readsBlankLines: Bool
  /// The first byte behind blank lines at or behind a place that was searched from; `Int.max` where the block has none.
  private var nextContent = -1
  /// Whether nothing comes behind the block.
  private var isFinal = false
  /// Whether a record was met that cannot be read, so that its end means nothing.
  private var isDamaged = false

  /// No sensible record is longer; an unclosed quote in a large file is.
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

  /// The next `limit` records, or those that are left; empty at the end.
  mutating func take(_ limit: Int) throws(IngestError) -> [CSVSegment] {
    var segments: [CSVSegment] = []
    var left = limit
    while left > 0, !isDamaged {
      var segment = CSVSegment(
        block: block, range: position..<position, baseByteOffset: baseByteOffset, firstLine: line,
        recordsBefore: recordCount)
      left -= cut(left)
      // A record whose end never comes is passed on, so that its reader says what is wrong with it.
      if isFinal, left > 0, !readsBlankLines || !isBlank(block.bytes[position..<end]) { position = end }
      segment.range = segment.range.lowerBound..<position
      if !segment.range.isEmpty { segments.append(segment) }
      guard left > 0, !isFinal else { break }
      try refill()
    }
    let hasNone =
      left == limit && !isDamaged && segments.allSatisfy { isPassedOver($0.block.bytes[$0.range]) }
    return hasNone ? [] : segments
  }

  /// Whether bytes hold nothing but blank lines.
  private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { isBlank($0) } }

  /// Whether bytes hold nothing but blank lines and comments.
  private func isPassedOver(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let comment else { return isBlank(bytes) }
    return bytes.split(separator: CSVField.lineFeed).allSatisfy { $0.first == comment || isBlank($0) }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == CSVField.lineFeed || byte == CSVField.carriageReturn || byte == CSVField.space
      || (byte == CSVField.tab && delimiter != CSVField.tab)
  }

  /// Moves the position behind up to `limit` records, and gives their number.
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
          guard hasContentBehind(position, bytes) else { break }
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

  /// Whether a record follows blank lines in this block.
  private mutating func hasContentBehind(_ place: Int, _ bytes: borrowing Span<UInt8>) -> Bool {
    if nextContent < place {
      var at = place
      while at < bytes.count, isBlank(bytes[at]) { at += 1 }
      nextContent = at < bytes.count ? at : .max
    }
    return nextContent < .max
  }

  /// Moves the position behind a record with quotes in it; false where its end is not in the block.
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

  /// Puts what is left of the block in front of the next one, or ends it with a line feed where none follows.
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
