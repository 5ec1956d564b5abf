import Misfit
import MisfitCore
import MisfitReports

extension CheckResult {
  /// The result as JSON.
  package var json: JSONObject {
    [
      "source": JSONValue(source),
      "passes": JSONValue(passes),
      "rows": JSONValue(rowCount),
      "failures": JSONValue(failures.count),
      "findings": .array(findings.map { .object($0.json) }),
      "alpha": JSONValue(alpha),
      "flagged": JSONValue(flaggedCount),
      "flaggedExpected": JSONValue(expectedCount),
      "flaggedPValue": JSONValue(flaggedPValue),
      "worst": .array(flagged.enumerated().map { .object($1.json(rank: $0 + 1, reasonCount: 3)) }),
      "tests": JSONValue(testCount),
      "columns": .array(columns.map { .object($0.json) }),
      "notes": JSONValue(notes),
    ]
  }

  /// The result in one sentence.
  package var lead: String {
    guard rowCount > 0 else {
      return findings.contains { $0.kind == .types }
        ? "No row could be read." : "The data cannot be scored: its columns are not those of the model."
    }
    let rows = CountText.of(rowCount, "row")
    guard !passes else { return "Nothing fails in \(rows)." }
    let kinds = CheckFinding.Kind.allCases.filter { kind in failures.contains { $0.kind == kind } }
    return
      "\(CountText.of(failures.count, "finding")) in \(rows): "
      + kinds.map(\.rawValue).joined(separator: ", ") + "."
  }
}

extension CheckFinding {
  /// The finding as JSON.
  var json: JSONObject {
    [
      "kind": JSONValue(kind.rawValue), "column": JSONValue(column), "fails": JSONValue(fails),
      "effect": JSONValue(effect), "pValue": JSONValue(pValue), "text": JSONValue(text),
      "firstRow": JSONValue(rows?.lowerBound), "lastRow": JSONValue(rows?.upperBound),
      "examples": JSONValue(examples),
    ]
  }

  /// The rows that cause it as text: `rows 8,001 to 10,000`; empty if they are everywhere.
  package var rowsText: String {
    guard let rows else { return "" }
    if rows.count == 1 { return "row \(NumberText.grouped(rows.lowerBound))" }
    return "rows \(NumberText.grouped(rows.lowerBound)) to \(NumberText.grouped(rows.upperBound))"
  }

  /// The p-value as text; empty for facts without one.
  package var pValueText: String { pValue.map { NumberText.significant($0, digits: 2) } ?? "" }
}

extension CheckedColumn {
  /// The column as JSON.
  var json: JSONObject {
    [
      "name": JSONValue(name), "kind": JSONValue(kind),
      "missingShare": JSONValue(missingShare), "missingShareInTraining": JSONValue(trainingMissingShare),
      "shift": JSONValue(shift), "pValue": JSONValue(pValue), "trend": JSONValue(trend),
    ]
  }
}
