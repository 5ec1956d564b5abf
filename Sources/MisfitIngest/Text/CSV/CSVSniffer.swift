import MisfitCore

/// Detects the format of a text from its beginning.
struct CSVSniffer {
  let name: String
  /// The beginning of the text, with a line feed added if the text ends without one.
  let head: [UInt8]
  let options: SourceOptions
  /// The number of bytes of the byte order mark.
  let markByteCount: Int

  static let recordLimit = 500
  /// The delimiters besides commas and spaces.
  private static let rarerDelimiters = [UInt8(ascii: ";"), 9, UInt8(ascii: "|")]

  /// - Throws: ``IngestError`` if the bytes are not text.
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

  /// Returns the format.
  ///
  /// - Throws: ``IngestError``.
  func format() throws(IngestError) -> CSVFormat {
    var cut = try beginning()
    skipTitles(of: &cut)
    completeHeader(of: &cut)
    let (delimiter, sample) = (cut.delimiter, cut.sample)
    guard let first = sample.records.first else { throw endingError(sample.ending) }
    if let usual = sample.usualRecord, usual.fields.count != first.fields.count {
      let kind = IngestError.Kind.raggedHeader(
        expected: usual.fields.count, found: first.fields.count, line: usual.line)
      throw IngestError(kind, at: InputPosition(source: name, line: first.line))
    }
    let hasHeader = cut.hasHeader ?? hasHeader(first, sample.records.dropFirst(), delimiter)
    let columns = CSVColumns(name: name, options: options, hasHeader: hasHeader)
    var format = try columns.format(first: first, delimiter: delimiter)
    format.comment = cut.start.comment
    let records = hasHeader ? sample.records.dropFirst() : sample.records[...]
    if records.isEmpty, sample.ending != .complete { throw endingError(sample.ending) }
    guard !records.isEmpty else { throw IngestError(.headerOnly, at: InputPosition(source: name)) }
    let (notations, seenSign, notationNotes) = columns.notations(format, records)
    format.notations = notations
    format.seenDecimalSign = seenSign
    if let table = options.expectedTable {
      let (read, dateNotes) = columns.datesRead(table, format, records)
      format.reading = .table(read)
      format.notes += dateNotes
    } else {
      format.seemsNumeric = columns.areNumbers(format, records) && notations.allSatisfy(\.notation.isPlain)
      // Data for a model of numbers: columns that the first records show to be text are reported at once.
      if options.expectedShape != nil || options.expectedColumns != nil, !options.continuesTable {
        format.reading = .numbersOrNothing(
          options.typing.allMissingWords, placeholders: options.typing.allPlaceholderWords)
        try columns.checkNumeric(&format, records)
      }
    }
    format.dataByteOffset = hasHeader ? first.end : first.byteOffset
    format.firstLine = hasHeader ? first.endLine : first.line
    format.notes = notes(format, notationNotes) + cut.notes + format.notes
    return format
  }

  /// Returns the delimiter that splits the beginning best, and the records.
  func delimitedSample(from start: CSVStart) -> (UInt8, CSVSample) {
    if let chosen = options.delimiter?.asciiValue ?? start.delimiter {
      return (chosen, sample(chosen, from: start))
    }
    var best = (delimiter: UInt8(ascii: ","), sample: sample(UInt8(ascii: ","), from: start))
    var bestFit = best.sample.fit(delimiter: best.delimiter)
    for candidate in Self.rarerDelimiters {
      let sample = sample(candidate, from: start)
      let fit = sample.fit(delimiter: candidate)
      let isSaid =
        options.numbers.decimal == "," && fit != CSVSample.Fit() && best.delimiter == UInt8(ascii: ",")
      if fit > bestFit || isSaid || (bestFit == CSVSample.Fit() && sample.hasTooManyFields) {
        bestFit = fit
        best = (candidate, sample)
      }
    }
    if best.delimiter == UInt8(ascii: ","),
      options.numbers.decimal == "," ? !head.contains(CSVField.quote) : best.sample.isColumnOfDecimalCommas
    {
      return (UInt8(ascii: ";"), sample(UInt8(ascii: ";"), from: start))
    }
    // Text has spaces between its words, too: a space is a delimiter only if no other fits, and only between
    // columns that are mostly numbers, as many in nearly each record.
    guard bestFit == CSVSample.Fit() else { return best }
    if let broken = sampleOfBrokenHeader(from: start) { return broken }
    let spaced = sample(CSVField.space, from: start)
    let fit = spaced.fit(delimiter: CSVField.space)
    return fit.consistency >= 0.9 && fit.numericShare >= 0.5 ? (CSVField.space, spaced) : best
  }

  /// Returns the delimiter that splits all records but the first, in which a quote is never closed.
  ///
  /// Without it, each of these lines would be taken for one cell, which hides the quote.
  private func sampleOfBrokenHeader(from start: CSVStart) -> (UInt8, CSVSample)? {
    guard let end = head[start.byteOffset...].firstIndex(of: CSVField.lineFeed) else { return nil }
    var rest = start
    (rest.byteOffset, rest.line) = (end + 1, start.line + 1)
    for candidate in Self.rarerDelimiters {
      let sample = sample(candidate, from: start)
      guard sample.records.isEmpty, case .unclosedQuote = sample.ending else { continue }
      if self.sample(candidate, from: rest).fit(delimiter: candidate).consistency >= 0.9 {
        return (candidate, sample)
      }
    }
    return nil
  }

  private func sample(_ delimiter: UInt8, from start: CSVStart) -> CSVSample {
    CSVSample(head, from: start, delimiter: delimiter, limit: Self.recordLimit)
  }

  private func notes(_ format: CSVFormat, _ notationNotes: [MessageText]) -> [MessageText] {
    let delimiters: [UInt8: String] = [44: "comma", 59: "semicolon", 9: "tab", 124: "bar", 32: "space"]
    let delimiter = delimiters[format.delimiter] ?? "\"\(Character(UnicodeScalar(format.delimiter)))\""
    let cut: MessageText = format.names.count == 1 ? "one column" : "\(delimiter)-separated"
    return [cut, format.hasHeader ? "with a header" : "without a header"]
      + notationNotes + spaceNote(format)
  }

  /// Returns a note if one column may be several that are separated by spaces.
  private func spaceNote(_ format: CSVFormat) -> [MessageText] {
    guard format.names.count == 1, options.delimiter == nil else { return [] }
    let fit = sample(CSVField.space, from: CSVStart(byteOffset: markByteCount)).fit(delimiter: CSVField.space)
    guard fit.consistency >= 0.9 else { return [] }
    return ["if spaces separate \(fit.fieldCount) columns, use \(.delimiter, "space")"]
  }

  private func endingError(_ ending: CSVSample.Ending) -> IngestError {
    switch ending {
    case .unclosedQuote(let byteOffset, let line):
      IngestError(.unclosedQuote, at: InputPosition(source: name, byteOffset: byteOffset, line: line))
    case .textAfterQuote(let byteOffset, let line, let text):
      IngestError(
        .textAfterQuote(CellText.shown(text)),
        at: InputPosition(source: name, byteOffset: byteOffset, line: line))
    case .tooManyFields(let line):
      IngestError(
        .tooManyColumns(limit: SourceLimits.columnCount), at: InputPosition(source: name, line: line))
    case .complete:
      IngestError(.recordTooLong(limitBytes: head.count), at: InputPosition(source: name, line: 1))
    }
  }

  /// Returns the apparent format of bytes that are not text in UTF-8.
  private static func foreignKind(_ head: [UInt8]) -> String? {
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) { return "a text in UTF-16" }
    if head.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return "a single PNG image" }
    if head.starts(with: [0xff, 0xd8, 0xff]) { return "a single JPEG image" }
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return "a ZIP archive" }
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[5] == 0, head[6] == 0, head[7] == 0 {
      return "a model or another safetensors file"
    }
    let beginning = head.prefix(1 << 12)
    let zeros = [0, 1].map { parity in
      beginning.enumerated().count { $0.offset % 2 == parity && $0.element == 0 }
    }
    if max(zeros[0], zeros[1]) * 5 > beginning.count * 2, min(zeros[0], zeros[1]) * 100 < beginning.count {
      return "a text in UTF-16"
    }
    return head.prefix(1 << 16).contains(0) ? "a binary file of unknown kind" : nil
  }
}
