import MisfitCore

extension ArrowType {
  /// Returns the type that a format string of the Arrow C data interface means: `g`, `tsu:UTC`, `d:10,2`.
  ///
  /// `children` are the types of the child columns. Nil for types that have no cells of a table: lists of
  /// varying lengths, structures, maps, unions, binary values and intervals.
  package init?(format: String, children: [ArrowType] = []) {
    switch format {
    case "n": self = .null
    case "b": self = .boolean
    case "c": self = .signed(byteCount: 1)
    case "C": self = .unsigned(byteCount: 1)
    case "s": self = .signed(byteCount: 2)
    case "S": self = .unsigned(byteCount: 2)
    case "i": self = .signed(byteCount: 4)
    case "I": self = .unsigned(byteCount: 4)
    case "l": self = .signed(byteCount: 8)
    case "L": self = .unsigned(byteCount: 8)
    case "e": self = .float(byteCount: 2)
    case "f": self = .float(byteCount: 4)
    case "g": self = .float(byteCount: 8)
    case "u": self = .text(offsetByteCount: 4)
    case "U": self = .text(offsetByteCount: 8)
    case "vu": self = .textView
    case "tdD": self = .date(byteCount: 4)
    case "tdm": self = .date(byteCount: 8)
    default:
      guard let type = Self.parameterized(format, children) else { return nil }
      self = type
    }
  }

  private static func parameterized(_ format: String, _ children: [ArrowType]) -> ArrowType? {
    if format.hasPrefix("d:") { return decimal(format.dropFirst(2)) }
    if format.hasPrefix("+w:") {
      guard let count = Int(format.dropFirst(3)), count >= 1, count <= SourceLimits.sampleByteCount,
        children.count == 1
      else { return nil }
      return .fixedList(count: count, children[0])
    }
    let letters = Array(format.utf8.prefix(3))
    guard letters.count == 3, letters[0] == UInt8(ascii: "t"), let units = unitsPerSecond(letters[2]) else {
      return nil
    }
    switch letters[1] {
    case UInt8(ascii: "t"): return .timeOfDay(byteCount: units <= 1_000 ? 4 : 8, unitsPerSecond: units)
    case UInt8(ascii: "D"): return .duration
    case UInt8(ascii: "s"):
      guard format.utf8.count >= 4, format.dropFirst(3).first == ":" else { return nil }
      return .timestamp(unitsPerSecond: units, hasZone: format.utf8.count > 4)
    default: return nil
    }
  }

  private static func unitsPerSecond(_ letter: UInt8) -> Int64? {
    switch letter {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 1_000
    case UInt8(ascii: "u"): 1_000_000
    case UInt8(ascii: "n"): 1_000_000_000
    default: nil
    }
  }

  /// Parses `precision,scale` or `precision,scale,bits`.
  private static func decimal(_ text: Substring) -> ArrowType? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2 || numbers.count == 3, let scale = numbers[1], abs(scale) <= 100 else {
      return nil
    }
    let bits = numbers.count == 3 ? numbers[2] : 128
    guard let bits, [32, 64, 128, 256].contains(bits) else { return nil }
    return .decimal(byteCount: bits / 8, scale: scale)
  }
}
