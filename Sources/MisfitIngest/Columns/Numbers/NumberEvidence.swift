/// Evidence for the notation of a column's numbers; parts merge in any order.
struct NumberEvidence: Sendable, Hashable, Codable {
  /// The number of numbers of at most three digits, without marks.
  private(set) var shortWholeCount = 0
  /// The number of numbers of more digits, without marks.
  private(set) var longWholeCount = 0
  /// The number of numbers whose point, or comma, can only be the decimal sign.
  private(set) var pointCount = 0
  private(set) var commaCount = 0
  /// The number of numbers such as `1.234`, or `1,234`, whose mark may be either.
  private(set) var openPointCount = 0
  private(set) var openCommaCount = 0
  /// The number of numbers whose marks can only separate thousands, by the mark, and of those without a
  /// decimal sign.
  private(set) var groupPointCount = 0
  private(set) var groupCommaCount = 0
  private(set) var groupSpaceCount = 0
  private(set) var groupApostropheCount = 0
  private(set) var groupedCount = 0
  private(set) var accountingCount = 0
  private(set) var otherMinusCount = 0
  /// The number of numbers without a unit that are not 0.
  private(set) var bareCount = 0
  /// The number of numbers with a unit.
  private(set) var unitCount = 0
  private(set) var units: Set<String> = []
  /// The number of cells that are neither numbers nor missing.
  private(set) var otherCount = 0
  private var leastDigitCount = Int.max
  private var largestDigitCount = 0

  private static let unitLimit = 8

  /// Adds a cell that is not missing, without surrounding blanks.
  mutating func add(_ cell: Span<UInt8>) {
    if addPlain(cell) { return }
    guard let written = WrittenNumber(cell), let marks = written.marks else {
      otherCount += 1
      return
    }
    if let unit = written.unit {
      unitCount += 1
      if units.count < Self.unitLimit { units.insert(unit) }
    } else if written.body.contains(where: { $0 > 48 && $0 <= 57 }) {
      bareCount += 1
    }
    if written.hasAccountingSign { accountingCount += 1 }
    if written.hasOtherMinus { otherMinusCount += 1 }
    count(marks)
  }

  /// Counts a number of digits and at most one point in a single scan; false for anything else.
  private mutating func addPlain(_ cell: Span<UInt8>) -> Bool {
    var point = -1
    let start = !cell.isEmpty && (cell[0] == UInt8(ascii: "-") || cell[0] == UInt8(ascii: "+")) ? 1 : 0
    guard cell.count > start else { return false }
    for index in start..<cell.count where cell[index] &- 48 > 9 {
      guard cell[index] == UInt8(ascii: "."), point < 0 else { return false }
      point = index
    }
    let whole = (point < 0 ? cell.count : point) - start
    guard point < 0 || cell.count - start > 1 else { return false }
    for index in start..<cell.count where cell[index] &- 49 < 9 {
      bareCount += 1
      break
    }
    if point < 0 {
      addWhole(whole)
    } else if cell.count - point == 4, (1...3).contains(whole), cell[start] != UInt8(ascii: "0") {
      openPointCount += 1
      addDigits(whole + 3)
    } else {
      pointCount += 1
    }
    return true
  }

  private mutating func addWhole(_ digitCount: Int) {
    if digitCount <= 3 { shortWholeCount += 1 } else { longWholeCount += 1 }
    addDigits(digitCount)
  }

  private mutating func addDigits(_ count: Int) {
    leastDigitCount = min(leastDigitCount, count)
    largestDigitCount = max(largestDigitCount, count)
  }

  private mutating func count(_ marks: NumberMarks) {
    addDigits(marks.wholeDigitCount)
    switch marks.thousands {
    case UInt8(ascii: ".")?: groupPointCount += 1
    case UInt8(ascii: ",")?: groupCommaCount += 1
    case UInt8(ascii: " ")?: groupSpaceCount += 1
    case UInt8(ascii: "'")?: groupApostropheCount += 1
    default: break
    }
    if let decimal = marks.decimal {
      if decimal == UInt8(ascii: ".") { pointCount += 1 } else { commaCount += 1 }
    } else if let open = marks.open {
      if open == UInt8(ascii: ".") { openPointCount += 1 } else { openCommaCount += 1 }
    } else if marks.thousands != nil {
      groupedCount += 1
    } else {
      if marks.wholeDigitCount <= 3 { shortWholeCount += 1 } else { longWholeCount += 1 }
    }
  }

  mutating func merge(_ other: NumberEvidence) {
    shortWholeCount += other.shortWholeCount
    longWholeCount += other.longWholeCount
    pointCount += other.pointCount
    commaCount += other.commaCount
    openPointCount += other.openPointCount
    openCommaCount += other.openCommaCount
    groupPointCount += other.groupPointCount
    groupCommaCount += other.groupCommaCount
    groupSpaceCount += other.groupSpaceCount
    groupApostropheCount += other.groupApostropheCount
    groupedCount += other.groupedCount
    accountingCount += other.accountingCount
    otherMinusCount += other.otherMinusCount
    bareCount += other.bareCount
    unitCount += other.unitCount
    for unit in other.units where units.count < Self.unitLimit { units.insert(unit) }
    otherCount += other.otherCount
    leastDigitCount = min(leastDigitCount, other.leastDigitCount)
    largestDigitCount = max(largestDigitCount, other.largestDigitCount)
  }

  // MARK: Conclusions

  private var numberCount: Int {
    shortWholeCount + longWholeCount + pointCount + commaCount + openPointCount + openCommaCount
      + groupedCount
  }

  /// Whether at least half of the cells are numbers.
  var isNumeric: Bool { numberCount > 0 && numberCount >= otherCount }

  /// Whether marks can only be decimal points, or are only where points are decimal signs; one mark in ten
  /// that contradicts is regarded as a mistake.
  var saysPoint: Bool { isNumeric && pointMarkCount > 0 && pointMarkCount * 10 >= commaMarkCount }

  /// Whether marks can only be decimal commas, likewise.
  var saysComma: Bool { isNumeric && commaMarkCount > 0 && commaMarkCount * 10 >= pointMarkCount }

  private var pointMarkCount: Int { pointCount + groupCommaCount }

  /// The number of numbers that show commas as decimal signs.
  var commaMarkCount: Int { commaCount + groupPointCount }

  /// Whether numbers below 1000 have no mark and all others one before three digits, which then separates
  /// thousands.
  var marksOnlyThousands: Bool {
    isNumeric && shortWholeCount > 0 && longWholeCount == 0 && pointCount + commaCount == 0
      && (openPointCount == 0) != (openCommaCount == 0)
  }

  /// Whether groups of digits may be codes: all have the same number of digits, and nothing shows that they
  /// are amounts.
  var mayBeCodes: Bool {
    groupSpaceCount + groupPointCount > 0 && leastDigitCount == largestDigitCount && units.isEmpty
      && pointCount + commaCount + accountingCount + shortWholeCount == 0
  }
}
