import MisfitCore

extension ArrowColumn {
  /// Appends a cell as text: a number in its shortest form, a date as `2007-11-11`, a time as
  /// `2007-11-11 08:30:00`, universal time as `2007-11-11 08:30:00Z`; nothing for a missing cell.
  ///
  /// - Throws: ``ArrowColumnProblem`` if an index or a view of the producer is outside of its buffers.
  func appendText(_ row: Int, to bytes: inout [UInt8]) throws(ArrowColumnProblem) {
    guard !isMissing(row) else { return }
    let index = offset + row
    switch type {
    case .null, .fixedList: return
    case .boolean: bytes += (values.bit(index) ? "true" : "false").utf8
    case .unsigned(byteCount: 8): bytes += values.load(index, as: UInt64.self).description.utf8
    case .signed, .unsigned, .duration: bytes += (integer(index, type) ?? 0).description.utf8
    case .float(let byteCount):
      let value = number(index, floatOf: byteCount)
      if !value.isNaN { bytes += value.description.utf8 }
    case .decimal(let byteCount, let scale): appendDecimal(index, byteCount, scale, to: &bytes)
    case .text: data[0].append(textOffset(index)..<textOffset(index + 1), to: &bytes)
    case .textView: try appendView(index, to: &bytes)
    case .date(let byteCount):
      let number = integer(index, type) ?? 0
      appendTime(number, unitsPerDay: byteCount == 4 ? 1 : 86_400_000, mark: "", to: &bytes)
    case .timestamp(let units, let hasZone):
      appendTime(
        integer(index, type) ?? 0, unitsPerDay: units * 86_400, mark: hasZone ? "Z" : "", to: &bytes)
    case .timeOfDay(_, let units):
      bytes += Self.clock(integer(index, type) ?? 0, unitsPerSecond: units).utf8
    case .dictionary(let indexType, _):
      guard var place = integer(index, indexType), place >= 0 else {
        throw ArrowColumnProblem("an index of its dictionary")
      }
      for values in inner {
        if place < values.count { return try values.appendText(Int(place), to: &bytes) }
        place -= Int64(values.count)
      }
      throw ArrowColumnProblem("an index of its dictionary")
    }
  }

  private func number(_ index: Int, floatOf byteCount: Int) -> Double {
    switch byteCount {
    case 8: values.load(index, as: Double.self)
    case 4: Double(values.load(index, as: Float.self))
    default: ElementType.half(values.load(index, as: UInt16.self))
    }
  }

  /// Appends the text of a view: 4 bytes of length, then up to 12 bytes of text, or 4 bytes of prefix, the
  /// buffer and the offset.
  private func appendView(_ index: Int, to bytes: inout [UInt8]) throws(ArrowColumnProblem) {
    let length = Int(values.load(4 * index, as: Int32.self))
    guard length >= 0 else { throw ArrowColumnProblem("the length of a text") }
    guard length > 12 else { return values.append(16 * index + 4..<16 * index + 4 + length, to: &bytes) }
    let buffer = Int(values.load(4 * index + 2, as: Int32.self))
    let start = Int(values.load(4 * index + 3, as: Int32.self))
    guard buffer >= 0, buffer < data.count, start >= 0, start <= data[buffer].byteCount - length else {
      throw ArrowColumnProblem("the place of a text")
    }
    data[buffer].append(start..<start + length, to: &bytes)
  }

  private func appendTime(_ number: Int64, unitsPerDay: Int64, mark: String, to bytes: inout [UInt8]) {
    let day = number.flooredQuotient(by: unitsPerDay)
    let (year, month, dayOfMonth) = Self.civil(day)
    bytes += "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))".utf8
    let rest = number.flooredRemainder(by: unitsPerDay)
    if rest != 0 { bytes += " \(Self.clock(rest, unitsPerSecond: unitsPerDay / 86_400))\(mark)".utf8 }
  }

  /// Returns `08:30:00`, or `08:30:00.25` with as many decimals as are needed.
  private static func clock(_ units: Int64, unitsPerSecond: Int64) -> String {
    let seconds = units.flooredQuotient(by: unitsPerSecond)
    var fraction = units.flooredRemainder(by: unitsPerSecond)
    var text = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    guard fraction > 0 else { return text }
    text += "."
    var unit = unitsPerSecond / 10
    while fraction > 0 {
      text += String(fraction / unit)
      fraction %= unit
      unit /= 10
    }
    return text
  }

  /// Returns year, month and day of a number of days from 1 January 1970 in the Gregorian calendar, which is
  /// extended to all years (Howard Hinnant, "chrono-compatible low-level date algorithms").
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// Appends an integer of two's complement with its decimal point.
  private func appendDecimal(_ index: Int, _ byteCount: Int, _ scale: Int, to bytes: inout [UInt8]) {
    var words = (0..<byteCount / 4).map { values.load(index * (byteCount / 4) + $0, as: UInt32.self) }
    let isNegative = words[words.count - 1] >> 31 == 1
    if isNegative {
      var carry = true
      for place in words.indices {
        let (sum, overflow) = (~words[place]).addingReportingOverflow(carry ? 1 : 0)
        words[place] = sum
        carry = overflow
      }
    }
    var digits: [UInt8] = []
    while words.contains(where: { $0 != 0 }) {
      var rest: UInt64 = 0
      for place in words.indices.reversed() {
        let part = rest << 32 | UInt64(words[place])
        words[place] = UInt32(part / 10)
        rest = part % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(rest))
    }
    if scale < 0, !digits.isEmpty { digits = Array(repeating: UInt8(ascii: "0"), count: -scale) + digits }
    while digits.count <= max(0, scale) { digits.append(UInt8(ascii: "0")) }
    if scale > 0 { digits.insert(UInt8(ascii: "."), at: scale) }
    bytes += (isNegative ? [UInt8(ascii: "-")] : []) + digits.reversed()
  }
}

extension Int64 {
  /// Returns the quotient, rounded down.
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// Returns what is left by the quotient that is rounded down; no number is too large for it.
  fileprivate func flooredRemainder(by divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
