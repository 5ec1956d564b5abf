/// Decimal numbers in bytes, correctly rounded.
///
/// Grammar: `[+-] digits [. digits] [e [+-] digits]`, with digits on at least one side of the point. Up to 19
/// digits with a decimal exponent of at most 27 are computed exactly in integers; what lies outside goes
/// through the standard library. Nothing here allocates but that last resort.
enum DecimalNumber {
  /// Reads the number at `index` and moves `index` behind it; nil, with `index` anywhere, where the fast way
  /// does not apply.
  ///
  /// - Precondition: the bytes hold one that cannot stand in a number, such as a line feed, at or behind `index`.
  @inline(__always)
  static func scan(_ bytes: borrowing Span<UInt8>, _ index: inout Int) -> Double? {
    var at = index
    var byte = bytes[at]
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") {
      at += 1
      byte = bytes[at]
    }
    var mantissa: UInt64 = 0
    let firstDigit = at
    while true {
      let digit = byte &- 48
      if digit > 9 { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      at += 1
      byte = bytes[at]
    }
    var digitCount = at - firstDigit
    var exponent = 0
    if byte == UInt8(ascii: ".") {
      at += 1
      byte = bytes[at]
      let firstDecimal = at
      while true {
        let digit = byte &- 48
        if digit > 9 { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        at += 1
        byte = bytes[at]
      }
      exponent = firstDecimal - at
      digitCount -= exponent
    }
    guard digitCount > 0, digitCount <= 19 else { return nil }
    if byte | 0x20 == UInt8(ascii: "e") {
      guard let written = scanExponent(bytes, &at) else { return nil }
      exponent += written
    }
    index = at
    guard let magnitude = value(mantissa, exponent) else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// The exponent whose `e` stands at `index`; nil where it is none, or absurdly long.
  private static func scanExponent(_ bytes: borrowing Span<UInt8>, _ index: inout Int) -> Int? {
    index += 1
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    let first = index
    var exponent = 0
    while case let digit = bytes[index] &- 48, digit <= 9 {
      exponent = exponent &* 10 &+ Int(digit)
      index += 1
      if index - first > 9 { return nil }
    }
    guard index > first else { return nil }
    return isNegative ? -exponent : exponent
  }

  /// `mantissa` x 10^`exponent`, or nil outside the exact range.
  @inline(__always)
  private static func value(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if exponent == 0 && mantissa < 1 << 53 { return Double(mantissa) }
    if mantissa < 1 << 53 && exponent >= -22 && exponent <= 22 {
      // Both factors are exact doubles, so one operation rounds once (Clinger, "How to read floating point
      // numbers accurately", 1990).
      let power = exactPowers[abs(exponent)]
      return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    return longValue(mantissa, exponent)
  }

  /// The same in 128-bit integers, where 5^|exponent| fits into 64 bits.
  private static func longValue(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    guard mantissa != 0 else { return 0 }
    guard exponent >= -27, exponent <= 27 else { return nil }
    var power: UInt64 = 1
    for _ in 0..<abs(exponent) { power *= 5 }
    if exponent >= 0 {
      let (high, low) = mantissa.multipliedFullWidth(by: power)
      guard high != 0 else { return scaled(low, isInexact: false, by: exponent) }
      let shift = high.leadingZeroBitCount
      let top = shift == 0 ? high : high << UInt64(shift) | low >> UInt64(64 - shift)
      return scaled(top, isInexact: low << UInt64(shift) != 0, by: exponent + 64 - shift)
    }
    // Both are shifted to 64 bits; half the dividend keeps the quotient below 2^64 and above 2^62.
    let mantissaShift = mantissa.leadingZeroBitCount
    let powerShift = power.leadingZeroBitCount
    let dividend = mantissa << UInt64(mantissaShift)
    let (quotient, remainder) = (power << UInt64(powerShift)).dividingFullWidth(
      (dividend >> 1, dividend << 63))
    return scaled(quotient, isInexact: remainder != 0, by: exponent - mantissaShift + powerShift - 63)
  }

  /// `integer` x 2^`exponent`, rounded once, to even between two neighbours; `isInexact` tells of bits lost
  /// below `integer`.
  private static func scaled(_ integer: UInt64, isInexact: Bool, by exponent: Int) -> Double {
    // A bit lost far below the 53 that stay only matters as "not exactly half", so it may stand in for the
    // lowest bit.
    let sticky: UInt64 = isInexact ? 1 : 0
    return Double(sign: .plus, exponent: exponent, significand: Double(integer | sticky))
  }

  private static let exactPowers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  /// What a whole text is.
  enum Reading: Equatable {
    case number(Double)
    case tooLarge
    case notFinite
    case empty
    case notANumber
  }

  /// Reads a text that holds one number, with spaces around it, and says why where it does not.
  static func read(_ text: [UInt8]) -> Reading {
    let trimmed = trim(text[...])
    guard !trimmed.isEmpty else { return .empty }
    if let value = exactly(trimmed) { return value.isFinite ? .number(value) : .tooLarge }
    let word = String(decoding: trimmed, as: UTF8.self).lowercased()
    let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? String(word.dropFirst()) : word
    return ["nan", "inf", "infinity"].contains(unsigned) ? .notFinite : .notANumber
  }

  private static func exactly(_ text: ArraySlice<UInt8>) -> Double? {
    var index = 0
    let terminated = Array(text) + [10]
    if let value = scan(terminated.span, &index), index == text.count { return value }
    // The standard library knows more than the grammar: hexadecimal numbers, `nan`, `inf`.
    let letters = text.filter { !(48...57).contains($0) }
    guard letters.allSatisfy({ "+-.eE".utf8.contains($0) }), letters.count < text.count else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }

  /// `text` without the spaces and tabs around it.
  static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return text[first...last]
  }
}
