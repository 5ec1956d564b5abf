/// What parts the whole of a column's numbers from their fractions.
enum DecimalSign: Sendable, Equatable {
  /// A point, or nothing that was seen has a fraction.
  case point
  /// A comma, as Excel writes it in much of Europe.
  case comma
  /// Numbers that may mean several things stay texts; why, as a part of a sentence.
  case unclear(String)
}

/// What the first cells of a column say of its decimal sign.
struct DecimalEvidence {
  /// Numbers without a fraction.
  private var wholeCount = 0
  private var pointCount = 0
  /// Numbers with one comma, which can only be a decimal one.
  private var commaCount = 0
  /// Numbers as `1,234`, whose comma may part thousands.
  private var openCount = 0
  /// Numbers as `1.234,5` or `1,234,567`.
  private var groupedCount = 0
  private var otherCount = 0

  mutating func add(_ field: [UInt8]) {
    switch CellKind(field) {
    case .missing: return
    case .number:
      if field.contains(UInt8(ascii: ".")) { pointCount += 1 } else { wholeCount += 1 }
    case .text:
      let text = DecimalNumber.trim(field[...])
      if Self.isCommaNumber(text) {
        if Self.mayPartThousands(text) { openCount += 1 } else { commaCount += 1 }
      } else if Self.partsThousands(text) {
        groupedCount += 1
      } else {
        otherCount += 1
      }
    }
  }

  /// Whether some comma is surely a decimal one.
  var hasComma: Bool { commaCount > 0 && pointCount == 0 && groupedCount == 0 && isNumeric }

  /// Whether some point is surely a decimal one.
  var hasPoint: Bool { pointCount > 0 && isNumeric }

  /// Whether no cell has a mark.
  var isWhole: Bool { wholeCount > 0 && pointCount + commaCount + openCount + groupedCount == 0 && isNumeric }

  private var isNumeric: Bool {
    wholeCount + pointCount + commaCount + openCount + groupedCount >= otherCount
  }

  /// The sign; nil where the cells do not tell.
  ///
  /// `takesOpen` says that a comma in front of three digits is a decimal one.
  func sign(takesOpen: Bool) -> DecimalSign? {
    guard isNumeric, commaCount + openCount + groupedCount > 0 else { return pointCount > 0 ? .point : nil }
    if groupedCount > 0 || (pointCount > 0 && commaCount == 0) { return .unclear(Self.thousands) }
    if pointCount > 0 { return .unclear("some numbers have a decimal comma and others a point") }
    if commaCount > 0 || takesOpen { return .comma }
    return .unclear(Self.thousands)
  }

  private static let thousands = "separators of thousands are not read: write 1234.5"

  /// Whether a text is a number with one comma in the place of its point.
  static func isCommaNumber(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count(where: { $0 == comma }) == 1, !text.contains(UInt8(ascii: ".")) else { return false }
    if case .number = DecimalNumber.read(text.map { $0 == comma ? UInt8(ascii: ".") : $0 }) { return true }
    return false
  }

  /// Whether three digits follow the comma and one to three stand in front, no 0 first: `1,234`.
  private static func mayPartThousands(_ text: ArraySlice<UInt8>) -> Bool {
    let groups = unsigned(text).split(separator: comma, omittingEmptySubsequences: false)
    guard groups.count == 2, let first = groups.first?.first, first != UInt8(ascii: "0") else { return false }
    return (1...3).contains(groups[0].count) && groups[1].count == 3 && groups[1].allSatisfy(isDigit)
  }

  /// Whether a text is digits in groups of three, with a fraction or without: `1.234,5`, `1,234,567`.
  private static func partsThousands(_ text: ArraySlice<UInt8>) -> Bool {
    var groups = unsigned(text).split(omittingEmptySubsequences: false) { !isDigit($0) }
    let marks = unsigned(text).filter { !isDigit($0) }
    guard marks.count >= 2, marks.allSatisfy({ ".,' ".utf8.contains($0) }) else { return false }
    if marks.last != marks.first { groups.removeLast() }
    return (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
      && marks.dropLast().allSatisfy { $0 == marks.first }
  }

  private static func unsigned(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.first.map { "+-".utf8.contains($0) } ?? false ? text.dropFirst() : text
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 <= 9 }

  private static let comma = UInt8(ascii: ",")
}

extension CSVColumns {
  /// The decimal signs of the features.
  ///
  /// What the cells say comes first. Where they do not tell, a table whose other columns have decimal commas has them
  /// there, too, since one program wrote them all; then comes what the model's table had, unless another column has
  /// points. In front of three digits a comma is a decimal one where semicolons delimit: whoever writes those needs the
  /// comma for numbers.
  ///
  /// Also gives whether cells tell of commas.
  func decimalSigns(
    _ format: CSVFormat, _ records: ArraySlice<CSVSample.Record>
  ) -> (signs: [DecimalSign], areSeen: Bool) {
    var evidence = Array(repeating: DecimalEvidence(), count: format.features.count)
    for (column, role) in format.roles.enumerated() {
      guard case .feature(let feature) = role else { continue }
      for record in records where column < record.fields.count {
        evidence[feature].add(record.fields[column])
      }
    }
    let hasComma = evidence.contains(where: \.hasComma)
    let hasPoint = evidence.contains(where: \.hasPoint)
    var areSeen = false
    let signs = evidence.enumerated().map { feature, evidence -> DecimalSign in
      let had = !hasPoint && options.expectedTable.map { $0.used[feature].decimalComma ?? false } ?? false
      let takesOpen = hasComma || had || format.delimiter == UInt8(ascii: ";")
      let isLikelyComma = had || (hasComma && evidence.isWhole)
      let seen = evidence.sign(takesOpen: takesOpen)
      if seen == .comma { areSeen = true }
      return seen ?? (isLikelyComma ? .comma : .point)
    }
    return (signs, areSeen)
  }
}
