extension NumberText {
  /// The largest number of bytes that a number takes in ``write(shortest:to:at:)`` and ``write(_:to:at:)``.
  package static let byteLimit = 24

  /// Appends the shortest digits that read back as `value`, as in `description`; `nan`, `inf` or `-inf` if it
  /// is not finite.
  package static func append(shortest value: Float, to bytes: inout [UInt8]) {
    append(to: &bytes) { write(shortest: value, to: &$0, at: &$1) }
  }

  /// Appends the digits of a whole number.
  package static func append(_ value: Int, to bytes: inout [UInt8]) {
    append(to: &bytes) { write(value, to: &$0, at: &$1) }
  }

  private static func append(
    to bytes: inout [UInt8], _ write: (inout MutableSpan<UInt8>, inout Int) -> Void
  ) {
    var at = bytes.count
    bytes.append(contentsOf: space)
    var span = bytes.mutableSpan
    write(&span, &at)
    bytes.removeLast(bytes.count - at)
  }

  private static let space = [UInt8](repeating: 0, count: byteLimit)

  /// Writes the text of ``append(shortest:to:)`` from `at` on, and moves `at` past it.
  ///
  /// - Precondition: there is room for ``byteLimit`` bytes.
  package static func write(shortest value: Float, to bytes: inout MutableSpan<UInt8>, at: inout Int) {
    guard value.isFinite else {
      return write(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf", to: &bytes, at: &at)
    }
    if value.sign == .minus { put(UInt8(ascii: "-"), &bytes, &at) }
    guard value != 0 else { return write("0.0", to: &bytes, at: &at) }
    let magnitude = value.magnitude
    let shortest = ShortestDigits(magnitude)
    let count = digitCount(UInt64(shortest.digits))
    // The number of digits before the point.
    let point = count + shortest.exponent
    if point < -3 || magnitude > 0x1p24 {
      writeScientific(shortest.digits, count, exponent: point - 1, to: &bytes, at: &at)
    } else if point <= 0 {
      put(zero, &bytes, &at)
      put(UInt8(ascii: "."), &bytes, &at)
      for _ in point..<0 { put(zero, &bytes, &at) }
      write(UInt64(shortest.digits), count: count, to: &bytes, at: &at)
    } else if point < count {
      write(UInt64(shortest.digits), count: count, to: &bytes, at: &at, pointAfter: point)
    } else {
      write(UInt64(shortest.digits), count: count, to: &bytes, at: &at)
      for _ in count..<point { put(zero, &bytes, &at) }
      put(UInt8(ascii: "."), &bytes, &at)
      put(zero, &bytes, &at)
    }
  }

  /// Writes the digits of a whole number from `at` on, and moves `at` past them.
  ///
  /// - Precondition: there is room for ``byteLimit`` bytes.
  package static func write(_ value: Int, to bytes: inout MutableSpan<UInt8>, at: inout Int) {
    if value < 0 { put(UInt8(ascii: "-"), &bytes, &at) }
    let magnitude = UInt64(value.magnitude)
    write(magnitude, count: digitCount(magnitude), to: &bytes, at: &at)
  }

  private static func writeScientific(
    _ digits: UInt32, _ count: Int, exponent: Int, to bytes: inout MutableSpan<UInt8>, at: inout Int
  ) {
    write(UInt64(digits), count: count, to: &bytes, at: &at, pointAfter: count > 1 ? 1 : 0)
    write(exponent < 0 ? "e-" : "e+", to: &bytes, at: &at)
    if exponent.magnitude < 10 { put(zero, &bytes, &at) }
    write(UInt64(exponent.magnitude), count: exponent.magnitude < 10 ? 1 : 2, to: &bytes, at: &at)
  }

  /// Writes the `count` digits of a number, with a point after the first `pointAfter` of them, if not 0.
  @inline(__always)
  private static func write(
    _ value: UInt64, count: Int, to bytes: inout MutableSpan<UInt8>, at: inout Int, pointAfter: Int = 0
  ) {
    var left = value
    let hasPoint = pointAfter > 0
    let end = at + count + (hasPoint ? 1 : 0)
    var index = end
    for place in stride(from: count, to: 0, by: -1) {
      if hasPoint, place == pointAfter {
        index &-= 1
        bytes[index] = UInt8(ascii: ".")
      }
      let quotient = left / 10
      index &-= 1
      bytes[index] = zero &+ UInt8(truncatingIfNeeded: left &- quotient &* 10)
      left = quotient
    }
    at = end
  }

  private static func write(_ text: String, to bytes: inout MutableSpan<UInt8>, at: inout Int) {
    for byte in text.utf8 { put(byte, &bytes, &at) }
  }

  @inline(__always)
  private static func put(_ byte: UInt8, _ bytes: inout MutableSpan<UInt8>, _ at: inout Int) {
    bytes[at] = byte
    at &+= 1
  }

  private static func digitCount(_ value: UInt64) -> Int {
    var (count, left) = (1, value)
    while left >= 10 {
      left /= 10
      count += 1
    }
    return count
  }

  private static let zero = UInt8(ascii: "0")
}
