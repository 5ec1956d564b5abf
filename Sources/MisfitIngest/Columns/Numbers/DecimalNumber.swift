/// Decimal numbers in bytes, correctly rounded.
///
/// Grammar: `[+-] digits [. digits] [e [+-] digits]`, with digits on at least one side of the point. Up to 19
/// digits without leading zeros are an integer times a power of ten, see ``DecimalConversion``; longer
/// numbers are decided by their first 19 digits, or if these do not suffice, by the standard library. Only
/// that last resort allocates.
enum DecimalNumber {
  /// Reads the number at `index` and moves `index` past it; nil, with `index` undefined, if there is none or
  /// it is not finite or has more digits.
  ///
  /// - Precondition: the bytes contain one that cannot be part of a number, such as a line feed, at or after
  ///   `index`.
  @inline(__always)
  static func scan(
    _ bytes: borrowing Span<UInt8>, _ index: inout Int, point: UInt8 = UInt8(ascii: ".")
  ) -> Double? {
    var at = index
    var byte = bytes[at]
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") {
      at += 1
      byte = bytes[at]
    }
    let firstDigit = at
    var mantissa: UInt64 = 0
    // Most numbers have one or two digits before the point, for which reading whole words would take longer.
    while case let digit = byte &- 48, digit <= 9 {
      guard at &- firstDigit < 3 else {
        DigitWords.scan(bytes, &at, into: &mantissa)
        byte = bytes[at]
        break
      }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      at &+= 1
      byte = bytes[at]
    }
    var digitCount = at &- firstDigit
    var exponent = 0
    if byte == point {
      at &+= 1
      let firstDecimal = at
      DigitWords.scan(bytes, &at, into: &mantissa)
      exponent = firstDecimal &- at
      digitCount &-= exponent
      byte = bytes[at]
    }
    guard digitCount > 0, digitCount <= 19 || fits(bytes, firstDigit, digitCount, point) else { return nil }
    if byte | 0x20 == UInt8(ascii: "e") {
      guard let written = scanExponent(bytes, &at) else { return nil }
      exponent += written
    }
    index = at
    guard let magnitude = DecimalConversion.value(mantissa, exponent) else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// Returns the number of a cell with a decimal comma, or without a fraction; nil for anything else.
  static func readWithComma(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Double? {
    let comma = UInt8(ascii: ",")
    var index = range.lowerBound
    // The byte that ends the field cannot be part of a number.
    if bytes.count > range.upperBound, let value = scan(bytes, &index, point: comma),
      index == range.upperBound
    {
      return value
    }
    let text = range.map { bytes[$0] == comma ? UInt8(ascii: ".") : bytes[$0] }
    guard text.count <= 40, !range.contains(where: { bytes[$0] == UInt8(ascii: ".") }),
      case .number(let value) = read(text)
    else { return nil }
    return value
  }

  /// Returns whether at most 19 digits are left without leading zeros.
  @inline(never)
  private static func fits(
    _ bytes: borrowing Span<UInt8>, _ firstDigit: Int, _ digitCount: Int, _ point: UInt8
  ) -> Bool {
    var at = firstDigit
    var left = digitCount
    while left > 19 {
      if bytes[at] == UInt8(ascii: "0") { left -= 1 } else if bytes[at] != point { return false }
      at += 1
    }
    return true
  }

  /// Reads the exponent whose `e` is at `index`; nil if it is not an exponent, or absurdly long.
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

  /// The result of reading a whole text.
  enum Reading: Equatable {
    case number(Double)
    case tooLarge
    case notFinite
    case empty
    case notANumber
  }

  /// Reads a text with one number, with spaces around it, or says why it is not one.
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
    let terminated = Array(text) + [UInt8(ascii: "\n")]
    if let value = scan(terminated.span, &index), index == text.count { return value }
    // The standard library accepts more than the grammar: hexadecimal numbers, `nan`, `inf`.
    let letters = text.filter { !(48...57).contains($0) }
    guard letters.allSatisfy({ "+-.eE".utf8.contains($0) }), letters.count < text.count else { return nil }
    return truncated(terminated.span) ?? Double(String(decoding: text, as: UTF8.self))
  }

  /// Returns the number of more than 19 digits if the first 19 of them decide it: if they and they plus one
  /// unit round to the same double.
  private static func truncated(_ bytes: borrowing Span<UInt8>) -> Double? {
    var at = bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") ? 1 : 0
    var mantissa: UInt64 = 0
    var (kept, exponent, count) = (0, 0, 0)
    var isBehindPoint = false
    while case let byte = bytes[at], byte == UInt8(ascii: ".") || byte &- 48 <= 9 {
      at += 1
      if byte == UInt8(ascii: ".") {
        if isBehindPoint { return nil }
        isBehindPoint = true
        continue
      }
      count += 1
      if kept < 19 {
        mantissa = mantissa * 10 + UInt64(byte - 48)
        if mantissa > 0 { kept += 1 }
        if isBehindPoint { exponent -= 1 }
      } else if !isBehindPoint {
        exponent += 1
      }
    }
    guard count > 19 else { return nil }
    if bytes[at] | 0x20 == UInt8(ascii: "e") {
      guard let written = scanExponent(bytes, &at) else { return nil }
      exponent += written
    }
    guard at == bytes.count - 1 else { return nil }
    let value = DecimalConversion.longValue(mantissa, exponent)
    guard value == DecimalConversion.longValue(mantissa + 1, exponent) else { return nil }
    return bytes[0] == UInt8(ascii: "-") ? -value : value
  }

  /// Returns `text` without the spaces and tabs around it.
  static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return text[first...last]
  }
}
