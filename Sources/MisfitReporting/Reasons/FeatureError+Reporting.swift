import Misfit
import MisfitCore
import MisfitIngest
import MisfitPlots
import MisfitReports

extension FeatureError {
  /// The reason for a picture: `"No" (p 0.0098), expected "Yes"`, p being the probability.
  var bar: Reason {
    let probability = probability.map { " (p \(NumberText.significant($0, digits: 2)))" }
    return Reason(
      feature: feature, share: share, value: valueText + (probability ?? ""),
      expected: namesExpected ? expectedText : remark)
  }

  /// The reason for machines.
  package var json: JSONObject {
    [
      "feature": JSONValue(feature), "share": JSONValue(share), "value": JSONValue(value),
      "expected": expected == .rarerLevel ? .null : JSONValue(expected),
      "direction": JSONValue(direction?.rawValue),
      "probability": JSONValue(probability), "levelShare": JSONValue(levelShare),
    ]
  }

  /// The names of ``fields``, as they stand behind `reason_1`.
  static let fieldNames = ["", "_share", "_value", "_expected", "_direction"]

  /// The reason as fields of CSV: column, share, value, expected value, direction.
  var fields: [String] {
    [
      feature, CSVText.number(Float(share)), value.field { CSVText.number($0) },
      expected == .rarerLevel ? "" : expected.field { CSVText.number(Float($0)) },
      direction?.rawValue ?? "",
    ]
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
