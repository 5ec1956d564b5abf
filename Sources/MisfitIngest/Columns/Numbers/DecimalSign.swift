import MisfitCore

/// The decimal sign of a column.
enum DecimalSign: Sendable, Equatable {
  /// A point, or no number has a fraction.
  case point
  /// A comma, as Excel writes it in much of Europe.
  case comma
  /// Numbers that may have several meanings stay texts; with the reason, as a part of a sentence.
  case unclear(MessageText)

  init(_ column: ColumnNotation) {
    self = column.problem.map { .unclear($0) } ?? (column.notation.hasDecimalComma ? .comma : .point)
  }
}
