import MisfitCore
import MisfitIngest

/// The text of a reason: all output uses it.
extension FeatureError {
  /// The direction in which a value differs from the expected one.
  public enum Direction: String, Sendable, Hashable {
    /// The value is larger than expected.
    case above
    /// The value is smaller than expected.
    case below
  }

  /// The direction in which the value differs; nil if it is neither larger nor smaller.
  public var direction: Direction? {
    let difference: Double?
    if case .date(let date, _) = value, case .date(let other, _) = expected {
      difference = date - other
    } else {
      difference = self.difference
    }
    return difference.flatMap { $0 > 0 ? .above : $0 < 0 ? .below : nil }
  }

  /// The share of the training rows below which a level counts as rare.
  static let rareShare = 0.2

  /// Whether the reason is informative: the value differs from the expected one, is new, or is a rare level.
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

  /// Whether there is an expected value to show.
  package var namesExpected: Bool { value != expected && expected != .rarerLevel }

  /// The value as text, for people.
  public var valueText: String {
    value.number.map { NumberText.significant($0, digits: digits) } ?? value.text(in: period)
  }

  /// The expected value as text, for people: a number with enough digits to differ from the value, a time
  /// rounded to the precision of the value.
  public var expectedText: String {
    switch (value, expected) {
    case (_, .number(let number)): return NumberText.significant(number, digits: digits)
    case (.date(let time, _), .date(let other, let hasTime)) where hasTime:
      let unit: Double = time.remainder(dividingBy: 3600) == 0 ? 3600 : 60
      guard time.remainder(dividingBy: unit) == 0 else { return expected.quoted }
      return CellValue.date((other / unit).rounded() * unit, hasTime: true).quoted
    default: return expected == .rarerLevel ? "another value" : expected.text(in: period)
    }
  }

  /// Four significant digits, or as many more as it takes to distinguish value and expected value.
  private var digits: Int {
    guard let value = value.number, let expected = expected.number, value != expected else { return 4 }
    return (4...16).first {
      NumberText.significant(value, digits: $0) != NumberText.significant(expected, digits: $0)
    } ?? 17
  }

  /// The reason as text, such as `worst_area 4254 (expected 1600)` or `species "Gentoo" (expected "Adelie")`.
  ///
  /// For a gap where training had none, `age missing (never in training; expected 37)`. For a level whose
  /// rarity counts, `island "Torgersen" (rare: 15 % of rows)`. If the model predicts a probability of the
  /// level, `species "Gentoo" (probability 0.02; expected "Adelie")`.
  public var text: String {
    if let usual { return "\(feature) \(valueText) (\(usual.text))" }
    let remarks = [remark, namesExpected ? "expected \(expectedText)" : nil].compactMap(\.self)
    guard !remarks.isEmpty else { return "\(feature) \(valueText)" }
    return "\(feature) \(valueText) (\(remarks.joined(separator: "; ")))"
  }

  /// A remark on the value, apart from the expected value; nil if there is none.
  package var remark: String? {
    if isNew { return "never in training" }
    if let levelShare, isRare, !namesExpected {
      return "rare: \(NumberText.significant(levelShare * 100, digits: 2)) % of rows"
    }
    return probability.map { "probability \(NumberText.significant($0, digits: 2))" }
  }
}

extension FeatureError.UsualRange {
  /// The range as text, such as `in training 0 to 29`, `10 to 11 where host is "a"`, `in training 0 to 12 in
  /// 98 % of rows` or `in training always 5`.
  package var text: String {
    let ends = (low: low.text(in: period), high: high.text(in: period))
    let values = low == high ? "always \(ends.low)" : "\(ends.low) to \(ends.high)"
    let part = share.map { " in \(NumberText.significant(100 * $0, digits: 3)) % of rows" } ?? ""
    return group.map { "\(values)\(part) where \($0)" } ?? "in training \(values)\(part)"
  }
}

extension CellValue {
  /// Returns the value for use in a sentence; dates of a column of periods as the period.
  fileprivate func text(in period: DatePeriod?) -> String {
    guard let period, case .date(let seconds, hasTime: false) = self else { return quoted }
    return period.text(seconds: seconds)
  }
}
