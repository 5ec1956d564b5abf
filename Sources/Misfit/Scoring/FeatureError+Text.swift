import MisfitCore
import MisfitIngest

/// Everything that writes a reason down goes through here.
extension FeatureError {
  /// Which way a value is off.
  public enum Direction: String, Sendable, Hashable {
    /// Larger than expected.
    case above
    /// Smaller than expected.
    case below
  }

  /// Which way the value is off; nil where it is neither larger nor smaller.
  public var direction: Direction? {
    let difference: Double?
    if case .date(let date, _) = value, case .date(let other, _) = expected {
      difference = date - other
    } else {
      difference = self.difference
    }
    return difference.flatMap { $0 > 0 ? .above : $0 < 0 ? .below : nil }
  }

  /// A level that at most this share of the rows learned from have is rare.
  static let rareShare = 0.2

  /// Whether the reason says something: that the value is not the expected one, new, or a rare level.
  var explains: Bool {
    if isNew || usual != nil { return true }
    switch (value, expected) {
    case (.number(let value), .number(let expected)): return Float(value) != Float(expected)
    case (.date, .date): return valueText != expectedText
    case (.level, .level) where value == expected: return isRare
    default: return value != expected
    }
  }

  private var isRare: Bool { levelShare.map { $0 <= Self.rareShare } ?? false }

  /// Whether what was expected can be named.
  package var namesExpected: Bool { value != expected && expected != .rarerLevel }

  /// The value for people.
  public var valueText: String {
    value.number.map { NumberText.significant($0, digits: digits) } ?? value.quoted
  }

  /// The expected value for people: with as many digits as show that it is another one, a time as exact as
  /// the value.
  public var expectedText: String {
    switch (value, expected) {
    case (_, .number(let number)): return NumberText.significant(number, digits: digits)
    case (.date(let time, _), .date(let other, let hasTime)) where hasTime:
      let unit: Double = time.remainder(dividingBy: 3600) == 0 ? 3600 : 60
      guard time.remainder(dividingBy: unit) == 0 else { return expected.quoted }
      return CellValue.date((other / unit).rounded() * unit, hasTime: true).quoted
    default: return expected == .rarerLevel ? "another value" : expected.quoted
    }
  }

  /// Four digits, or as many more as tell two numbers apart.
  private var digits: Int {
    guard let value = value.number, let expected = expected.number, value != expected else { return 4 }
    return (4...16).first {
      NumberText.significant(value, digits: $0) != NumberText.significant(expected, digits: $0)
    } ?? 17
  }

  /// `worst_area 4254 (expected 1600)`, `species "Gentoo" (expected "Adelie")`.
  ///
  /// `age missing (never in training; expected 37)` where that is so, and `island "Torgersen" (rare: 15 % of
  /// rows)` where it is the rarity of a level that counts.
  ///
  /// Where the model gives the level a probability: `species "Gentoo" (probability 0.02; expected "Adelie")`.
  public var text: String {
    if let usual { return "\(feature) \(valueText) (\(usual.text))" }
    let remarks = [remark, namesExpected ? "expected \(expectedText)" : nil].compactMap(\.self)
    guard !remarks.isEmpty else { return "\(feature) \(valueText)" }
    return "\(feature) \(valueText) (\(remarks.joined(separator: "; ")))"
  }

  /// What there is to say of the value apart from what was expected; nil where there is nothing.
  package var remark: String? {
    if isNew { return "never in training" }
    if let levelShare, isRare, !namesExpected {
      return "rare: \(NumberText.significant(levelShare * 100, digits: 2)) % of rows"
    }
    return probability.map { "probability \(NumberText.significant($0, digits: 2))" }
  }
}

extension FeatureError.UsualRange {
  /// `in training 0 to 29`, `10 to 11 where host is "a"`, `in training 0 to 12 in 98 % of rows`, `in training
  /// always 5`.
  var text: String {
    let values = low == high ? "always \(low.quoted)" : "\(low.quoted) to \(high.quoted)"
    let part = share.map { " in \(NumberText.significant(100 * $0, digits: 3)) % of rows" } ?? ""
    return group.map { "\(values)\(part) where \($0)" } ?? "in training \(values)\(part)"
  }
}
