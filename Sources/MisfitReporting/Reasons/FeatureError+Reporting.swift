import Misfit
import MisfitCore
import MisfitIngest
import MisfitPlots
import MisfitReports

extension FeatureError {
  /// The reason for a plot: `"No" (p 0.0098), expected "Yes"`, where p is the probability, or
  /// `98000, in training 10 to 141`, or `"K008", rare: 2.7 % of rows`.
  var bar: Reason {
    var (text, expected): (String, String?) = (valueText, nil)
    if let usual {
      text += ", \(usual.text)"
    } else if namesExpected {
      text += probability.map { " (p \(NumberText.significant($0, digits: 2)))" } ?? ""
      expected = expectedText
    } else if let remark {
      text += ", \(remark)"
    }
    return Reason(feature: feature, share: share, value: text, expected: expected)
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

extension FeatureError {
  /// Appends ``fields`` to a row of CSV, each after a comma.
  func append(to bytes: inout [UInt8], _ text: CSVText) {
    let comma = UInt8(ascii: ",")
    bytes.append(comma)
    text.append(field: feature, to: &bytes)
    bytes.append(comma)
    NumberText.append(shortest: Float(share), to: &bytes)
    bytes.append(comma)
    switch value {
    case .number(let number): bytes.append(contentsOf: CSVText.number(number).utf8)
    case .missing: break
    case .level, .date: text.append(field: value.description, to: &bytes)
    }
    bytes.append(comma)
    switch expected {
    case .number(let number): NumberText.append(shortest: Float(number), to: &bytes)
    case .rarerLevel, .missing: break
    case .level, .date: text.append(field: expected.description, to: &bytes)
    }
    bytes.append(comma)
    if let direction { bytes.append(contentsOf: direction.rawValue.utf8) }
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
