import MisfitCore

extension ValueKind where Value == Int {
  /// A whole number.
  static var integer: ValueKind { integer(in: .min ... .max) }

  /// A whole number of at least `range.lowerBound`.
  static func integer(_ range: PartialRangeFrom<Int>) -> ValueKind { integer(in: range.lowerBound ... .max) }

  /// A whole number in a range.
  static func integer(in range: ClosedRange<Int>) -> ValueKind {
    ValueKind(
      expectation: "a whole number" + bounds(range), example: String(max(range.lowerBound, 1)),
      read: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, write: { String($0) })
  }

  /// Bytes, in binary units: `4096`, `256M`, `1.5G`.
  static func byteCount(_ range: PartialRangeFrom<Int> = 1...) -> ValueKind {
    ValueKind(
      expectation: "a size such as 256M, 1.5G or 1048576"
        + (range.lowerBound > 1 ? " (at least \(NumberText.bytes(range.lowerBound)))" : ""),
      example: "256M",
      read: { text in ByteCountText.read(text).flatMap { range.contains($0) ? $0 : nil } },
      write: ByteCountText.write)
  }

  private static func bounds(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let least, .max): " of at least \(least)"
    case (.min, let most): " of at most \(most)"
    case (let least, let most): " from \(least) to \(most)"
    }
  }
}

extension ValueKind where Value == UInt64 {
  /// A seed for random numbers.
  static var seed: ValueKind {
    ValueKind(
      expectation: "a whole number of at least 0", example: "42", read: { UInt64($0) }, write: { String($0) })
  }
}

extension ValueKind where Value == Double {
  /// A finite number.
  static var number: ValueKind { number("a number", example: "0.5") { _ in true } }

  /// A number of at least `range.lowerBound`.
  static func number(_ range: PartialRangeFrom<Double>) -> ValueKind {
    number("a number of at least \(plain(range.lowerBound))", example: plain(range.lowerBound)) {
      range.contains($0)
    }
  }

  /// A number in a range, the bounds included.
  static func number(in range: ClosedRange<Double>) -> ValueKind {
    number(
      "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))",
      example: plain((range.lowerBound + range.upperBound) / 2)
    ) { range.contains($0) }
  }

  /// A number above `bound`.
  static func number(above bound: Double) -> ValueKind {
    number("a number above \(plain(bound))", example: plain(bound + 0.001)) { $0 > bound }
  }

  /// A share of at least 0 and below 1.
  static var shareBelowOne: ValueKind {
    number("a number from 0 to below 1", example: "0.1") { $0 >= 0 && $0 < 1 }
  }

  /// Returns the kind of a number between two bounds, both excluded.
  static func number(between lower: Double, and upper: Double) -> ValueKind {
    number("a number between \(plain(lower)) and \(plain(upper))", example: plain((lower + upper) / 2)) {
      lower < $0 && $0 < upper
    }
  }

  private static func number(
    _ expectation: String, example: String, where isAllowed: @escaping (Double) -> Bool
  ) -> ValueKind {
    ValueKind(
      expectation: expectation, example: example,
      read: { text in Double(text).flatMap { $0.isFinite && isAllowed($0) ? $0 : nil } },
      write: plain)
  }

  private static func plain(_ value: Double) -> String { NumberText.significant(value, digits: 12) }
}
