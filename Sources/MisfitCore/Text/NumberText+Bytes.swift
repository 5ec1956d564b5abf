extension NumberText {
  /// Adds the shortest digits that give `value` again, as `description` has them; `nan`, `inf` and `-inf`
  /// where it is not finite.
  package static func append(shortest value: Float, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (value.isNaN ? "nan" : value.description).utf8)
  }

  /// Adds the digits of a whole number.
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
