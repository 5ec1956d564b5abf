import MisfitCore

extension CSVSniffer {
  /// The first records of a text, and what is known about its beginning.
  struct Beginning {
    var start: CSVStart
    var delimiter: UInt8
    var sample: CSVSample
    /// Whether the first record contains the names of the columns; nil if that is not known yet.
    var hasHeader: Bool?
    /// Notes for the user on what was skipped.
    var notes: [MessageText] = []
  }

  /// Returns the records after the skipped lines, the line `sep=` of Excel and the comments.
  ///
  /// - Throws: ``IngestError`` if there are no lines left.
  func beginning() throws(IngestError) -> Beginning {
    var start = CSVStart(byteOffset: markByteCount)
    guard start.skip(options.skippedLineCount, of: head) else {
      let kind = IngestError.Kind.nothingBehindSkippedLines(options.skippedLineCount)
      throw IngestError(kind, at: InputPosition(source: name))
    }
    start.readDelimiter(of: head)
    let marks: [Character] = options.comment.map { [$0] } ?? ["#", "%"]
    for mark in marks.compactMap({ $0.asciiValue }) where beginsLine(mark, from: start.byteOffset) {
      var marked = start
      marked.comment = mark
      let (delimiter, sample) = delimitedSample(from: marked)
      var beginning = Beginning(start: marked, delimiter: delimiter, sample: sample)
      if readComments(of: &beginning) || options.comment != nil { return beginning }
    }
    let (delimiter, sample) = delimitedSample(from: start)
    return Beginning(start: start, delimiter: delimiter, sample: sample)
  }

  private func beginsLine(_ mark: UInt8, from start: Int) -> Bool {
    var previous = CSVField.lineFeed
    for byte in head[start...] {
      if byte == mark, previous == CSVField.lineFeed { return true }
      previous = byte
    }
    return false
  }

  /// Returns whether lines with the comment character are comments: none of them has the fields of the
  /// records, except the last one before records without a header, which then contains the names of the
  /// columns.
  private func readComments(of beginning: inout Beginning) -> Bool {
    let (sample, delimiter) = (beginning.sample, beginning.delimiter)
    guard let first = sample.records.first else { return false }
    let fieldCount = sample.usualFieldCount
    var comments = sample.comments
    let namesFollow = hasHeader(first, sample.records.dropFirst(), delimiter)
    if options.hasHeader == nil, !namesFollow,
      let last = comments.last(where: { $0.byteOffset < first.byteOffset }), last.fields.count == fieldCount,
      last.fields.allSatisfy({ CellKind($0, delimiter: delimiter) == .text })
    {
      comments.removeAll { $0.byteOffset == last.byteOffset }
      beginning.sample.records.insert(header(last), at: 0)
      beginning.hasHeader = true
    }
    guard
      comments.allSatisfy({
        $0.fields.count != fieldCount || ($0.byteOffset < first.byteOffset && namesFollow)
      })
    else { return false }
    if !comments.isEmpty {
      let mark = Character(UnicodeScalar(beginning.start.comment ?? 0))
      beginning.notes.append("comments after \(mark) skipped")
    }
    return true
  }

  /// Returns the names after a comment character; including it if a model's first name has it.
  private func header(_ comment: CSVSample.Record) -> CSVSample.Record {
    var record = comment
    let marked = Array(head[comment.byteOffset..<comment.byteOffset + 1]) + (comment.fields.first ?? [])
    let line = head[comment.byteOffset..<comment.end]
    if let known = options.expectedColumns, let name = CSVColumns.name(marked), known.contains(name),
      line.dropFirst().first != CSVField.quote
    {
      record.fields[0] = marked
    }
    return record
  }

  /// Skips titles, which are records of one cell before a header while nearly all other records have more;
  /// and the records before the names that a model knows.
  func skipTitles(of beginning: inout Beginning) {
    guard beginning.hasHeader == nil, options.hasHeader != false else { return }
    let records = beginning.sample.records
    var count = records.prefix(Self.titleLimit).firstIndex(where: holdsKnownNames)
    if count != nil { beginning.hasHeader = true }
    if count == nil { count = titleCount(records, beginning.delimiter) }
    guard let count, count > 0 else { return }
    beginning.sample.records.removeFirst(count)
    beginning.hasHeader = true
    beginning.notes.append("\(CountText.of(count, "line")) above the header skipped")
  }

  /// The maximum number of records before a header.
  static let titleLimit = 50

  private func titleCount(_ records: [CSVSample.Record], _ delimiter: UInt8) -> Int? {
    let titles = records.prefix(Self.titleLimit).prefix(while: Self.isTitle).count
    let others = records.dropFirst(titles)
    guard titles > 0, others.count >= 2, let header = others.first, header.fields.count >= 2,
      others.count(where: { $0.fields.count == header.fields.count }) * 10 >= others.count * 9,
      records.prefix(titles).allSatisfy({ $0.fields.count <= header.fields.count })
    else { return nil }
    return namesNumbers(header, above: others.dropFirst(), delimiter) ? titles : nil
  }

  /// Returns whether a record has only its first cell.
  private static func isTitle(_ record: CSVSample.Record) -> Bool {
    let isEmpty = record.fields.map { DecimalNumber.trim($0[...]).isEmpty }
    return isEmpty.first == false && !isEmpty.dropFirst().contains(false)
      && CellKind(record.fields[0]) == .text
  }
}
