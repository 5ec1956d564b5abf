/// Cells of numbers of a stream, read by the rules of tables.
package enum CellNumber {
  /// The longest number.
  private static let byteLimit = 400

  /// Returns the number of a cell without surrounding blanks; nil if it is not one, or not finite.
  ///
  /// `bytes` has the cell and what follows it, which is no part of the number; a cell at the end of them is
  /// read more slowly.
  @inline(__always)
  package static func read(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, decimal: UInt8 = UInt8(ascii: ".")
  ) -> Double? {
    guard bytes.count > range.upperBound, decimal == UInt8(ascii: ".") else {
      return readSlowly(bytes, range, decimal)
    }
    var index = range.lowerBound
    if let value = DecimalNumber.scan(bytes, &index), index == range.upperBound { return value }
    return readSlowly(bytes, range, decimal)
  }

  @inline(never)
  private static func readSlowly(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ decimal: UInt8
  ) -> Double? {
    guard range.count <= byteLimit else { return nil }
    if decimal != UInt8(ascii: ".") { return DecimalNumber.readWithComma(bytes, range) }
    guard case .number(let value) = DecimalNumber.read(range.map { bytes[$0] }) else { return nil }
    return value
  }

  /// Returns whether a cell without surrounding blanks means that there is no number.
  package static func isMissing(_ cell: borrowing Span<UInt8>) -> Bool { MissingWords.possible.contain(cell) }
}
