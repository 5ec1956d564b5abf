extension IngestError.Kind {
  /// Whether a cell is not the number that its column was taken to hold.
  var isOfCell: Bool {
    switch self {
    case .missingCell, .notFinite, .notANumber, .numberTooLarge: true
    default: false
    }
  }
}
