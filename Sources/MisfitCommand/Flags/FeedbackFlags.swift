import Misfit
import MisfitReporting

/// The flags for feedback on rows and columns.
struct FeedbackFlags: FlagSet {
  var normal: [String] = []
  var anomalous: [String] = []
  var exceptions: [ColumnCondition] = []
  var leastDeviations: [ColumnValue<Double>] = []
  var directions: [ColumnValue<ColumnRule.Direction>] = []

  static var arguments: [Argument<FeedbackFlags>] {
    Group("Rows") {
      Flag(
        "--normal IDS", each: \.normal, .text("ids or a file of ids", example: "ids.csv"),
        help:
          """
          Rows that are normal: ids separated by commas, or a file with an id a line or a column named id. \
          Rows like them have lower scores.
          """
      )
      Flag(
        "--anomaly IDS", each: \.anomalous, .text("ids or a file of ids", example: "ids.csv"),
        help: "Rows that are anomalies, in the same way. Rows like them have higher scores.")
    }
    Group("Rules") {
      Flag(
        "--unless CONDITION", each: \.exceptions, .condition,
        help: "Rows are normal while this holds for any column, such as 'cpu < 5'.")
      Flag(
        "--least COLUMN=NUMBER", each: \.leastDeviations, .columnNumber,
        help:
          "A column counts only if its value is at least this far from the expected one, in its own units.")
      Flag(
        "--direction COLUMN=WAY", each: \.directions, .columnDirection,
        help: "A column counts only if its value is above (up) or below (down) the expected one.")
    }
  }

  /// The rules that the flags select.
  var rules: [FeedbackRule] {
    exceptions.map { .unless(condition: $0) }
      + leastDeviations.map { .least(column: $0.column, deviation: $0.value) }
      + directions.map { .direction(column: $0.column, $0.value) }
  }

  /// Whether rows are marked.
  var marksRows: Bool { !normal.isEmpty || !anomalous.isEmpty }

  /// Returns the class of each marked row.
  ///
  /// - Throws: ``FileError``; ``ArgumentError`` if a row is in both classes.
  func verdicts() throws -> [String: Feedback.Verdict] {
    var verdicts: [String: Feedback.Verdict] = [:]
    for text in normal { for id in try MarkedRows.ids(text) { verdicts[id] = .normal } }
    for text in anomalous {
      for id in try MarkedRows.ids(text) {
        guard verdicts[id] != .normal else {
          throw ArgumentError(
            .conflict("row \"\(id)\" is marked as normal and as an anomaly", remedy: "mark it once"))
        }
        verdicts[id] = .anomaly
      }
    }
    return verdicts
  }
}
