import MisfitCore

/// Parsing of single cells.
extension CSVRecordParser {
  static let decimalComma: NumberNotation = {
    var notation = NumberNotation()
    notation.hasDecimalComma = true
    return notation
  }()

  /// Returns the problem with a cell in a column of numbers with decimal points.
  static func pointProblem(_ text: [UInt8]) -> IngestError.Kind {
    let kind = commaProblem(text)
    if case .decimalPoint(let text) = kind { return .notANumber(text) }
    return kind
  }

  /// Returns the problem with a cell in a column of numbers with decimal commas.
  static func commaProblem(_ text: [UInt8]) -> IngestError.Kind {
    switch DecimalNumber.read(text) {
    case .number: .decimalPoint(CellText.shown(text))
    case .tooLarge: .numberTooLarge(CellText.shown(text))
    case .notFinite: .notFinite(CellText.shown(text))
    case .notANumber: .notANumber(CellText.shown(text))
    case .empty: .missingCell
    }
  }

  /// Returns the number of a whole cell; nil for anything else.
  static func number(_ cell: borrowing Span<UInt8>) -> Double? {
    guard !cell.isEmpty else { return nil }
    guard cell[0] &- 48 <= 9 || "+-.".utf8.contains(cell[0]), cell.count <= 40 else {
      return cell[0] < 0x80 ? nil : lookAlike(cell)
    }
    guard case .number(let value) = DecimalNumber.read(cell.indices.map { cell[$0] }) else {
      return cell[cell.count - 1] < 0x80 ? nil : lookAlike(cell)
    }
    return value
  }

  /// Returns the number of a cell with minus signs or spaces outside of ASCII.
  static func lookAlike(_ cell: borrowing Span<UInt8>) -> Double? {
    let copy = cell.indices.map { cell[$0] }
    guard let written = WrittenNumber(copy.span), !written.hasAccountingSign, written.unit == nil else {
      return nil
    }
    return written.value(NumberNotation())
  }
}
