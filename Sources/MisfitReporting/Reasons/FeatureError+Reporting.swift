import Misfit
import MisfitCore
import MisfitIngest
import MisfitPlots
import MisfitReports

extension FeatureError {
  /// The reason for a plot: `"No" (p 0.0098), expected "Yes"`, where p is the probability.
  var bar: Reason {
    let probability = probability.map { " (p \(NumberText.significant($0, digits: 2)))" }
    return Reason(
      feature: feature, share: share, value: valueText + (probability ?? ""),
      expected: namesExpected ? expectedText : remark)
  }

  /// The reason as JSON.
  package var json: JSONObject {
    [
      "feature": JSONValue(feature), "share": JSONValue(share), "value": JSONValue(value),
      "expected": expected == .rarerLevel ? .null : JSONValue(expected),
      "direction": JSONValue(direction?.rawValue),
      "probability": JSONValue(probability), "levelShare": JSONValue(levelShare),
    ]
  }

  /// The suffixes of the columns of ``fields``, appended to `reason_1`.
  static let fieldNames = ["", "_share", "_value", "_expected", "_direction"]

  /// The reason as CSV fields: column, share, value, expected value, direction.
  var fields: [String] {
    [
      feature, CSVText.number(Float(share)), value.field { CSVText.number($0) },
      expected == .rarerLevel ? "" : expected.field { CSVText.number(Float($0)) },
      direction?.rawValue ?? "",
    ]
  }
}

extension CellValue {
  /// Returns the cell as a CSV field: a number as `text` formats it, the empty string for a missing cell.
  fileprivate func field(_ text: (Double) -> String) -> String {
    switch self {
    case .number(let value): text(value)
    case .missing: ""
    case .level, .date: description
    }
  }
}
