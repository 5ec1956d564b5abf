/// The type of a field in the schema of Arrow messages, and the number of its buffers.
struct ArrowTypeShape {
  /// The type; nil for one that has no cells of a table.
  private(set) var type: ArrowType?
  /// The number of buffers, that of validity included.
  private(set) var bufferCount = 2
  /// Whether further buffers follow.
  private(set) var hasViews = false
  /// The name of the type in messages.
  private(set) var text: String

  /// Reads the type of a table `Field`, whose children are of these types.
  ///
  /// - Throws: ``FlatProblem``, also for a type without known buffers.
  init(_ field: FlatTable, childTypes: [ArrowType?]) throws(FlatProblem) {
    let code = Int(try field.integer(2, or: UInt8(0)))
    guard Self.names.indices.contains(code), code > 0, let table = try field.table(3) else {
      throw FlatProblem()
    }
    text = Self.names[code]
    switch code {
    case 1: (type, bufferCount) = (.null, 0)
    case 2: type = try Self.integer(table)
    case 3:
      let precision = Int(try table.integer(0, or: Int16(0)))
      type = (0...2).contains(precision) ? .float(byteCount: 2 << precision) : nil
    case 5: (type, bufferCount) = (.text(offsetByteCount: 4), 3)
    case 6: type = .boolean
    case 7: type = try Self.decimal(table)
    case 8: type = .date(byteCount: try table.integer(0, or: Int16(1)) == 0 ? 4 : 8)
    case 9: type = try Self.time(table)
    case 10:
      let zone = try table.text(1, byteLimit: 1 << 10) ?? ""
      type = try Self.units(table, or: 0).map { .timestamp(unitsPerSecond: $0, hasZone: !zone.isEmpty) }
    case 16:
      bufferCount = 1
      let count = Int(try table.integer(0, or: Int32(0)))
      if count >= 1, count <= SourceLimits.sampleByteCount, childTypes.count == 1, let inner = childTypes[0],
        inner.tensor.element.isNumeric
      {
        type = .fixedList(count: count, inner)
      }
    case 18: type = .duration
    case 20: (type, bufferCount) = (.text(offsetByteCount: 8), 3)
    case 24: (type, hasViews) = (.textView, true)
    case 14: bufferCount = try table.integer(0, or: Int16(0)) == 0 ? 1 : 2
    case 23: hasViews = true
    default: bufferCount = Self.bufferCounts[code] ?? 2
    }
  }

  /// Returns the type of the indices of a table `DictionaryEncoding`; nil if there is none such.
  ///
  /// - Throws: ``FlatProblem``.
  static func index(of dictionary: FlatTable) throws(FlatProblem) -> ArrowType? {
    guard let table = try dictionary.table(1) else { return .signed(byteCount: 4) }
    return try integer(table)
  }

  private static func integer(_ table: FlatTable) throws(FlatProblem) -> ArrowType? {
    let bits = Int(try table.integer(0, or: Int32(0)))
    guard [8, 16, 32, 64].contains(bits) else { return nil }
    return try table.flag(1) ? .signed(byteCount: bits / 8) : .unsigned(byteCount: bits / 8)
  }

  private static func decimal(_ table: FlatTable) throws(FlatProblem) -> ArrowType? {
    let scale = Int(try table.integer(1, or: Int32(0)))
    let bits = Int(try table.integer(2, or: Int32(128)))
    guard [32, 64, 128, 256].contains(bits), abs(scale) <= 100 else { return nil }
    return .decimal(byteCount: bits / 8, scale: scale)
  }

  private static func time(_ table: FlatTable) throws(FlatProblem) -> ArrowType? {
    let bits = try table.integer(1, or: Int32(32))
    guard let units = try units(table, or: 1), bits == (units <= 1_000 ? 32 : 64) else { return nil }
    return .timeOfDay(byteCount: Int(bits) / 8, unitsPerSecond: units)
  }

  private static func units(_ table: FlatTable, or fallback: Int16) throws(FlatProblem) -> Int64? {
    switch try table.integer(0, or: fallback) {
    case 0: 1
    case 1: 1_000
    case 2: 1_000_000
    case 3: 1_000_000_000
    default: nil
    }
  }

  /// The names of the types, in the order of their codes in `Schema.fbs`.
  private static let names = [
    "none", "null", "int", "float", "binary", "utf8", "bool", "decimal", "date", "time", "timestamp",
    "interval", "list", "struct", "union", "fixed-size binary", "fixed-size list", "map", "duration",
    "large binary", "large utf8", "large list", "run-end encoded", "binary view", "utf8 view", "list view",
    "large list view",
  ]

  /// The numbers of buffers of types that are passed over, unless it is 2.
  private static let bufferCounts = [4: 3, 13: 1, 19: 3, 22: 0, 25: 3, 26: 3]
}
