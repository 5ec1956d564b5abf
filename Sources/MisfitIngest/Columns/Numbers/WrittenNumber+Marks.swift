/// The possible meanings of the marks between the digits of a number.
struct NumberMarks: Equatable {
  /// The mark that can only be the decimal sign: a point or a comma.
  var decimal: UInt8?
  /// The mark that certainly separates thousands: a space, an apostrophe, or a mark that occurs twice or
  /// before the decimal sign.
  var thousands: UInt8?
  /// The only mark, before three digits, which may be either.
  var open: UInt8?
  /// The number of digits before the decimal sign, or in the whole number if the mark is open.
  var wholeDigitCount = 0
}

extension WrittenNumber {
  private static let marks = Array(".,' ".utf8)

  /// The marks; nil if no number has such marks.
  var marks: NumberMarks? {
    let (number, hasExponent) = mantissa
    guard !hasExponent || isExponent(body[number.endIndex...]) else { return nil }
    let marks = number.filter { $0 &- 48 > 9 }
    var found = NumberMarks(wholeDigitCount: number.count - marks.count)
    guard let last = marks.last else { return found.wholeDigitCount > 0 ? found : nil }
    guard marks.allSatisfy(Self.marks.contains), let place = number.lastIndex(of: last) else { return nil }
    let isPoint = last == UInt8(ascii: ".") || last == UInt8(ascii: ",")
    let first = marks[0]
    if marks.count == 1, isPoint {
      let (front, back) = (number[..<place], number[(place + 1)...])
      guard !(front.isEmpty && back.isEmpty) else { return nil }
      found.wholeDigitCount = front.count
      let mayGroup = (1...3).contains(front.count) && back.count == 3 && front.first != UInt8(ascii: "0")
      if mayGroup, !hasExponent {
        found.open = last
        found.wholeDigitCount += 3
      } else {
        found.decimal = last
      }
      return found
    }
    if isPoint, marks.count(where: { $0 == last }) == 1 {
      found.decimal = last
      found.thousands = first
      found.wholeDigitCount = place - (marks.count - 1)
      return Self.areGroups(number[..<place], separatedBy: first) ? found : nil
    }
    found.thousands = first
    return Self.areGroups(number[...], separatedBy: first) ? found : nil
  }

  /// Returns the number in a notation; nil if it is not written so.
  func value(_ notation: NumberNotation) -> Double? {
    let (number, hasExponent) = mantissa
    let decimal = notation.decimal
    let place = number.firstIndex(of: decimal) ?? number.endIndex
    var plain: [UInt8] = []
    var front = number[..<place]
    if let separator = front.first(where: { $0 &- 48 > 9 }) {
      guard let thousands = notation.thousands?.utf8.first, separator == thousands, !hasExponent,
        Self.areGroups(front, separatedBy: separator)
      else { return nil }
      front = front.filter { $0 != separator }[...]
    }
    plain += front
    if place < number.endIndex {
      plain.append(UInt8(ascii: "."))
      plain += number[(place + 1)...]
    }
    plain += body[number.endIndex...]
    guard case .number(let value) = DecimalNumber.read(plain),
      plain.first.map({ $0 &- 48 <= 9 || $0 == 46 }) ?? false
    else { return nil }
    return isNegative ? -value : value
  }

  /// The digits and marks before an exponent.
  private var mantissa: (number: ArraySlice<UInt8>, hasExponent: Bool) {
    guard let place = body.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
      return (body[...], false)
    }
    return (body[..<place], true)
  }

  /// Returns whether a text is `e`, an optional sign, and digits.
  private func isExponent(_ text: ArraySlice<UInt8>) -> Bool {
    var digits = text.dropFirst()
    if let sign = digits.first, "+-".utf8.contains(sign) { digits = digits.dropFirst() }
    return !digits.isEmpty && digits.allSatisfy { $0 &- 48 <= 9 }
  }

  /// Returns whether groups of three digits follow one of one to three that does not begin with 0; or groups
  /// of two before one of three, as in India.
  private static func areGroups(_ number: ArraySlice<UInt8>, separatedBy separator: UInt8) -> Bool {
    let groups = number.split(separator: separator, omittingEmptySubsequences: false)
    guard groups.count >= 2, groups.allSatisfy({ $0.allSatisfy { $0 &- 48 <= 9 } }), let first = groups.first,
      (1...3).contains(first.count), first.first != UInt8(ascii: "0"), groups[groups.count - 1].count == 3
    else { return false }
    let inner = groups.dropFirst().dropLast()
    return inner.allSatisfy { $0.count == 3 }
      || (separator == UInt8(ascii: ",") && first.count <= 2 && inner.allSatisfy { $0.count == 2 })
  }
}
