import MisfitCore

/// The notation of a column's numbers, or the reason why they stay texts.
struct ColumnNotation: Sendable, Equatable {
  var notation = NumberNotation()
  /// The reason why cells that may be numbers are not read as such, as a part of a sentence; nil if they are.
  var problem: MessageText?

  /// The notation with points for commas and commas for points.
  var withSwappedMarks: ColumnNotation {
    guard problem == nil else { return self }
    var other = self
    other.notation.hasDecimalComma.toggle()
    switch notation.thousands {
    case ","?: other.notation.thousands = "."
    case "."?: other.notation.thousands = ","
    default: break
    }
    return other
  }
}

/// Decides the notation of the numbers of a table.
///
/// The decimal sign is that of the whole table, since one program wrote it. The choice of the user takes
/// precedence, then the cells of all columns, then a model's table. A mark that is not the decimal sign
/// separates thousands.
struct NotationDecision {
  let evidence: [NumberEvidence]
  /// The choices of the user.
  let options: NumberOptions
  /// The notations of a model's columns; nil for columns that are not numbers.
  let known: [NumberNotation?]
  let delimiter: UInt8

  private enum Sign { case point, comma }

  /// The notation of each column.
  var columns: [ColumnNotation] {
    let sign = tableSign
    return evidence.indices.map { column($0, sign) }
  }

  /// A column whose numbers have decimal commas and one with decimal points, if the user did not choose.
  var contradiction: (comma: Int, point: Int)? {
    guard chosenSign == nil, let comma = evidence.firstIndex(where: { $0.saysComma && !$0.saysPoint }),
      let point = evidence.firstIndex(where: { $0.saysPoint && !$0.saysComma })
    else { return nil }
    return (comma, point)
  }

  // MARK: The decimal sign

  /// The decimal sign of the numbers if all that determine one agree and the user did not choose.
  var seenSign: DecimalSign? {
    guard chosenSign == nil else { return nil }
    let hasComma = evidence.contains(where: \.saysComma)
    let hasPoint = evidence.contains(where: \.saysPoint)
    return hasComma == hasPoint ? nil : hasComma ? .comma : .point
  }

  private var chosenSign: Sign? {
    if let decimal = options.decimal { return decimal == "," ? .comma : .point }
    switch options.thousands {
    case ","?: return .point
    case "."?: return .comma
    default: return nil
    }
  }

  /// The sign of the table; nil if it is unclear.
  private var tableSign: Sign? {
    if let chosenSign { return chosenSign }
    if known.contains(where: { $0 != nil }), !contradictsKnown {
      let hasComma = known.contains { $0?.hasDecimalComma ?? false }
      // The columns of a table with both signs keep their own.
      if hasComma, known.contains(where: { $0?.hasDecimalComma == false }) { return nil }
      return hasComma ? .comma : .point
    }
    let hasComma = evidence.contains(where: \.saysComma)
    let hasPoint = evidence.contains(where: \.saysPoint)
    if hasComma || hasPoint { return hasComma && hasPoint ? nil : hasComma ? .comma : .point }
    return openSign
  }

  /// Whether cells have another sign than a model's table had in their column.
  private var contradictsKnown: Bool {
    zip(evidence, known).contains { evidence, known in
      guard let known else { return false }
      return known.hasDecimalComma
        ? evidence.saysPoint && !evidence.saysComma : evidence.saysComma && !evidence.saysPoint
    }
  }

  /// The sign if all marks come before three digits.
  private var openSign: Sign? {
    let commas = evidence.filter { $0.isNumeric && $0.openCommaCount > 0 }
    // Semicolons between cells mean that commas are used in numbers.
    let points = evidence.filter {
      $0.openPointCount >= 3 && $0.marksOnlyThousands && delimiter == UInt8(ascii: ";")
    }
    if commas.isEmpty { return points.isEmpty ? .point : .comma }
    let separatesThousands = delimiter == UInt8(ascii: ",") || commas.contains(where: \.marksOnlyThousands)
    return separatesThousands && points.isEmpty ? .point : nil
  }

  // MARK: A column

  private func column(_ index: Int, _ sign: Sign?) -> ColumnNotation {
    let (evidence, known) = (evidence[index], known[index])
    guard evidence.isNumeric || known != nil else { return ColumnNotation() }
    var found = ColumnNotation()
    var own = sign
    if sign == nil {
      own = known.map { $0.hasDecimalComma ? .comma : .point }
      if evidence.saysComma != evidence.saysPoint { own = evidence.saysComma ? .comma : .point }
    }
    if own == nil {
      found.problem = undecided(evidence)
      guard found.problem == nil else { return found }
    }
    found.notation.hasDecimalComma = own == .comma
    found.notation.hasAccountingSigns = evidence.accountingCount > 0 || known?.hasAccountingSigns ?? false
    found.problem = thousands(evidence, known, &found.notation) ?? unit(evidence, known, &found.notation)
    if known != nil { found.problem = nil }
    return found.problem == nil ? found : ColumnNotation(problem: found.problem)
  }

  /// Returns the reason why a column is unclear in a table without one sign; nil if it has no mark.
  private func undecided(_ evidence: NumberEvidence) -> MessageText? {
    if evidence.saysComma && evidence.saysPoint { return Self.mixed }
    if evidence.openCommaCount > 0 { return Self.open(",") }
    return evidence.openPointCount > 0 && contradiction != nil ? Self.open(".") : nil
  }

  /// Returns whether all numbers of a column have a point before three digits, as fractions of a fixed length
  /// do, and the commas of other columns hardly contradict it.
  private func mayBeDecimals(_ evidence: NumberEvidence) -> Bool {
    let commaCount = self.evidence.reduce(0) { $0 + $1.commaMarkCount }
    return evidence.shortWholeCount + evidence.longWholeCount == 0 && evidence.commaMarkCount == 0
      && evidence.openPointCount > 20 * commaCount
  }

  private static func open(_ mark: String) -> MessageText {
    "1\(mark)234 may mean 1234 or 1.234: \(.decimal, ",") or \(.decimal, ".") says which"
  }

  private static let mixed: MessageText = "some numbers have a decimal comma and others a point"

  /// Finds the mark that separates thousands, or the reason why it is unclear.
  private func thousands(
    _ evidence: NumberEvidence, _ known: NumberNotation?, _ notation: inout NumberNotation
  ) -> MessageText? {
    if notation.hasDecimalComma ? evidence.saysPoint : evidence.saysComma {
      return chosenSign == nil
        ? Self.mixed : "\(.decimal) or \(.thousands) is another sign than its numbers have"
    }
    if notation.hasDecimalComma, known == nil, chosenSign == nil, mayBeDecimals(evidence) {
      return Self.open(".")
    }
    var marks: [String] = []
    if notation.hasDecimalComma, evidence.openPointCount + evidence.groupPointCount > 0 { marks.append(".") }
    if !notation.hasDecimalComma, evidence.openCommaCount + evidence.groupCommaCount > 0 { marks.append(",") }
    if evidence.groupSpaceCount > 0 { marks.append(" ") }
    if evidence.groupApostropheCount > 0 { marks.append("'") }
    if let said = options.thousands {
      notation.thousands = said
      guard let other = marks.first(where: { $0 != said }) else { return nil }
      return "numbers have \"\(other)\" between thousands, and \(.thousands) says \"\(said)\""
    }
    guard marks.count < 2 else { return "thousands are separated in two ways" }
    if evidence.mayBeCodes, known?.thousands == nil, let mark = marks.first {
      return "they may be codes; \(.thousands, "\"\(mark)\"") reads them as numbers"
    }
    notation.thousands = marks.first ?? known?.thousands
    return nil
  }

  /// Finds the unit, or the reason why there is not one.
  private func unit(
    _ evidence: NumberEvidence, _ known: NumberNotation?, _ notation: inout NumberNotation
  ) -> MessageText? {
    if let known {
      // A model trained on plain numbers was not trained on percentages.
      let other = evidence.units.count == 1 ? evidence.units.first : nil
      notation.unit = known.unit ?? other.flatMap { NumberNotation.isShare($0) ? nil : $0 }
      return nil
    }
    guard let first = evidence.units.min() else { return nil }
    guard evidence.units.count == 1 else {
      return "numbers have several units: \(evidence.units.sorted().joined(separator: ", "))"
    }
    guard !NumberNotation.isShare(first) || evidence.bareCount * 20 <= evidence.unitCount else {
      return "some numbers have \(first) and others have not"
    }
    notation.unit = first
    return nil
  }
}

/// Options for the notation of numbers.
public struct NumberOptions: Sendable, Hashable {
  /// The decimal sign, `.` or `,`; nil detects it.
  public var decimal: String?
  /// The mark that separates thousands: a point, a comma, an apostrophe or a space; nil detects it.
  public var thousands: String?

  /// Makes options; what is left out is detected.
  public init(
    decimal: String? = nil, thousands: String? = nil
  ) {
    self.decimal = decimal
    self.thousands = thousands
  }

  /// Whether tables of plain numbers have to be examined cell by cell, too.
  var isNotable: Bool { decimal == "," || thousands != nil }
}
