import MisfitCore

/// Decides what each column of a text is for.
struct CSVColumns {
  let name: String
  let options: SourceOptions
  let hasHeader: Bool

  /// The format without what only the sniffer knows.
  ///
  /// - Throws: ``IngestError`` for names that are not there.
  func format(first: CSVSample.Record, delimiter: UInt8) throws(IngestError) -> CSVFormat {
    let (names, notes) = try columnNames(first)
    var format = CSVFormat(
      delimiter: delimiter, hasHeader: hasHeader, names: names,
      roles: Array(repeating: .ignored, count: names.count), features: [], dataByteOffset: 0, firstLine: 1,
      notes: notes)
    var isNamed = Array(repeating: false, count: names.count)
    func assign(_ role: CSVFormat.Role, _ wanted: [String], _ option: OptionName) throws(IngestError) {
      for index in try indices(of: wanted, in: names, option: option) {
        format.roles[index] = role
        isNamed[index] = true
      }
    }
    try assign(.ignored, options.ignoredColumns, .ignoredColumns)
    func wanted(_ named: String?, _ usual: String?) -> [String] {
      if let named { return [named] }
      guard hasHeader, let usual, let place = names.firstIndex(of: usual), !isNamed[place] else { return [] }
      return [usual]
    }
    try assign(.label, wanted(options.labelColumn, options.usualLabelColumn), .labelColumn)
    try assign(.id, wanted(options.idColumn, options.usualIDColumn), .idColumn)
    try assignFeatures(&format, unnamed: names.indices.filter { !isNamed[$0] })
    switch options.keptColumns {
    case .none: break
    case .all: format.kept = Array(names.indices)
    case .named(let wanted): format.kept = try indices(of: wanted, in: names, option: .keptColumns)
    }
    format.keptNames = format.kept.map { names[$0] }
    guard !format.features.isEmpty else {
      throw IngestError(.noFeatureColumns, at: InputPosition(source: name))
    }
    return format
  }

  /// The columns that nothing names become features: all of them, or those that a model expects.
  private func assignFeatures(_ format: inout CSVFormat, unnamed: [Int]) throws(IngestError) {
    guard let expected = options.expectedColumns, !expected.isEmpty else {
      if let shape = options.expectedShape, shape.elementCount != unnamed.count {
        throw error(.columnCount(expected: shape.elementCount, found: unnamed.count))
      }
      for (feature, column) in unnamed.enumerated() { format.roles[column] = .feature(feature) }
      format.features = unnamed.map { format.names[$0] }
      return
    }
    format.features = expected
    if !hasHeader {
      if let table = options.expectedTable, table.columns.count == unnamed.count {
        var feature = 0
        for (column, other) in zip(unnamed, table.columns) where other.isUsed {
          format.roles[column] = .feature(feature)
          feature += 1
        }
        return
      }
      guard unnamed.count == expected.count else {
        throw error(.columnCount(expected: expected.count, found: unnamed.count))
      }
      for (feature, column) in unnamed.enumerated() { format.roles[column] = .feature(feature) }
      return
    }
    var places: [String: Int] = [:]
    for column in unnamed { places[format.names[column]] = column }
    let missing = expected.filter { places[$0] == nil }
    let taken = missing.filter(format.names.contains)
    guard taken.isEmpty else { throw error(.takenColumns(taken)) }
    guard missing.isEmpty else { throw error(.missingColumns(unknown(missing, among: format.names))) }
    for (feature, name) in expected.enumerated() {
      if let column = places[name] { format.roles[column] = .feature(feature) }
    }
    let known = Set(options.expectedTable?.columns.map(\.name) ?? [])
    let extra = unnamed.count { !known.contains(format.names[$0]) } - (known.isEmpty ? expected.count : 0)
    if extra > 0 { format.notes.append("\(CountText.of(extra, "further column")) passed over") }
  }

  private func indices(
    of wanted: [String], in names: [String], option: OptionName
  ) throws(IngestError) -> [Int] {
    let missing = wanted.filter { !names.contains($0) }
    if !missing.isEmpty, options.requiresNamedColumns, option != .ignoredColumns || !options.isOneOfSeveral {
      let kind = IngestError.Kind.unknownColumns(
        unknown(missing, among: names), option: option, hasHeader: hasHeader)
      throw error(kind)
    }
    return wanted.compactMap { names.firstIndex(of: $0) }
  }

  private func unknown(_ names: [String], among known: [String]) -> [IngestError.UnknownName] {
    names.map { IngestError.UnknownName(name: $0, nearest: NearestSpelling.of($0, among: known)) }
  }

  /// The names in the header, made unique, or numbers.
  private func columnNames(_ first: CSVSample.Record) throws(IngestError) -> ([String], [String]) {
    guard hasHeader else { return (first.fields.indices.map(FeatureName.ofColumn), []) }
    var names: [String] = []
    for (index, field) in first.fields.enumerated() {
      guard let name = Self.name(field) else {
        throw IngestError(
          .invalidUTF8(CSVRecordParser.shown(field)),
          at: InputPosition(
            source: name, byteOffset: first.byteOffset, line: first.line, column: FeatureName.ofColumn(index))
        )
      }
      names.append(name.isEmpty ? FeatureName.ofColumn(index) : name)
    }
    return Self.madeUnique(names)
  }

  /// A name without the blanks around it, as cells lose theirs; nil where it is not UTF-8.
  static func name(_ field: [UInt8]) -> String? {
    String(validating: field[CellText.trimmed(field.span, 0..<field.count)], as: UTF8.self)
  }

  /// `x, x, x` becomes `x, x_2, x_3`, and a note says so.
  static func madeUnique(_ names: [String]) -> (names: [String], notes: [String]) {
    var taken = Set(names)
    var seen: Set<String> = []
    var notes: [String] = []
    let unique = names.map { name in
      if seen.insert(name).inserted { return name }
      var number = 2
      while taken.contains("\(name)_\(number)") { number += 1 }
      let renamed = "\(name)_\(number)"
      taken.insert(renamed)
      seen.insert(renamed)
      notes.append("a further column \"\(name)\" is called \"\(renamed)\"")
      return renamed
    }
    return (unique, notes)
  }

  /// Refuses columns of text among the features, all of them in one error.
  ///
  /// A column is one of text where more than half of its cells in `records` are; a rarer text is a mistake at
  /// its place.
  func checkNumeric(_ format: inout CSVFormat, _ records: ArraySlice<CSVSample.Record>) throws(IngestError) {
    var examples: [IngestError.ColumnExample] = []
    for (column, role) in format.roles.enumerated() {
      guard case .feature(let feature) = role else { continue }
      guard let text = exampleOfText(in: column, records, format.notations[feature]) else { continue }
      examples.append(
        IngestError.ColumnExample(name: format.names[column], text: CSVRecordParser.shown(text)))
    }
    guard examples.isEmpty else { throw error(.nonNumericColumns(examples)) }
  }

  /// Whether all features hold a number in each of the records, and none of them may be codes or dates.
  func areNumbers(_ format: CSVFormat, _ records: ArraySlice<CSVSample.Record>) -> Bool {
    for (column, role) in format.roles.enumerated() {
      guard case .feature = role else { continue }
      if mayNameThings(column, named: format.names[column], records) { return false }
      for record in records where column < record.fields.count {
        if case .number = CellKind(record.fields[column]) { continue }
        return false
      }
    }
    return true
  }

  /// Whether the numbers of a column are worth a closer look: codes, or dates written as numbers.
  private func mayNameThings(
    _ column: Int, named name: String, _ records: ArraySlice<CSVSample.Record>
  ) -> Bool {
    var digits = DigitProfile()
    var cellCount = 0
    for record in records where column < record.fields.count {
      digits.add(Array(DecimalNumber.trim(record.fields[column][...])).span, isBelowLast: false)
      cellCount += 1
    }
    let isOfOneLength = digits.count == cellCount && digits.shortest == digits.longest
    return digits.zeroLedCount > 0 || digits.longest >= 16
      || mayBeIndex(column, named: name, records)
      || (isOfOneLength && digits.longest >= 5)
      || ColumnDecision.namesDates(name)
  }

  /// Whether whole numbers rise from record to record in a column that has the name of an index, or the place of one.
  private func mayBeIndex(
    _ column: Int, named name: String, _ records: ArraySlice<CSVSample.Record>
  ) -> Bool {
    let isUnnamed = name == FeatureName.ofColumn(column)
    guard hasHeader ? isUnnamed || IndexName.isOne(name) : column == 0 else { return false }
    var last = -1.0
    for record in records where column < record.fields.count {
      guard case .number(let value) = DecimalNumber.read(record.fields[column]), value > last,
        value == value.rounded()
      else { return false }
      last = value
    }
    return true
  }

  /// The first text of a column where most cells are texts; else nil.
  private func exampleOfText(
    in column: Int, _ records: ArraySlice<CSVSample.Record>, _ notation: ColumnNotation
  ) -> [UInt8]? {
    var example: [UInt8]?
    var excess = 0
    for record in records where column < record.fields.count {
      let field = record.fields[column]
      switch CellKind(field) {
      case .number: excess -= 1
      case .missing: break
      case .text where notation.problem == nil && notation.notation.value(of: field.span) != nil: excess -= 1
      case .text:
        excess += 1
        example = example ?? record.fields[column]
      }
    }
    return excess > 0 ? example : nil
  }

  private func error(_ kind: IngestError.Kind) -> IngestError {
    IngestError(kind, at: InputPosition(source: name))
  }
}
