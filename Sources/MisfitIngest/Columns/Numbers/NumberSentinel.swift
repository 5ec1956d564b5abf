/// Numbers that stand for "no value", such as -999 among temperatures.
///
/// Read as numbers they would set the scale of their column, so that real outliers look ordinary.
enum NumberSentinel {
  /// The smallest number of cells that have a sentinel, and their smallest and largest share.
  private static let (leastCount, leastShare, largestShare) = (3, 0.002, 0.5)
  /// The distance of a sentinel from all other numbers, in ranges of these.
  private static let leastDistance = 2.0

  /// Returns the sentinels among a sorted sample of numbers, the least first.
  ///
  /// They are written in nines alone, are at an end of the numbers, occur several times, and are far from all
  /// others, of which there are several different ones.
  static func find(_ sorted: [Double]) -> [Double] {
    var rest = sorted[...]
    var found: [Double] = []
    while let candidate = [rest.first, rest.last].compactMap(\.self).first(where: isWrittenInNines) {
      let left = rest.filter { $0 != candidate }
      guard isRepeated(rest.count - left.count, of: sorted.count), found.count < 4 else { break }
      found.append(candidate)
      rest = left[...]
    }
    guard let least = rest.first, let largest = rest.last, least < largest, rest.count * 2 >= sorted.count
    else { return [] }
    let range = largest - least
    let far = found.filter { ($0 < least ? least - $0 : $0 - largest) >= leastDistance * range }
    return far.sorted()
  }

  private static func isRepeated(_ count: Int, of total: Int) -> Bool {
    count >= leastCount && Double(count) >= leastShare * Double(total)
      && Double(count) <= largestShare * Double(total)
  }

  /// Returns whether a number is 999, 9999 and so on, with either sign, perhaps with a fraction of nines; or
  /// -99.
  static func isWrittenInNines(_ number: Double) -> Bool {
    if number == -99 { return true }
    let magnitude = number.magnitude
    guard magnitude >= 99.9, magnitude < 1e9 else { return false }
    let text = magnitude.description
    let isWhole = text.hasSuffix(".0")
    let digits = text.utf8.dropLast(isWhole ? 2 : 0).filter { $0 != UInt8(ascii: ".") }
    return digits.count >= 3 && digits.allSatisfy { $0 == UInt8(ascii: "9") }
  }
}
