/// A position in a short text.
struct DateCursor {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func take(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  mutating func skip(_ any: [UInt8]) {
    while at < bytes.count, any.contains(bytes[at]) { at += 1 }
  }

  mutating func skipBlanks() { skip([UInt8(ascii: " ")]) }

  /// Skips what may be between a date and a time; false if there is nothing of the kind.
  mutating func skipTimeMark() -> Bool {
    if take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) { return true }
    // The format of web servers: `01/Mar/2024:00:00:00`.
    if take(UInt8(ascii: ":")) { return true }
    let start = at
    skip([UInt8(ascii: " "), UInt8(ascii: ",")])
    return at > start
  }

  /// Takes one of the bytes that separate day, month and year; several blanks count as one.
  mutating func separator() -> UInt8? {
    guard at < bytes.count, "-/. ".utf8.contains(bytes[at]) else { return nil }
    let byte = bytes[at]
    at += 1
    // `30. November 2007`
    skipBlanks()
    return byte
  }

  /// Takes a number with that many digits and no further digit after it.
  mutating func number(digits: ClosedRange<Int>) -> (value: Int, digits: Int)? {
    var value = 0
    let start = at
    while at < bytes.count, case let digit = bytes[at] &- 48, digit <= 9, at - start < digits.upperBound {
      value = value * 10 + Int(digit)
      at += 1
    }
    guard at - start >= digits.lowerBound, at == bytes.count || bytes[at] &- 48 > 9 else {
      at = start
      return nil
    }
    return (value, at - start)
  }

  /// Takes two digits up to 60, with or without a fraction.
  mutating func seconds() -> Double? {
    guard let whole = number(digits: 2...2)?.value, whole <= 60 else { return nil }
    guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return Double(whole) }
    guard let part = number(digits: 1...9) else { return nil }
    var scale = 1.0
    for _ in 0..<part.digits { scale *= 10 }
    return Double(whole) + Double(part.value) / scale
  }

  /// Takes a letter in any case; false if there is another one.
  mutating func takeLetter(_ letter: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] | 0x20 == letter else { return false }
    at += 1
    return true
  }

  /// Takes a number of two digits; any text may follow.
  mutating func pair() -> Int? {
    guard at + 1 < bytes.count, bytes[at] &- 48 <= 9, bytes[at + 1] &- 48 <= 9 else { return nil }
    at += 2
    return Int(bytes[at - 2] - 48) * 10 + Int(bytes[at - 1] - 48)
  }

  /// Takes a year of four digits, or the last two digits of 1970 to 2069.
  mutating func year() -> Int? {
    guard let year = number(digits: 2...4), year.digits != 3 else { return nil }
    return year.digits == 4 ? year.value : year.value >= 70 ? 1900 + year.value : 2000 + year.value
  }

  /// Takes a word or its first three letters (all of a shorter word; `sept` too), in any case, and returns
  /// its number from 1.
  mutating func word(among words: [[UInt8]]) -> Int? {
    var end = at
    while end < bytes.count, case let letter = bytes[end] | 0x20, letter >= 97, letter <= 122 { end += 1 }
    let count = end - at
    guard count > 0 else { return nil }
    for (place, word) in words.enumerated() {
      let isSeptember = count == 4 && word.count == 9 && word[0] == UInt8(ascii: "s")
      guard count == word.count || (word.count > 3 && count == 3) || isSeptember else { continue }
      guard (0..<count).allSatisfy({ bytes[at + $0] | 0x20 == word[$0] }) else { continue }
      at = end
      return place + 1
    }
    return nil
  }
}
