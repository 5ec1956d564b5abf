import MisfitCore
import MisfitIngest
import MisfitPlots
import MisfitReports

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

  /// The value for people.
  public var valueText: String { value.quoted }

  /// The expected value for people.
  public var expectedText: String { expected.quoted }

  /// `worst_area 4254 (expected 1600)`, `species "Gentoo" (expected "Adelie")`.
  ///
  /// `age missing (never in training; expected 37)` where that is so. A level that the model finds likeliest, too, is told
  /// as such: its share is the doubt that is left.
  ///
  /// Where the model gives the level a probability, it stands there: `species "Gentoo" (probability 0.02; expected "Adelie")`.
  public var text: String {
    if let usual { return "\(feature) \(valueText) (\(usual.text))" }
    if isNew { return "\(feature) \(valueText) (never in training; expected \(expectedText))" }
    if case .level = value, value == expected {
      let doubt = probability.map { "only with a probability of \(NumberText.significant($0, digits: 2))" }
      return "\(feature) \(valueText) (as expected, but \(doubt ?? "not with certainty"))"
    }
    if let probability {
      let share = NumberText.significant(probability, digits: 2)
      return "\(feature) \(valueText) (probability \(share); expected \(expectedText))"
    }
    return "\(feature) \(valueText) (expected \(expectedText))"
  }

  /// The reason for a picture: `"No" (p 0.0098), expected "Yes"`, p being the probability.
  var bar: Reason {
    let probability = probability.map { " (p \(NumberText.significant($0, digits: 2)))" }
    return Reason(
      feature: feature, share: share, value: valueText + (probability ?? ""),
      expected: value == expected ? nil : expectedText)
  }

  /// The reason for machines.
  public var json: JSONObject {
    [
      "feature": JSONValue(feature), "share": JSONValue(share), "value": JSONValue(value),
      "expected": JSONValue(expected), "direction": JSONValue(direction?.rawValue),
      "probability": JSONValue(probability),
    ]
  }

  /// The names of ``fields``, as they stand behind `reason_1`.
  static let fieldNames = ["", "_share", "_value", "_expected", "_direction"]

  /// The reason as fields of CSV: column, share, value, expected value, direction.
  var fields: [String] {
    [
      feature, CSVText.number(Float(share)), value.field { CSVText.number($0) },
      expected.field { CSVText.number(Float($0)) },
      direction?.rawValue ?? "",
    ]
  }
}

extension FeatureError.UsualRange {
  /// `in training 0 to 29`, `10 to 11 where host is "a"`, `98 % in training 0 to 12`, `in training always 5`.
  var text: String {
    let values = low == high ? "always \(low.quoted)" : "\(low.quoted) to \(high.quoted)"
    let part = share.map { "\(NumberText.significant(100 * $0, digits: 3)) % " } ?? ""
    return group.map { "\(part)\(values) where \($0)" } ?? "\(part)in training \(values)"
  }
}

extension CellValue {
  /// The cell as a field of CSV: a number as `text` writes it, nothing where it is missing.
  fileprivate func field(_ text: (Double) -> String) -> String {
    switch self {
    case .number(let value): text(value)
    case .missing: ""
    case .level, .date: description
    }
  }
}
