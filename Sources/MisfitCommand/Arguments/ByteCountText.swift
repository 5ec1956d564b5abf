/// Sizes in bytes as people type them, in binary units.
enum ByteCountText {
  private static let units: [(letter: Character, shift: Int)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

  /// Returns the bytes of `4096`, `256M`, `1.5G`, `64KiB` or `2gb`; nil for anything else, and if they
  /// overflow an integer.
  static func read(_ text: String) -> Int? {
    var digits = Substring(text.uppercased())
    if digits.hasSuffix("IB") { digits.removeLast(2) } else if digits.hasSuffix("B") { digits.removeLast() }
    var shift = 0
    if let unit = units.first(where: { $0.letter == digits.last }) {
      shift = unit.shift
      digits.removeLast()
    } else if digits.count < text.count, text.uppercased().hasSuffix("IB") {
      return nil
    }
    guard digits.first?.isNumber == true, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
    else { return nil }
    if let whole = Int(digits) {
      let (bytes, overflows) = whole.multipliedReportingOverflow(by: 1 << shift)
      return overflows ? nil : bytes
    }
    guard shift > 0, let number = Double(digits), number * Double(1 << shift) < 0x1p62 else { return nil }
    return Int((number * Double(1 << shift)).rounded())
  }

  /// Returns the size in the largest unit that divides it: `256M`.
  static func write(_ count: Int) -> String {
    for unit in units where count > 0 && count % (1 << unit.shift) == 0 {
      return "\(count >> unit.shift)\(unit.letter)"
    }
    return String(count)
  }
}
