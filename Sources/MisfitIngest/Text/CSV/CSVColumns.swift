import MisfitCore

/// Decides the role of each column of a text.
struct CSVColumns {
  let name: String
  let options: SourceOptions
  let hasHeader: Bool

  /// Returns the format, without what only the sniffer knows.
  ///
  /// - Throws: ``IngestError`` for names that do not exist.
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

  /// Makes the columns without a role features: all of them, or those that a model expects.
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
    if extra > 0 { format.notes.append("\(CountText.of(extra, "further column")) skipped") }
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

  /// Returns the names in the header, made unique, or numbers.
  private func columnNames(_ first: CSVSample.Record) throws(IngestError) -> ([String], [MessageText]) {
    guard hasHeader else { return (first.fields.indices.map(FeatureName.ofColumn), []) }
    var names: [String] = []
    for (index, field) in first.fields.enumerated() {
      guard let name = Self.name(field) else {
        throw IngestError(
          .invalidUTF8(CellText.shown(field)),
          at: InputPosition(
            source: name, byteOffset: first.byteOffset, line: first.line, column: FeatureName.ofColumn(index))
        )
      }
      names.append(name.isEmpty ? FeatureName.ofColumn(index) : name)
    }
    return Self.madeUnique(names)
  }

  /// Returns a name without surrounding blanks; nil if it is not UTF-8.
  static func name(_ field: [UInt8]) -> String? {
    String(validating: field[CellText.trimmed(field.span, 0..<field.count)], as: UTF8.self)
  }

  /// Renames `x, x, x` to `x, x_2, x_3`, with notes.
  static func madeUnique(_ names: [String]) -> (names: [String], notes: [MessageText]) {
    var taken = Set(names)
    var seen: Set<String> = []
    var notes: [MessageText] = []
    let unique = names.map { name in
      if seen.insert(name).inserted { return name }
      var number = 2
      while taken.contains("\(name)_\(number)") { number += 1 }
      let renamed = "\(name)_\(number)"
      taken.insert(renamed)
      seen.insert(renamed)
      notes.append("another column \"\(name)\" was renamed \"\(renamed)\"")
      return renamed
    }
    return (unique, notes)
  }

  /// Throws one error for all columns of text among the features.
  ///
  /// A column is one of text if more than half of its cells in `records` are; a rarer text is a mistake that
  /// is reported with its position.
  func checkNumeric(_ format: inout CSVFormat, _ records: ArraySlice<CSVSample.Record>) throws(IngestError) {
    var examples: [IngestError.ColumnExample] = []
    for (column, role) in format.roles.enumerated() {
      guard case .feature(let feature) = role else { continue }
      guard let text = exampleOfText(in: column, records, format.notations[feature]) else { continue }
      examples.append(
        IngestError.ColumnExample(name: format.names[column], text: CellText.shown(text)))
    }
    guard examples.isEmpty else { throw error(.nonNumericColumns(examples)) }
  }

  /// Returns whether all features have a number in each of the records, and none of them may be codes or
  /// dates.
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

  /// Returns whether the numbers of a column may be codes or dates.
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

  /// Returns whether whole numbers rise from record to record in a column with the name or the position of an
  /// index.
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

  /// Returns the first text of a column whose cells are mostly texts; otherwise nil.
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
