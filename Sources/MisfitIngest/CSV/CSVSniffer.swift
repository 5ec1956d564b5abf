import MisfitCore

/// Finds out the format of a text from its beginning.
struct CSVSniffer {
  let name: String
  /// The beginning of the text, with a line feed added where the text ends without one.
  let head: [UInt8]
  let options: SourceOptions
  /// The bytes of a byte order mark.
  private let markByteCount: Int

  static let recordLimit = 500

  /// - Throws: ``IngestError`` where the bytes are no text.
  init(name: String, head: [UInt8], options: SourceOptions) throws(IngestError) {
    self.name = name
    self.head = head
    self.options = options
    markByteCount = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if let format = ForeignFormat.of(head) {
      throw IngestError(.foreignFile(format), at: InputPosition(source: name))
    }
    if let what = Self.foreignKind(head) {
      throw IngestError(.unsupportedFile(what), at: InputPosition(source: name))
    }
    guard head[markByteCount...].contains(where: { !" \t\r\n".utf8.contains($0) }) else {
      throw IngestError(.empty, at: InputPosition(source: name))
    }
  }

  /// The format.
  ///
  /// - Throws: ``IngestError``.
  func format() throws(IngestError) -> CSVFormat {
    let (delimiter, sample) = try delimitedSample()
    guard let first = sample.records.first else { throw endingError(sample.ending) }
    if let usual = sample.usualRecord, usual.fields.count != first.fields.count {
      let kind = IngestError.Kind.raggedHeader(
        expected: usual.fields.count, found: first.fields.count, line: usual.line)
      throw IngestError(kind, at: InputPosition(source: name, line: first.line))
    }
    let hasHeader = hasHeader(first, sample.records.dropFirst(), delimiter)
    let columns = CSVColumns(name: name, options: options, hasHeader: hasHeader)
    var format = try columns.format(first: first, delimiter: delimiter)
    let records = hasHeader ? sample.records.dropFirst() : sample.records[...]
    if records.isEmpty, sample.ending != .complete { throw endingError(sample.ending) }
    guard !records.isEmpty else { throw IngestError(.headerOnly, at: InputPosition(source: name)) }
    (format.decimalSigns, format.hasDecimalCommas) = columns.decimalSigns(format, records)
    if let table = options.expectedTable {
      format.reading = .table(table)
    } else {
      format.seemsNumeric = columns.areNumbers(format, records)
      // Data for a model of numbers: what the first records say of it is told at once.
      if options.expectedShape != nil || options.expectedColumns != nil {
        format.reading = .numbersOrNothing(options.typing.allMissingWords)
        try columns.checkNumeric(&format, records)
      }
    }
    format.dataByteOffset = hasHeader ? first.end : first.byteOffset
    format.firstLine = hasHeader ? first.endLine : first.line
    format.notes = notes(format) + format.notes
    return format
  }

  /// The delimiter that explains the beginning best, and the records it gives.
  private func delimitedSample() throws(IngestError) -> (UInt8, CSVSample) {
    if let chosen = options.delimiter {
      let delimiter = chosen.asciiValue ?? UInt8(ascii: ",")
      return (delimiter, sample(delimiter))
    }
    var best = (delimiter: UInt8(ascii: ","), sample: sample(UInt8(ascii: ",")))
    var bestFit = best.sample.fit(delimiter: best.delimiter)
    for candidate in [UInt8(ascii: ";"), 9, UInt8(ascii: "|")] {
      let sample = sample(candidate)
      let fit = sample.fit(delimiter: candidate)
      if fit > bestFit || (bestFit == CSVSample.Fit() && sample.hasTooManyFields) {
        bestFit = fit
        best = (candidate, sample)
      }
    }
    // Words of a text have spaces between them, too: only what nothing else parts is taken to be parted by spaces, and
    // only where it is mostly numbers, as many in nearly each record.
    guard bestFit == CSVSample.Fit() else { return best }
    let spaced = sample(CSVField.space)
    let fit = spaced.fit(delimiter: CSVField.space)
    return fit.consistency >= 0.9 && fit.numericShare >= 0.5 ? (CSVField.space, spaced) : best
  }

  private func sample(_ delimiter: UInt8) -> CSVSample {
    CSVSample(head, from: markByteCount, delimiter: delimiter, limit: Self.recordLimit)
  }

  /// Whether the first record names the columns.
  ///
  /// It does where it holds a name that the options use, and where at least half of the columns that are
  /// numeric later have a text there; one odd cell in the first record is rather a mistake, which is then
  /// reported at its place.
  private func hasHeader(
    _ first: CSVSample.Record, _ others: ArraySlice<CSVSample.Record>, _ delimiter: UInt8
  ) -> Bool {
    if let hasHeader = options.hasHeader { return hasHeader }
    let cells = first.fields.map { String(decoding: DecimalNumber.trim($0[...]), as: UTF8.self) }
    let wanted = [options.idColumn, options.labelColumn].compactMap(\.self) + options.ignoredColumns
    if cells.contains(where: { CellKind(Array($0.utf8)) == .text && wanted.contains($0) }) { return true }
    let kinds = first.fields.map { CellKind($0, delimiter: delimiter) }
    guard !others.isEmpty else { return kinds.contains(.text) && !kinds.contains(.number) }
    var numericColumnCount = 0
    var namedCount = 0
    for (column, kind) in kinds.enumerated() {
      let later = others.lazy.compactMap {
        column < $0.fields.count ? CellKind($0.fields[column], delimiter: delimiter) : nil
      }
      guard later.first(where: { $0 != .missing }) == .number else { continue }
      numericColumnCount += 1
      if kind == .text { namedCount += 1 }
    }
    if numericColumnCount > 0 { return namedCount * 2 >= numericColumnCount }
    // Nothing is numeric: names and values look alike, and the names make the better message. A digit in
    // front is no name, but a number with a decimal comma, a date or a time.
    let areNames = cells.allSatisfy { cell in cell.first.map { $0.isLetter || $0 == "_" } ?? false }
    return areNames && Set(cells).count == cells.count
  }

  private func notes(_ format: CSVFormat) -> [String] {
    let delimiters: [UInt8: String] = [44: "comma", 59: "semicolon", 9: "tab", 124: "bar", 32: "space"]
    let delimiter = delimiters[format.delimiter] ?? "\"\(Character(UnicodeScalar(format.delimiter)))\""
    let cut = format.names.count == 1 ? "one column" : "\(delimiter)-separated"
    let hasCommas = format.hasDecimalCommas
    return [cut, format.hasHeader ? "with a header" : "without a header"]
      + (hasCommas ? ["decimal commas"] : []) + spaceNote(format)
  }

  /// The way out where one column may be several with spaces between them.
  private func spaceNote(_ format: CSVFormat) -> [String] {
    guard format.names.count == 1, options.delimiter == nil else { return [] }
    let fit = sample(CSVField.space).fit(delimiter: CSVField.space)
    guard fit.consistency >= 0.9 else { return [] }
    return ["if spaces part \(fit.fieldCount) columns, say so with --delimiter space"]
  }

  private func endingError(_ ending: CSVSample.Ending) -> IngestError {
    switch ending {
    case .unclosedQuote(let byteOffset, let line):
      IngestError(.unclosedQuote, at: InputPosition(source: name, byteOffset: byteOffset, line: line))
    case .textAfterQuote(let byteOffset, let line, let text):
      IngestError(
        .textAfterQuote(CSVRecordParser.shown(text)),
        at: InputPosition(source: name, byteOffset: byteOffset, line: line))
    case .tooManyFields(let line):
      IngestError(
        .tooManyColumns(limit: SourceLimits.columnCount), at: InputPosition(source: name, line: line))
    case .complete:
      IngestError(.recordTooLong(limitBytes: head.count), at: InputPosition(source: name, line: 1))
    }
  }

  /// What bytes that are no UTF-8 text seem to be.
  private static func foreignKind(_ head: [UInt8]) -> String? {
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) { return "a text in UTF-16" }
    if head.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return "a single PNG image" }
    if head.starts(with: [0xff, 0xd8, 0xff]) { return "a single JPEG image" }
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return "a ZIP archive" }
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[5] == 0, head[6] == 0, head[7] == 0 {
      return "a model or another safetensors file"
    }
    return head.prefix(1 << 16).contains(0) ? "a binary file of unknown kind" : nil
  }
}
