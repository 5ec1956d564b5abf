extension IngestError.Kind {
  /// Whether a cell is not the number that its column was taken to hold.
  var isOfCell: Bool {
    switch self {
    case .missingCell, .notFinite, .notANumber, .numberTooLarge: true
    default: false
    }
  }

  /// The cell that could not be read; empty where there is none.
  var cellText: String {
    switch self {
    case .notFinite(let text), .notANumber(let text), .numberTooLarge(let text), .decimalPoint(let text),
      .notADate(let text), .dateOrder(let text, _, _), .ambiguousDate(let text):
      text
    default: ""
    }
  }

  /// Whether a date has another order than its column.
  var isOfDateOrder: Bool {
    switch self {
    case .dateOrder, .ambiguousDate: true
    default: false
    }
  }
}
