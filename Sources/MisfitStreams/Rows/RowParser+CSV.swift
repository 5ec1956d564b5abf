import MisfitCore
import MisfitIngest

extension RowParser {
  /// Finds out the format from the first records, and returns the index of the first one of data; nil if
  /// there is none yet.
  mutating func begin(_ bytes: [UInt8]) throws(StreamError) -> Int? {
    let start = Self.markByteCount(bytes[...])
    var format = RowFormat()
    if let index = Self.objectIndex(bytes[...]) {
      format.notation = .jsonLines
      self.format = format
      if findsCounters { findCounters(bytes, from: index) }
      return index
    }
    guard let head = StreamHead(bytes[start...], options: options.source) else { return nil }
    format.delimiter = head.delimiter
    format.names = head.names
    format.comment = head.comment
    notes = head.notes
    if head.hasHeader {
      format.header = Array(bytes[start + head.header.lowerBound..<start + head.header.upperBound])
      while let last = format.header.last, last == CSVField.lineFeed || last == CSVField.carriageReturn {
        format.header.removeLast()
      }
    }
    try find(&format)
    self.format = format
    return start + head.dataByteOffset
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
    let span = bytes.span
    let fields = Self.fields(span, range, format.delimiter)
    let names = fields.map { CellName.text($0.text(in: span)) }
    let hasNumber = fields.contains { CellNumber.isOne($0.text(in: span), delimiter: format.delimiter) }
    guard names != format.names, !hasNumber, names.allSatisfy({ !$0.isEmpty }) else { return }
    throw StreamError(.otherColumns(stored: format.names, given: names), path: source)
  }

  /// Prepares for rows from an index on: the columns that are watched, and what the rows at hand show.
  mutating func prepare(_ bytes: [UInt8], from start: Int) {
    guard var format, format.notation == .csv else { return }
    var first = start
    var end = Self.recordEnd(bytes, first, quoting)
    while first < bytes.count, end.content == first || bytes[first] == format.comment {
      first = end.next
      end = Self.recordEnd(bytes, min(first, bytes.count), quoting)
    }
    guard first < bytes.count else { return }
    if slots.isEmpty { beginRows(bytes, first..<end.content, &format) }
    if isFirstRow {
      isFirstRow = false
      lookAhead(bytes, first..<end.content)
    }
    if format.numbers?.isOpen == true { examineRows(bytes, from: first) }
  }

  /// Decides the notation of numbers by the rows at hand, up to a limit.
  private mutating func examineRows(_ bytes: [UInt8], from first: Int) {
    guard let delimiter = format?.delimiter else { return }
    var start = first
    while start < bytes.count, format?.numbers?.isOpen == true {
      let end = Self.recordEnd(bytes, start, quoting)
      if end.content > start, bytes[start] != format?.comment {
        let fields = Self.fields(bytes.span, start..<end.content, delimiter)
        for index in fields.indices.prefix(slots.count) {
          examine(bytes.span, CellNumber.trimmed(bytes.span, fields[index].content), column: index)
        }
        format?.numbers?.endRecord()
      }
      start = end.next
    }
    decideNotation()
  }

  /// Reads the cells of a record, and returns whether it is a row.
  mutating func readCells(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard let delimiter = format?.delimiter else { return false }
    let count = readCells(bytes.span, range, delimiter)
    if count != slots.count { malformedCount += 1 }
    guard count > 1 || slots.count == 1 else { return false }
    for index in min(count, slots.count)..<slots.count {
      if let slot = slots[index] { values[slot] = .nan }
    }
    return true
  }

  /// Reads the cells of a record, and returns their number.
  private mutating func readCells(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8
  ) -> Int {
    var at = range.lowerBound
    var column = 0
    while column < slots.count, delimiter != CSVField.space {
      if arePlain[column], let slot = slots[column],
        let number = CellNumber.scan(bytes, &at, delimiter: delimiter)
      {
        values[slot] = number
      } else if case .field(let field) = CSVField.scan(bytes, from: at, delimiter: delimiter),
        field.content.upperBound <= range.upperBound
      {
        readField(bytes, field, column: column)
        at = field.end
      } else {
        break
      }
      column += 1
      at += 1
      if bytes[at - 1] == CSVField.lineFeed { return column }
    }
    // Records with too many fields, with text after a quote, and those separated by spaces.
    let fields = Self.fields(bytes, at..<max(at, range.upperBound), delimiter)
    for field in fields {
      if column < slots.count { readField(bytes, field, column: column) }
      column += 1
    }
    return column
  }

  private mutating func readField(_ bytes: borrowing Span<UInt8>, _ field: CSVField, column: Int) {
    let cell = CellNumber.trimmed(bytes, field.content)
    if let place = cellPlaces[column] { cells[place] = field.text(in: bytes) }
    if let slot = slots[column] { return store(bytes, cell, column: column, at: slot) }
    if !conditions.isEmpty { test(CellNumber.read(bytes, cell, notations[column]), column: column) }
    guard column == format?.timeIndex || format?.seriesIndices.contains(column) == true else { return }
    texts[column] = CellName.text(field.text(in: bytes))
    guard column == format?.timeIndex else { return }
    timeSeconds = readTime(bytes.extracting(cell), number: CellNumber.read(bytes, cell, timeNotation))
  }

  /// Looks for a column of dates in the first row, if no column has the name of one, and for counters.
  private mutating func beginRows(_ bytes: [UInt8], _ range: Range<Int>, _ format: inout RowFormat) {
    let span = bytes.span
    let cells = Self.fields(span, range, format.delimiter).map { CellNumber.trimmed(span, $0.content) }
    if format.timeIndex == nil {
      format.timeIndex = cells.indices.first { index in
        let text = span.extracting(cells[index])
        return index < format.names.count && CellNumber.read(span, cells[index]) == nil
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

  /// Returns the fields of a record; text after a closing quote belongs to its field.
  static func fields(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ delimiter: UInt8
  ) -> [CSVField] {
    var fields: [CSVField] = []
    var at = range.lowerBound
    while at <= range.upperBound {
      var field: CSVField
      switch CSVField.scan(bytes, from: at, delimiter: delimiter) {
      case .field(let found) where found.content.upperBound <= range.upperBound: field = found
      case .isFollowedByText(let place) where place < range.upperBound:
        let end = (place..<range.upperBound).first { bytes[$0] == delimiter } ?? range.upperBound
        field = CSVField(content: at..<end, end: end)
      case .field, .isUnclosed, .isIncomplete, .isFollowedByText:
        field = CSVField(content: at..<range.upperBound, end: range.upperBound)
      }
      fields.append(field)
      at = field.end + 1
      if field.end >= range.upperBound { break }
      // Trailing spaces after the last field are not a delimiter.
      if delimiter == CSVField.space,
        CSVField.blankLineByteCount(bytes, at, delimiter: delimiter) > 0
      {
        break
      }
    }
    return fields
  }
}
