import MisfitCore
import MisfitIngest

/// A parser of complete records of a stream: CSV or JSON lines.
///
/// Cells that are missing or not numbers never stop a stream; they are counted.
package struct RowParser {
  /// The format; nil before the first record.
  package internal(set) var format: RowFormat?
  /// The names of the watched columns, in the order of the values of rows.
  package internal(set) var columns: [String] = []
  /// The number of records that could not be read at all.
  package internal(set) var malformedCount = 0
  /// For each watched column the number of cells that are not numbers.
  package internal(set) var unreadCounts: [Int] = []
  /// For each watched column the number of numbers.
  package internal(set) var numberCounts: [Int] = []
  let options: RowFormatOptions
  /// The decimal sign.
  var decimal: UInt8 { options.decimal ?? UInt8(ascii: ".") }
  let source: String
  /// For each column of the format the index of its value in a row; nil for one that is not watched.
  var slots: [Int?] = []
  /// The values of the current row.
  var values: [Double] = []
  /// The cells of the current record.
  var cells: [Range<Int>] = []
  /// For JSON the index of each name.
  var indices: [[UInt8]: Int] = [:]
  /// The texts of the current record that are not values, by the index of their column.
  var texts: [Int: String] = [:]
  var timeSeconds: Double?
  /// Whether a condition of ``conditions`` holds for the current record.
  var isExcepted = false
  /// The conditions under which a row never alarms, for columns that are not watched.
  package var conditions: [ColumnCondition] = []
  /// The columns that are watched even if they rise like a counter.
  package var neededColumns: Set<String> = []
  /// The columns that are not watched because they rise like a counter.
  package internal(set) var counterNames: [String] = []
  /// The same names, for JSON.
  var counterSet: Set<String> = []
  /// Whether counters are looked for.
  var findsCounters = true
  /// The number of times that could not be read.
  package internal(set) var unreadTimeCount = 0
  /// The first date that can be read day first or month first, if the order was unknown.
  package internal(set) var ambiguousDate: String?
  /// The first date that shows that dates are not day first, if earlier ones were read so.
  package internal(set) var correctingDate: String?
  var recordCount = 0
  /// Whether no row was read yet.
  var isFirstRow = true
  /// The first line, if it was skipped as a comment.
  package private(set) var skippedComment: String?
  /// Whether the next record is the first of a file.
  private var isAtStart = true

  /// Creates a parser, in a known format if a stream is continued.
  package init(_ options: RowFormatOptions, source: String, format: RowFormat? = nil) throws(StreamError) {
    self.options = options
    self.source = source
    guard let format else { return }
    self.format = format
    for index in format.names.indices { indices[Array(format.names[index].utf8)] = index }
    if format.notation == .jsonLines || format.isComplete != false { makeSlots(format) }
  }

  /// Begins another file, whose header must name the same columns.
  package mutating func beginFile() { isAtStart = true }

  /// Continues within a file, which has no header there.
  package mutating func continueFile() { isAtStart = false }

  /// Calls `body` with the watched columns and each row of complete records.
  ///
  /// - Throws: ``StreamError`` if the first record shows that the data is not what was said, and the
  /// errors of   `body`.
  package mutating func parse(_ bytes: [UInt8], _ body: ([String], StreamRow) throws -> Void) throws {
    var start = 0
    while start < bytes.count {
      let end = Self.recordEnd(bytes, start, quoting)
      if format == nil, isComment(bytes, start..<end.content, before: end.next) {
        skippedComment = skippedComment ?? Self.text(bytes, start..<end.content)
        start = end.next
        continue
      }
      if end.content > start, try read(bytes, start..<end.content) {
        try body(columns, row())
      }
      start = end.next
    }
  }

  /// Returns the end of the record that begins at an index, and the beginning of the next one.
  static func recordEnd(
    _ bytes: [UInt8], _ start: Int, _ quoting: RecordQuoting?
  ) -> (content: Int, next: Int) {
    let canQuote =
      quoting.map { $0 != RecordQuoting.never } ?? (firstByte(bytes[start...]) != UInt8(ascii: "{"))
    var scan = QuoteScan(delimiter: nil)
    if case .cells(let delimiter) = quoting { scan.delimiter = delimiter }
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\""), canQuote {
        scan.pass(quoteAt: index, in: bytes, from: start)
      } else if byte == UInt8(ascii: "\n"),
        !scan.isQuoted || index - start > RecordCutter.recordByteLimit
      {
        break
      }
      index += 1
    }
    let hasReturn = index > start && bytes[index - 1] == UInt8(ascii: "\r")
    return (hasReturn ? index - 1 : index, index + 1)
  }

  /// The rule of quotes; nil before the first record.
  package var quoting: RecordQuoting? {
    format.map { $0.notation == .jsonLines ? .never : .cells(delimiter: $0.delimiter) }
  }

  /// Returns the first byte that is not blank, after a byte order mark; nil without one.
  static func firstByte(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.startIndex + 3 : bytes.startIndex
    return bytes[start...].first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
  }

  /// Returns whether the first line is a comment: it begins with # and has fewer cells than the first line
  /// that does not.
  private func isComment(_ bytes: [UInt8], _ range: Range<Int>, before next: Int) -> Bool {
    guard Self.firstByte(bytes[range]) == UInt8(ascii: "#") else { return false }
    var start = next
    while start < bytes.count {
      let end = Self.recordEnd(bytes, start, nil)
      let first = Self.firstByte(bytes[start..<end.content])
      guard let first, first != UInt8(ascii: "#") else {
        start = end.next
        continue
      }
      let content = start..<end.content
      let delimiter = options.delimiter ?? Self.delimiter(bytes, content, decimal: decimal)
      return first == UInt8(ascii: "{")
        || Self.cellCount(bytes, range, delimiter) < Self.cellCount(bytes, content, delimiter)
    }
    return false
  }

  /// Reads a record, and returns whether it is a row.
  private mutating func read(_ bytes: [UInt8], _ range: Range<Int>) throws -> Bool {
    var range = range
    if isAtStart, bytes[range].starts(with: [0xef, 0xbb, 0xbf]) {
      range = range.lowerBound + 3..<range.upperBound
    }
    guard !range.isEmpty else { return false }
    if format == nil {
      guard Self.firstByte(bytes[range]) != nil else { return false }
      isAtStart = false
      if try !begin(bytes, range) { return false }
      if format?.notation == .jsonLines, findsCounters { findCounters(bytes, from: range.lowerBound) }
    }
    recordCount += 1
    defer { isAtStart = false }
    texts.removeAll(keepingCapacity: true)
    timeSeconds = nil
    isExcepted = false
    if format?.notation == .jsonLines { return readObject(bytes, range) }
    if format?.header.isEmpty == false, bytes[range].elementsEqual(format?.header ?? []) { return false }
    if isAtStart { try checkHeader(bytes, range) }
    return readCells(bytes, range)
  }

  private func row() -> StreamRow {
    guard let format else { return StreamRow(values) }
    let series = seriesName(format.seriesIndices)
    var row = StreamRow(
      values, seconds: timeSeconds, time: format.timeIndex.flatMap { texts[$0] } ?? "", series: series)
    row.canAlarm = !isExcepted
    return row
  }

  /// Returns the names of several columns separated by slashes; slashes in them are escaped.
  private func seriesName(_ indices: [Int]) -> String {
    guard indices.count > 1 else { return indices.first.flatMap { texts[$0] } ?? "" }
    let names = indices.map { index in
      let name = texts[index] ?? ""
      guard name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) else {
        return name
      }
      return name.replacing("\\", with: "\\\\").replacing("/", with: "\\/")
    }
    return names.joined(separator: "/")
  }

  /// Stores a number, or counts a cell that is none.
  mutating func store(_ number: Double?, isMissing: Bool, at slot: Int) {
    values[slot] = number ?? .nan
    if number != nil { numberCounts[slot] += 1 } else if !isMissing { unreadCounts[slot] += 1 }
  }

  /// Decides which columns are watched.
  mutating func makeSlots(_ format: RowFormat) {
    while slots.count < format.names.count {
      let index = slots.count
      let name = format.names[index]
      let isText =
        index == format.timeIndex || format.seriesIndices.contains(index)
        || format.ignoredIndices.contains(index)
      let isWatched = !isText && (options.watched.isEmpty || options.watched.contains(name))
      slots.append(isWatched ? columns.count : nil)
      guard isWatched else { continue }
      columns.append(name)
      values.append(.nan)
      unreadCounts.append(0)
      numberCounts.append(0)
    }
  }
}
