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
  /// For each watched column the first cell that is not a number; nil without one.
  package internal(set) var unreadExamples: [String?] = []
  let options: RowFormatOptions
  let source: String
  /// The words for a missing value.
  let missing: MissingWords
  /// For each column of the format the index of its value in a row; nil for one that is not watched.
  var slots: [Int?] = []
  /// The values of the current row.
  var values: [Double] = []
  /// For each column of the format the notation of its numbers; nil for the plain one.
  var notations: [NumberNotation?] = []
  /// For each column whether it is watched and has plain numbers.
  var arePlain: [Bool] = []
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
  /// The columns of a model that reads cells, in its order, and whether each has numbers; empty without one.
  ///
  /// Set it before the first row.
  package var modelColumns: [(name: String, hasNumbers: Bool)] = [] {
    didSet { findCells() }
  }
  /// For each column of the format its index in ``modelColumns`` if its cells are kept; otherwise nil.
  var cellPlaces: [Int?] = []
  /// The cells of the current record that a model reads.
  var cells: [[UInt8]?] = []
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
  /// Whether no row was read yet.
  var isFirstRow = true
  /// Notes on what was skipped before the first record, and on the notation of numbers.
  package internal(set) var notes: [MessageText] = []
  /// The columns whose numbers are not read, since they may have several meanings, with the reason.
  package internal(set) var unclearColumns: [String: MessageText] = [:]
  /// The number of names that are not UTF-8.
  package internal(set) var foreignNameCount = 0
  /// Whether the next record is the first of a file.
  private var isAtStart = true

  /// Creates a parser, in a known format if a stream is continued.
  package init(_ options: RowFormatOptions, source: String, format: RowFormat? = nil) throws(StreamError) {
    self.options = options
    self.source = source
    missing = MissingWords.ofNumbers(adding: options.missingWords ?? [], keeping: options.keptWords ?? [])
    guard var format else { return }
    if format.numbers == nil {
      format.numbers = StreamNotation(
        columnCount: format.names.count, hasDecimalComma: format.decimal == UInt8(ascii: ","))
    }
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
    guard bytes.last == UInt8(ascii: "\n") || bytes.isEmpty else {
      return try parse(bytes + [UInt8(ascii: "\n")], body)
    }
    var start = 0
    if format == nil {
      guard let first = try begin(bytes) else { return }
      (start, isAtStart) = (first, false)
    }
    prepare(bytes, from: start)
    while start < bytes.count {
      let end = Self.recordEnd(bytes, start, quoting)
      if end.content > start, try read(bytes, start..<end.content) {
        for slot in values.indices where !values[slot].isNaN { numberCounts[slot] += 1 }
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
    let span = bytes.span
    let lineEnd = span.firstIndex(of: CSVField.lineFeed, from: start) ?? bytes.count
    let line = span.extracting(start..<lineEnd)
    guard canQuote, line.firstIndex(of: CSVField.quote, from: 0) != nil else {
      return (
        lineEnd > start && bytes[lineEnd - 1] == CSVField.carriageReturn ? lineEnd - 1 : lineEnd, lineEnd + 1
      )
    }
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

  /// Returns the number of bytes of a byte order mark.
  static func markByteCount(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Returns the first byte that is not blank, after a byte order mark; nil without one.
  static func firstByte(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    bytes.dropFirst(markByteCount(bytes)).first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
  }

  /// Returns the index of the first line if it is a JSON object; lines before it are blank, or comments
  /// after #.
  static func objectIndex(_ bytes: ArraySlice<UInt8>) -> Int? {
    var start = bytes.startIndex + markByteCount(bytes)
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      let first = firstByte(bytes[start..<end])
      if first == UInt8(ascii: "{") { return start }
      guard first == nil || first == UInt8(ascii: "#") else { return nil }
      start = end + 1
    }
    return nil
  }

  /// Reads a record, and returns whether it is a row.
  private mutating func read(_ bytes: [UInt8], _ range: Range<Int>) throws -> Bool {
    var range = range
    if isAtStart { range = range.lowerBound + Self.markByteCount(bytes[range])..<range.upperBound }
    guard !range.isEmpty, format?.comment == nil || bytes[range.lowerBound] != format?.comment else {
      return false
    }
    defer { isAtStart = false }
    texts.removeAll(keepingCapacity: true)
    timeSeconds = nil
    isExcepted = false
    for index in cells.indices where cells[index] != nil { cells[index] = [] }
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
    row.cells = cells
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

  /// Reads a cell without surrounding blanks into a value, or counts a cell that is no number.
  mutating func store(_ bytes: borrowing Span<UInt8>, _ cell: Range<Int>, column: Int, at slot: Int) {
    values[slot] = .nan
    // A sign for "no value" cannot be read as a number in another notation.
    if missing.contain(bytes.extracting(cell)) { return }
    let isUnclear = format?.numbers?.column(column).isUnclear ?? false
    if !isUnclear, let number = CellNumber.read(bytes, cell, notations[column]) {
      values[slot] = number
      return
    }
    unreadCounts[slot] += 1
    if unreadExamples[slot] == nil {
      unreadExamples[slot] = CellName.text(cell.prefix(60).map { bytes[$0] })
    }
  }

  /// Adds a cell without surrounding blanks to the evidence of its column's notation.
  mutating func examine(_ bytes: borrowing Span<UInt8>, _ cell: Range<Int>, column: Int) {
    let text = bytes.extracting(cell)
    guard !isName(column), !missing.contain(text) else { return }
    format?.numbers?.add(text, column: column)
  }

  /// Whether a column has times or names of series.
  private func isName(_ column: Int) -> Bool {
    column == format?.timeIndex || format?.seriesIndices.contains(column) == true
  }

  /// Decides the notation of numbers by the records that were examined.
  mutating func decideNotation() {
    guard var format, var numbers = format.numbers else { return }
    defer {
      numbers.close()
      format.numbers = numbers
      self.format = format
    }
    guard numbers.decide(options.numbers, delimiter: format.delimiter) else { return }
    useNotation(numbers, format)
    unclearColumns = [:]
    for (index, name) in format.names.enumerated() where numbers.column(index).isUnclear {
      unclearColumns[name] = numbers.problem(
        ofColumn: index, options.numbers, delimiter: format.delimiter)
    }
    for note in numbers.notes.map({ MessageText($0) }) where !notes.contains(note) { notes.append(note) }
  }

  /// Refreshes what reading needs of the notation.
  private mutating func useNotation(_ numbers: StreamNotation, _ format: RowFormat) {
    notations = format.names.indices.map { numbers.column($0).notation }
    arePlain = slots.indices.map { index in
      slots[index] != nil && notations[index] == nil && cellPlaces[index] == nil
        && !numbers.column(index).isUnclear
    }
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
      unreadExamples.append(nil)
    }
    findCells()
    useNotation(format.numbers ?? StreamNotation(), format)
  }

  /// Finds the columns whose cells a model reads: those of other kinds than numbers, and numbers that have no
  /// value here.
  private mutating func findCells() {
    if cells.count != modelColumns.count { cells = modelColumns.map { $0.hasNumbers ? nil : [] } }
    cellPlaces = slots.indices.map { index in
      let name = format?.names[index]
      return modelColumns.firstIndex { $0.name == name && !($0.hasNumbers && slots[index] != nil) }
    }
    for place in cellPlaces.compactMap(\.self) where cells[place] == nil { cells[place] = [] }
  }
}
