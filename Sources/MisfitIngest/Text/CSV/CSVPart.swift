import MisfitCore

/// One of the texts of a table, and its detected format.
struct CSVPart: Sendable {
  /// The input of a text.
  struct Origin: Sendable {
    var input: any ByteInput
    /// The prefix of its records' identifiers if there are several texts.
    var idPrefix: String?
  }

  let input: any ByteInput
  let idPrefix: String?
  var format: CSVFormat
  /// The conversion of the text to lines of UTF-8.
  let decoding: TextDecoding
  private let compression: CompressionFormat?

  var origin: Origin { Origin(input: input, idPrefix: idPrefix) }

  /// Detects the format from the first records of a text.
  init(_ origin: Origin, options: SourceOptions) throws(IngestError) {
    idPrefix = origin.idPrefix
    var options = options
    var (head, decoding, compression) = try Self.head(of: origin.input, options)
    var ignoresOptions = false
    let json = try Self.json(origin.input, head, decoding, options)
    if origin.input.isWrittenTable {
      options.useWrittenTable()
      input = origin.input
    } else if let json {
      ignoresOptions =
        options.delimiter != nil || options.hasHeader == false || options.skippedLineCount > 0
        || options.comment != nil
      input = json
      options.useWrittenTable()
      (head, decoding, _) = try Self.head(of: json, options)
      compression = json.compression
    } else {
      input = origin.input
    }
    self.decoding = decoding
    self.compression = compression
    if decoding.mixesBlanks { options.delimiter = " " }
    format = try CSVSniffer(name: input.name, head: head, options: options).format()
    format.handling = options.badData
    guard json != nil || input.isWrittenTable else { return }
    format.isLineForLine = false
    format.notes.removeAll { ["comma-separated", "one column", "with a header"].contains($0) }
    guard let json else { return }
    format.notes.insert(json.form == .lines ? "JSON lines" : "JSON", at: 0)
    if ignoresOptions { format.notes.append("options for delimited text are ignored") }
  }

  private static func json(
    _ input: any ByteInput, _ head: [UInt8], _ decoding: TextDecoding, _ options: SourceOptions
  ) throws(IngestError) -> JSONInput? {
    if let json = input as? JSONInput { return json }
    if input.isWrittenTable { return nil }
    return JSONForm.isBeginning(head) ? try JSONInput(input, decoding, options: options) : nil
  }

  /// Returns the beginning of a text: enough for a few records, with a final line feed if it is the whole
  /// text.
  private static func head(
    of input: any ByteInput, _ options: SourceOptions
  ) throws(IngestError) -> ([UInt8], TextDecoding, CompressionFormat?) {
    var byteCount = 1 << 18
    while true {
      let (raw, compression) = try ByteStream.head(of: input, byteCount: byteCount)
      let isWhole = raw.count < byteCount
      let decoding = try TextDecoding(head: raw, isWhole: isWhole, name: input.name, options: options)
      var bytes = try decoding.decoded(raw, isWhole: isWhole, name: input.name)
      if isWhole, let last = bytes.last, last != CSVField.lineFeed { bytes.append(CSVField.lineFeed) }
      let lineCount = bytes.count { $0 == CSVField.lineFeed }
      if isWhole || lineCount >= 4 || byteCount >= CSVRecordCutter.recordByteLimit {
        return (bytes, decoding, compression)
      }
      byteCount *= 4
    }
  }

  /// Notes for the user on what was detected.
  private var notes: [MessageText] {
    (compression.map { [MessageText($0.rawValue)] } ?? []) + decoding.notes + format.notes
  }
}

extension CSVPart {
  /// Opens the texts of one table; those after the first have its columns, in any order.
  ///
  /// A text without records is skipped with a note if there are several.
  ///
  /// - Throws: ``IngestError``.
  static func parts(
    of origins: [Origin], options: SourceOptions, notes: inout [MessageText]
  ) throws(IngestError) -> [CSVPart] {
    guard origins.count > 1 else {
      let part = try CSVPart(origins[0], options: options)
      notes = part.notes
      return [part]
    }
    var parts: [CSVPart] = []
    var empty: [(name: String, error: IngestError)] = []
    for origin in origins {
      do throws(IngestError) {
        parts.append(try part(origin, after: parts.first, options: options))
      } catch {
        guard error.kind == .headerOnly || error.kind == .empty else { throw error }
        empty.append((origin.input.name, error))
      }
    }
    guard let first = parts.first else { throw empty[0].error }
    try checkIgnored(options, in: parts)
    notes = [MessageText(CountText.of(parts.count, "file"))] + first.notes
    notes += alignDecimalSigns(of: &parts, swapping: options.expectedColumns == nil)
    if options.keptColumns == .all { keepAllColumns(of: &parts) }
    notes += empty.prefix(3).map { "\($0.name) has no records" }
    if empty.count > 3 { notes.append("\(empty.count - 3) more files have no records") }
    return parts
  }

  /// Opens one of several texts; those after the first have to have its columns.
  private static func part(
    _ origin: Origin, after first: CSVPart?, options: SourceOptions
  ) throws(IngestError) -> CSVPart {
    var options = options
    options.isOneOfSeveral = true
    guard let first else { return try CSVPart(origin, options: options) }
    let followsModel = options.expectedColumns != nil
    if !followsModel {
      options.expectedColumns = first.format.features
      options.continuesTable = true
    }
    do throws(IngestError) {
      var part = try CSVPart(origin, options: options)
      try part.check(after: first, options, followsModel: followsModel)
      // One decision for the table, which all of its records may change.
      if !followsModel { part.format.reading = first.format.reading }
      return part
    } catch {
      guard !followsModel else { throw error }
      throw IngestError(difference(error.kind, from: first), at: error.position)
    }
  }

  /// Returns the error for a text that differs from the first, if that is the reason.
  private static func difference(_ kind: IngestError.Kind, from first: CSVPart) -> IngestError.Kind {
    switch kind {
    case .missingColumns where !first.format.hasHeader: .partHeader(hasHeader: true, first: first.input.name)
    case .missingColumns(let names): .partLacksColumns(names, first: first.input.name)
    case .columnCount(let expected, let found):
      .partWidth(expected: expected, found: found, first: first.input.name)
    default: kind
    }
  }

  private func check(
    after first: CSVPart, _ options: SourceOptions, followsModel: Bool
  ) throws(IngestError) {
    let place = InputPosition(source: input.name)
    guard format.hasHeader == first.format.hasHeader else {
      throw IngestError(.partHeader(hasHeader: format.hasHeader, first: first.input.name), at: place)
    }
    for role in [CSVFormat.Role.id, .label]
    where format.roles.contains(role) != first.format.roles.contains(role) {
      let (name, has) = (
        first.format.name(of: role) ?? format.name(of: role) ?? "", format.roles.contains(role)
      )
      let kind: IngestError.Kind =
        has
        ? .partHasMore([name], first: first.input.name)
        : .partLacksColumns([IngestError.UnknownName(name: name, nearest: nil)], first: first.input.name)
      throw IngestError(kind, at: place)
    }
    guard !followsModel else { return }
    let surplus = zip(format.names, format.roles)
      .filter { $0.1 == .ignored && !options.ignoredColumns.contains($0.0) }.map(\.0)
    guard surplus.isEmpty else {
      throw IngestError(.partHasMore(surplus, first: first.input.name), at: place)
    }
  }

  /// Reads the numbers of each text by its own decimal sign, and returns a note if texts differ.
  ///
  /// The sign of the table is that of the first text whose numbers have one. Without `swapping`, a model's
  /// columns are read by the sign of each text already.
  private static func alignDecimalSigns(of parts: inout [CSVPart], swapping: Bool) -> [MessageText] {
    let sign = parts.compactMap(\.format.seenDecimalSign).first
    let notations = parts[0].format.notations
    var others: [String] = []
    for index in parts.indices {
      let isOther = parts[index].format.seenDecimalSign.map { $0 != sign } ?? false
      if isOther { others.append(parts[index].input.name) }
      guard swapping else { continue }
      parts[index].format.swapsDecimalSign = isOther
      if index > 0 { parts[index].use(notations) }
    }
    guard let first = others.first else { return [] }
    let more = others.count > 1 ? " and \(others.count - 1) more" : ""
    return ["decimal \(sign == .comma ? "points" : "commas") in \(first)\(more)"]
  }

  /// Keeps the columns of all texts, in the order of their first appearance; a text that lacks one has empty
  /// cells there.
  private static func keepAllColumns(of parts: inout [CSVPart]) {
    let table = parts[0].format
    guard table.hasHeader else { return }
    var names = table.names
    var known = Set(names)
    for part in parts.dropFirst() { names += part.format.names.filter { known.insert($0).inserted } }
    for index in parts.indices {
      let own = parts[index].format.names
      parts[index].format.kept = names.map { own.firstIndex(of: $0) ?? .max }
    }
    parts[0].format.keptNames = names
  }

  /// Sets the notations of a table's numbers.
  mutating func use(_ notations: [ColumnNotation]) {
    format.notations = format.swapsDecimalSign ? notations.map(\.withSwappedMarks) : notations
  }

  /// Refuses names of ignored columns that none of the texts has.
  private static func checkIgnored(_ options: SourceOptions, in parts: [CSVPart]) throws(IngestError) {
    guard options.requiresNamedColumns else { return }
    let names = parts.flatMap(\.format.names)
    let unknown = options.ignoredColumns.filter { !names.contains($0) }
    guard !unknown.isEmpty else { return }
    let kind = IngestError.Kind.unknownColumns(
      unknown.map { IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: names)) },
      option: .ignoredColumns, hasHeader: parts[0].format.hasHeader)
    throw IngestError(kind, at: InputPosition(source: parts[0].input.name))
  }
}

extension SourceOptions {
  /// Sets the options for text that was converted from another format: commas, and a header.
  fileprivate mutating func useWrittenTable() {
    delimiter = ","
    hasHeader = true
    (skippedLineCount, comment) = (0, nil)
    encoding = .utf8
  }
}
