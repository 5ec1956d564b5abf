import MisfitCore
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
  public var direction: Direction? { value > expected ? .above : value < expected ? .below : nil }

  /// The value for people.
  public var valueText: String { NumberText.significant(value) }

  /// The expected value for people.
  public var expectedText: String { NumberText.significant(expected) }

  /// `worst_area 4254 (expected 1600)`.
  public var text: String { "\(feature) \(valueText) (expected \(expectedText))" }

  /// The reason for machines.
  public var json: JSONObject {
    [
      "feature": JSONValue(feature), "share": JSONValue(share), "value": JSONValue(value),
      "expected": JSONValue(expected), "direction": JSONValue(direction?.rawValue),
    ]
  }

  /// The names of ``fields``, as they stand behind `reason_1`.
  static let fieldNames = ["", "_share", "_value", "_expected", "_direction"]

  /// The reason as fields of CSV: column, share, value, expected value, direction.
  var fields: [String] {
    [
      feature, CSVText.number(Float(share)), CSVText.number(value), CSVText.number(Float(expected)),
      direction?.rawValue ?? "",
    ]
  }
}
