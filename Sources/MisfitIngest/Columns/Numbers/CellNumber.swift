/// Cells of numbers of a stream, read by the rules of tables.
package enum CellNumber {
  /// The longest number.
  private static let byteLimit = 400

  /// Returns the number of a cell without surrounding blanks; nil if it is not one, or not finite.
  ///
  /// `bytes` has the cell and what follows it, which is no part of the number; a cell at the end of them is
  /// read more slowly. A `notation` of nil is the plain one.
  package static func read(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ notation: NumberNotation? = nil
  ) -> Double? {
    guard let notation, !notation.isPlain else { return readPlain(bytes, range) }
    guard range.count <= byteLimit else { return nil }
    let cell = bytes.extracting(range)
    guard notation.isDecimalComma else { return notation.value(of: cell) }
    return DecimalNumber.readWithComma(bytes, range) ?? notation.value(of: cell)
  }

  private static func readPlain(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Double? {
    if bytes.count > range.upperBound {
      var index = range.lowerBound
      if let value = DecimalNumber.scan(bytes, &index), index == range.upperBound { return value }
    }
    guard range.count <= byteLimit else { return nil }
    if case .number(let value) = DecimalNumber.read(range.map { bytes[$0] }) { return value }
    return CSVRecordParser.number(bytes.extracting(range))
  }

  /// Returns the plain number at `index`, and moves `index` to the delimiter or the line feed after it; nil,
  /// with `index` unchanged, for anything else.
  ///
  /// - Precondition: `bytes` ends with a line feed.
  package static func scan(
    _ bytes: borrowing Span<UInt8>, _ index: inout Int, delimiter: UInt8
  ) -> Double? {
    var at = index
    while bytes[at] == CSVField.space { at &+= 1 }
    guard let value = DecimalNumber.scan(bytes, &at) else { return nil }
    if bytes[at] != delimiter, bytes[at] != CSVField.lineFeed {
      while bytes[at] == CSVField.space { at &+= 1 }
      if bytes[at] == CSVField.carriageReturn, bytes[at + 1] == CSVField.lineFeed { at &+= 1 }
      guard bytes[at] == delimiter || bytes[at] == CSVField.lineFeed else { return nil }
    }
    index = at
    return value
  }

  /// Returns whether a cell is a number in any notation.
  package static func isOne(_ cell: [UInt8], delimiter: UInt8) -> Bool {
    CellKind(cell, delimiter: delimiter) == .number
  }

  /// Returns a range without the blanks at both ends.
  package static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    CellText.trimmed(bytes, range)
  }
}

extension MissingWords {
  /// Makes the words that mean "no value" in columns of numbers: the usual ones and the marks for numbers,
  /// with `others`, without those in `kept`.
  package static func ofNumbers(adding others: [String], keeping kept: [String]) -> MissingWords {
    MissingWords(
      TypingOptions.usualMissingWords + TypingOptions.placeholderWords + others, without: kept)
  }
}
