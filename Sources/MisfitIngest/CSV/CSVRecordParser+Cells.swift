import MisfitCore

/// What single cells are.
extension CSVRecordParser {
  /// What is wrong with a cell in a column of numbers with decimal commas.
  static func commaProblem(_ text: [UInt8]) -> IngestError.Kind {
    switch DecimalNumber.read(text) {
    case .number: .decimalPoint(shown(text))
    case .tooLarge: .numberTooLarge(shown(text))
    case .notFinite: .notFinite(shown(text))
    case .notANumber: .notANumber(shown(text))
    case .empty: .missingCell
    }
  }

  /// The number of a whole cell; nil for anything else.
  static func number(_ cell: borrowing Span<UInt8>) -> Double? {
    guard !cell.isEmpty, cell[0] &- 48 <= 9 || "+-.".utf8.contains(cell[0]), cell.count <= 40 else {
      return nil
    }
    guard case .number(let value) = DecimalNumber.read(cell.indices.map { cell[$0] }) else { return nil }
    return value
  }

  /// A text as messages quote it: its first 60 bytes on one line.
  static func shown(_ text: [UInt8]) -> String {
    let beginning = String(decoding: DecimalNumber.trim(text[...]).prefix(60), as: UTF8.self)
    let visible = String(beginning.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return text.count > 60 ? visible + "..." : visible
  }
}
