import MisfitCore
import MisfitIngest

extension RowParser {
  /// Finds out the format from the first record, and returns whether that is a row.
  mutating func begin(_ bytes: [UInt8], _ range: Range<Int>) throws(StreamError) -> Bool {
    var format = RowFormat()
    format.decimal = decimal
    if Self.firstByte(bytes[range]) == UInt8(ascii: "{") {
      format.notation = .jsonLines
      self.format = format
      return true
    }
    format.delimiter = options.delimiter ?? Self.delimiter(bytes, range, decimal: decimal)
    cells.removeAll()
    Self.cut(bytes, range, format.delimiter, into: &cells)
    let isHeader =
      options.hasHeader
      ?? !cells.contains { CellNumber.read(bytes.span, $0, decimal: decimal) != nil }
    for (index, cell) in cells.enumerated() {
      let name = isHeader ? Self.text(bytes, cell) : ""
      let isTaken = name.isEmpty || format.names.contains(name)
      format.names.append(isTaken ? name + (name.isEmpty ? "" : "_") + "column_\(index + 1)" : name)
    }
    if isHeader { format.header = Array(bytes[range]) }
    try find(&format)
    self.format = format
    return !isHeader
  }

  /// Finds the columns that the options name, and the column of time by its name.
  private func find(_ format: inout RowFormat) throws(StreamError) {
    func index(_ name: String) throws(StreamError) -> Int {
      if let index = format.names.firstIndex(of: name) { return index }
      let nearest = NearestSpelling.of(name, among: format.names)
      throw StreamError(.missingColumn(name, nearest: nearest), path: source)
    }
    if let time = options.time {
      format.timeIndex = try index(time)
    } else {
      format.timeIndex = format.names.firstIndex { Self.timeNames.contains($0.lowercased()) }
    }
    for name in options.series { format.seriesIndices.append(try index(name)) }
    for name in options.ignored { format.ignoredIndices.append(try index(name)) }
    for name in options.watched { _ = try index(name) }
  }

  /// The usual names of a column of time.
  static let timeNames: Set<String> = ["time", "timestamp", "datetime", "date", "ts", "@timestamp", "_time"]

  /// Throws if the first record of another file is a header with other columns.
  func checkHeader(_ bytes: [UInt8], _ range: Range<Int>) throws(StreamError) {
    guard let format, !format.header.isEmpty else { return }
    var cells: [Range<Int>] = []
    Self.cut(bytes, range, format.delimiter, into: &cells)
    let names = cells.map { Self.text(bytes, $0) }
    let isHeader =
      names != format.names
      && !cells.contains {
        CellNumber.read(bytes.span, $0, decimal: format.decimal) != nil
      }
    guard isHeader, names.allSatisfy({ !$0.isEmpty }) else { return }
    throw StreamError(.otherColumns(stored: format.names, given: names), path: source)
  }

  /// Reads the cells of a record.
  mutating func readCells(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard var format else { return false }
    cells.removeAll(keepingCapacity: true)
    Self.cut(bytes, range, format.delimiter, into: &cells)
    if slots.isEmpty { beginRows(bytes, range, &format) }
    if isFirstRow {
      isFirstRow = false
      if let column = format.timeIndex, column < cells.count,
        TimeStamp.orders(bytes.span.extracting(cells[column])) != nil
      {
        lookAhead(bytes, from: range.lowerBound)
      }
    }
    if cells.count != slots.count { malformedCount += 1 }
    guard cells.count > 1 || slots.count == 1 else { return false }
    for index in slots.indices {
      guard let slot = slots[index] else {
        if index < cells.count { readText(bytes, cells[index], column: index, format) }
        continue
      }
      guard index < cells.count else {
        values[slot] = .nan
        continue
      }
      let number = CellNumber.read(bytes.span, cells[index], decimal: format.decimal)
      let isMissing = number == nil && CellNumber.isMissing(bytes.span.extracting(cells[index]))
      store(number, isMissing: isMissing, at: slot)
    }
    return true
  }

  /// Looks for a column of dates in the first row, if no column has the name of one, and for counters.
  private mutating func beginRows(_ bytes: [UInt8], _ range: Range<Int>, _ format: inout RowFormat) {
    if format.timeIndex == nil {
      format.timeIndex = cells.indices.first { index in
        let text = bytes.span.extracting(cells[index])
        return index < format.names.count
          && CellNumber.read(bytes.span, cells[index], decimal: format.decimal) == nil
          && (TimeStamp.seconds(text) != nil || TimeStamp.orders(text)?.isEmpty == false)
      }
    }
    let counters = counters(bytes, from: range.lowerBound, format)
    counterNames = counters.map { format.names[$0] }
    format.ignoredIndices += counters
    format.isComplete = true
    self.format = format
    makeSlots(format)
  }

  private mutating func readText(_ bytes: [UInt8], _ cell: Range<Int>, column: Int, _ format: RowFormat) {
    if !conditions.isEmpty {
      test(CellNumber.read(bytes.span, cell, decimal: format.decimal), column: column)
    }
    guard column == format.timeIndex || format.seriesIndices.contains(column) else { return }
    texts[column] = Self.text(bytes, cell)
    guard column == format.timeIndex else { return }
    let text = bytes.span.extracting(cell)
    timeSeconds = readTime(text, number: CellNumber.read(bytes.span, cell, decimal: format.decimal))
  }

  /// Appends the ranges of the cells of a record, without blanks and quotes around them.
  static func cut(_ bytes: [UInt8], _ range: Range<Int>, _ delimiter: UInt8, into cells: inout [Range<Int>]) {
    var start = range.lowerBound
    var scan = QuoteScan(delimiter: delimiter)
    for index in range {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        scan.pass(quoteAt: index, in: bytes, from: range.lowerBound)
      } else if byte == delimiter, !scan.isQuoted {
        cells.append(trimmed(bytes, start..<index))
        start = index + 1
      }
    }
    cells.append(trimmed(bytes, start..<range.upperBound))
  }

  /// Returns the number of cells of a record.
  static func cellCount(_ bytes: [UInt8], _ range: Range<Int>, _ delimiter: UInt8) -> Int {
    var cells: [Range<Int>] = []
    cut(bytes, range, delimiter, into: &cells)
    return cells.count
  }

  private static func trimmed(_ bytes: [UInt8], _ cell: Range<Int>) -> Range<Int> {
    var (start, end) = (cell.lowerBound, cell.upperBound)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    if end - start >= 2, bytes[start] == UInt8(ascii: "\""), bytes[end - 1] == UInt8(ascii: "\"") {
      return start + 1..<end - 1
    }
    return start..<end
  }

  /// Returns a cell as text; two quotes in a row are one.
  static func text(_ bytes: [UInt8], _ cell: Range<Int>) -> String {
    let text = String(decoding: bytes[cell], as: UTF8.self)
    return text.contains("\"\"") ? text.replacing("\"\"", with: "\"") : text
  }

  /// Returns the delimiter that is most frequent in the first record.
  static func delimiter(_ bytes: [UInt8], _ range: Range<Int>, decimal: UInt8) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")].filter { $0 != decimal }
    let counts = candidates.map { candidate in bytes[range].count { $0 == candidate } }
    let most = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    return counts[most] > 0 ? candidates[counts.firstIndex(of: counts[most]) ?? most] : candidates[0]
  }
}
