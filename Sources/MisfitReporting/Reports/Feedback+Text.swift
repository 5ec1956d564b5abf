import Misfit
import MisfitCore
import MisfitReports

extension Detector {
  /// The feedback of the model, a line each for kinds of marked rows and for rules; empty without feedback.
  package var feedbackLines: [String] {
    guard let feedback else { return [] }
    let kinds = feedbackKinds.map { kind in
      let word = kind.verdict == .normal ? "normal" : "anomalous"
      let ids = Self.list(kind.ids.map { "\"\($0)\"" }, atMost: 5)
      let columns = Self.list(kind.columns.map(\.text), atMost: 4)
      return "\(CountText.of(kind.ids.count, "row")) marked as \(word) (\(ids)), by \(columns)"
    }
    return kinds + feedback.rules.map(\.sentence)
  }

  private static func list(_ texts: [String], atMost limit: Int) -> String {
    let more = texts.count > limit ? " and \(texts.count - limit) more" : ""
    return texts.prefix(limit).joined(separator: ", ") + more
  }

  /// The feedback of the model as JSON; null without feedback.
  package var feedbackJSON: JSONValue {
    guard let feedback else { return .null }
    let rows = feedback.rows.map { row -> JSONValue in
      [
        "id": JSONValue(row.id), "source": JSONValue(row.source), "as": JSONValue(row.verdict.rawValue),
        "score": JSONValue(row.score),
      ]
    }
    let kinds = feedbackKinds.map { kind -> JSONValue in
      let columns = kind.columns.map { column -> JSONValue in
        [
          "name": JSONValue(column.name), "low": JSONValue(column.low.description),
          "high": JSONValue(column.high.description),
        ]
      }
      return [
        "as": JSONValue(kind.verdict.rawValue), "ids": JSONValue(kind.ids), "columns": .array(columns),
      ]
    }
    return [
      "rows": .array(rows), "kinds": .array(kinds), "rules": JSONValue(feedback.rules.map(\.sentence)),
    ]
  }
}

extension FeedbackKindSummary.Column {
  /// The column with its values: `cpu 90 to 96`, `host a`.
  fileprivate var text: String {
    low == high ? "\(name) \(low.quoted)" : "\(name) \(Self.short(low)) to \(Self.short(high))"
  }

  private static func short(_ cell: CellValue) -> String {
    cell.number.map { NumberText.significant($0, digits: 4) } ?? cell.description
  }
}

extension FeedbackRule {
  /// The rule as a sentence without a period.
  package var sentence: String {
    switch self {
    case .unless: "normal if \(text)"
    case .least(let column, let deviation):
      """
      \(column) counts only at a distance of at least \(NumberText.significant(deviation, digits: 6)) from \
      the expected value
      """
    case .direction(let column, .both): "\(column) counts in both directions"
    case .direction(let column, let direction):
      "\(column) counts only \(direction == .up ? "above" : "below") the expected value"
    }
  }
}
