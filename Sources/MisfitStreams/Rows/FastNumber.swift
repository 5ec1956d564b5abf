/// Reads decimal numbers.
enum FastNumber {
  /// The powers of ten that a double has exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  /// Returns the number nearest to a text; nil if it is not one.
  ///
  /// Up to 15 digits and an exponent up to 22 need one division or product of exact numbers, which rounds
  /// correctly; everything else is left to the standard library.
  static func read(_ text: Span<UInt8>, decimal: UInt8) -> Double? {
    var index = 0
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if isNegative || (text.count > 0 && text[0] == UInt8(ascii: "+")) { index = 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var fractionCount = 0
    var isFraction = false
    while index < text.count {
      let byte = text[index]
      if byte &- 48 <= 9 {
        digits = digits &* 10 &+ UInt64(byte &- 48)
        digitCount += 1
        if isFraction { fractionCount += 1 }
      } else if byte == decimal, !isFraction {
        isFraction = true
      } else {
        return slow(text, decimal)
      }
      index += 1
    }
    guard digitCount > 0, digitCount <= 15 else { return digitCount == 0 ? nil : slow(text, decimal) }
    let magnitude = Double(digits) / powers[fractionCount]
    return isNegative ? -magnitude : magnitude
  }

  private static func slow(_ text: Span<UInt8>, _ decimal: UInt8) -> Double? {
    guard text.count <= 400 else { return nil }
    var bytes: [UInt8] = []
    for index in text.indices { bytes.append(text[index] == decimal ? UInt8(ascii: ".") : text[index]) }
    // Hexadecimal numbers and words such as "infinity" are no values of a column.
    guard bytes.allSatisfy({ $0 &- 48 <= 9 || "+-.eE".utf8.contains($0) }) else { return nil }
    guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
    return number
  }
}
