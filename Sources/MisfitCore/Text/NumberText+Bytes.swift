extension NumberText {
  /// Appends the shortest digits that read back as `value`, as in `description`; `nan`, `inf` or `-inf` if it
  /// is not finite.
  package static func append(shortest value: Float, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (value.isNaN ? "nan" : value.description).utf8)
  }

  /// Appends the digits of a whole number.
  package static func append(_ value: Int, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var left = value.magnitude
    repeat {
      let (quotient, digit) = left.quotientAndRemainder(dividingBy: 10)
      bytes.append(UInt8(ascii: "0") + UInt8(digit))
      left = quotient
    } while left > 0
    bytes[start...].reverse()
  }
}
