import MisfitCore

/// The fields of a column in model files, of all kinds beside each other.
private struct ColumnFields: Codable {
  var name: String
  var kind: ColumnKind
  var reason: MessageText
  var cellCount, missingCount, distinctCount: Int
  var numbers: NumberFigures?
  var dates: DateFigures?
  var levels: [ColumnLevel] = []
  var otherCount = 0
  var number: NumberEncoding?
  var date: DateEncoding?
  var decimalComma: Bool?
  var thousands, unit: String?
  var accountingSigns: Bool?
  var sentinels: [Double]?
  var unreadNumbers: MessageText?
  var hasIndicator: Bool
  var placeholdersAreMissing: Bool?
  var unreadCount: Int?
  var remark: MessageText?

  /// The encoding, from the fields of its kind; nil if they are missing or unusable.
  var encoding: ColumnEncoding? {
    let counts = LevelCounts(levels: levels, otherCount: otherCount)
    let encoding: ColumnEncoding?
    switch kind {
    case .numeric, .count:
      encoding = number.map {
        .number(
          NumberCells(
            encoding: $0, notation: notation, isCount: kind == .count, sentinels: sentinels ?? []))
      }
    case .boolean: encoding = .boolean(BooleanCells(counts: counts))
    case .categorical: encoding = .categorical(LevelCells(counts: counts))
    case .datetime: encoding = date.map { .date(DateCells(encoding: $0, figures: dates)) }
    case .identifier, .constant, .text: encoding = .omitted(as: kind, counts)
    }
    return encoding?.cells?.isUsable ?? true ? encoding : nil
  }

  private var notation: NumberNotation {
    var notation = NumberNotation()
    notation.hasDecimalComma = decimalComma ?? false
    (notation.thousands, notation.unit) = (thousands, unit)
    notation.hasAccountingSigns = accountingSigns ?? false
    return notation
  }

  var hasUsableCounts: Bool {
    ([cellCount, missingCount, distinctCount, otherCount] + levels.map(\.count))
      .allSatisfy { (0...1 << 50).contains($0) } && missingCount <= cellCount && levels.count <= 1 << 20
  }
}

extension TableColumn: Codable {
  /// Decodes and checks a column: a hostile one is an error here, not a trap later.
  package init(from decoder: any Decoder) throws {
    let fields = try ColumnFields(from: decoder)
    guard fields.hasUsableCounts, let encoding = fields.encoding else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a column that cannot be encoded"))
    }
    self.init(
      name: fields.name, reason: fields.reason, cellCount: fields.cellCount,
      missingCount: fields.missingCount, distinctCount: fields.distinctCount, encoding: encoding,
      numbers: fields.numbers, unreadNumbers: fields.unreadNumbers, hasIndicator: fields.hasIndicator,
      placeholdersAreMissing: fields.placeholdersAreMissing, unreadCount: fields.unreadCount,
      remark: fields.remark)
  }

  /// Encodes the fields of the kind.
  package func encode(to encoder: any Encoder) throws {
    var fields = ColumnFields(
      name: name, kind: kind, reason: reason, cellCount: cellCount, missingCount: missingCount,
      distinctCount: distinctCount, numbers: numbers, dates: dates?.figures, levels: levels,
      otherCount: encoding.levelCounts?.otherCount ?? 0, number: number, date: dates?.encoding,
      unreadNumbers: unreadNumbers, hasIndicator: hasIndicator,
      placeholdersAreMissing: placeholdersAreMissing, unreadCount: unreadCount, remark: remark)
    fields.decimalComma = notation.hasDecimalComma ? true : nil
    (fields.thousands, fields.unit) = (notation.thousands, notation.unit)
    fields.sentinels = sentinels.isEmpty ? nil : sentinels
    fields.accountingSigns = notation.hasAccountingSigns ? true : nil
    try fields.encode(to: encoder)
  }
}
