import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitReports

/// The segments of an analysis as a file, as a table of a page, and as text.
package enum SegmentTable {
  /// The maximum number of segments in a file, on a page, and in a terminal.
  private static let limits = (file: 10_000, page: 50, terminal: 5)

  /// The columns of the file after those of segments.
  private static let figureNames = [
    "rank", "rows", "flagged", "expected", "share", "share_low", "share_high", "p_value", "fdr",
  ]

  /// Returns the names of the columns of segments in the file: a name that a figure has gets a number
  /// appended.
  private static func uniqueNames(_ columns: [String]) -> [String] {
    var taken = Set(figureNames)
    return columns.map { name in
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)_\(number)"
        number += 1
      }
      return unique
    }
  }

  /// Writes the segments as CSV: those that explain the excess first.
  ///
  /// Columns: one for each column of segments, empty if the segment has all of its values; `rank`, empty for
  /// segments that are not found; `rows`, `flagged`, `expected`, the share of flagged rows with its 95 %
  /// interval, `p_value`, and `fdr`.
  ///
  /// - Throws: ``FileError``.
  package static func write(
    _ analysis: SegmentAnalysis, to path: String, escapesFormulas: Bool, in group: OutputGroup? = nil
  ) throws(FileError) {
    var text = CSVText()
    text.escapesFormulas = escapesFormulas
    var bytes = text.row(uniqueNames(analysis.columns) + figureNames)
    for segment in analysis.segments.prefix(limits.file) {
      let values = analysis.columns.map { column in
        segment.values.first { $0.column == column }?.text ?? ""
      }
      let interval = segment.shareInterval
      let figures = [
        segment.expectedCount, segment.flaggedShare, interval.lowerBound, interval.upperBound, segment.pValue,
        segment.falseDiscoveryRate,
      ]
      text.append(
        values + [segment.rank.map(CSVText.number) ?? ""]
          + [segment.rowCount, segment.flaggedCount].map(CSVText.number)
          + figures.map { NumberText.significant($0, digits: 6) }, to: &bytes)
    }
    try OutputFile.write(bytes, to: path, in: group)
  }

  /// Returns the segments as a table for a page; nil if none was tested.
  package static func table(of analysis: SegmentAnalysis) -> HTMLReport.Table? {
    guard !analysis.segments.isEmpty else { return nil }
    let titles = ["rows", "flagged", "expected", "flagged %", "p-value", "FDR"]
    let rows = analysis.segments.prefix(limits.page).enumerated().map { index, segment in
      let interval = segment.shareInterval
      let percents = [segment.flaggedShare, interval.lowerBound, interval.upperBound].map {
        NumberText.significant($0 * 100, digits: 3)
      }
      return HTMLReport.Row(
        [
          HTMLReport.Cell(number: Double(index + 1), text: segment.rank.map { "\($0)" } ?? "-"),
          HTMLReport.Cell(segment.text),
          HTMLReport.Cell(number: Double(segment.rowCount), text: NumberText.grouped(segment.rowCount)),
          HTMLReport.Cell(
            number: Double(segment.flaggedCount), text: NumberText.grouped(segment.flaggedCount)),
          HTMLReport.Cell(
            number: segment.expectedCount, text: NumberText.significant(segment.expectedCount, digits: 3)),
          HTMLReport.Cell(
            number: segment.flaggedShare, text: "\(percents[0]) (\(percents[1]) to \(percents[2]))"),
          HTMLReport.Cell(number: segment.logPValue, text: segment.pValueText),
          HTMLReport.Cell(
            number: segment.falseDiscoveryRate,
            text: NumberText.significant(segment.falseDiscoveryRate, digits: 2)),
        ], isMarked: segment.rank != nil)
    }
    return HTMLReport.Table(
      caption: analysis.finding,
      columns: [HTMLReport.Column("rank", kind: .number), HTMLReport.Column("segment")]
        + titles.map { HTMLReport.Column($0, kind: .number) }, rows: rows, order: HTMLReport.Order(column: 0),
      hasFilter: rows.count > 10)
  }

  /// Returns the finding, and a line for each of the strongest segments that were found.
  package static func lines(of analysis: SegmentAnalysis) -> [String] {
    [analysis.finding]
      + analysis.found.prefix(limits.terminal).map { segment in
        """
          \(segment.text): \(NumberText.grouped(segment.flaggedCount)) of \
        \(CountText.of(segment.rowCount, "row")) flagged, \
        \(NumberText.significant(segment.expectedCount, digits: 2)) expected, p = \(segment.pValueText)
        """
      }
  }
}

extension SegmentAnalysis {
  /// What was found, as a sentence without a period.
  package var finding: String {
    let tested = "\(CountText.of(testedCount, "segment")) by \(columns.joined(separator: ", "))"
    let reference = isCompared ? "before" : "expected"
    let limit = isTooFine ? "; rows of further combinations were left out" : ""
    guard let first = found.first else {
      return "no segment scores higher than \(reference), of \(tested)\(limit)"
    }
    let more = found.count > 1 ? ", and \(found.count - 1) more" : ""
    return "scores are higher than \(reference) in \(first.text)\(more), of \(tested)\(limit)"
  }

  /// The analysis as JSON.
  package var json: JSONObject {
    [
      "columns": JSONValue(columns), "rows": JSONValue(rowCount), "tested": JSONValue(testedCount),
      "falseDiscoveryRate": JSONValue(Self.falseDiscoveryRate),
      "found": .array(found.map { .object($0.json) }),
    ]
  }
}

extension Segment {
  /// The share of flagged rows.
  package var flaggedShare: Double { Double(flaggedCount) / Double(rowCount) }

  /// The segment for people: `region eu, app 7`.
  package var text: String {
    guard !values.isEmpty else { return "all rows" }
    return values.map { "\($0.column) \($0.text.isEmpty ? "without a value" : $0.text)" }
      .joined(separator: ", ")
  }

  /// The p-value as text, also if it is too small for a number.
  var pValueText: String {
    let exponent = (logPValue / Mathematics.log(10)).rounded(.down)
    return pValue > 1e-300 ? NumberText.significant(pValue, digits: 2) : "1e\(Int(exponent))"
  }

  /// The segment as JSON.
  var json: JSONObject {
    [
      "rank": JSONValue(rank),
      "values": .object(JSONObject(values.map { ($0.column, JSONValue($0.text)) })),
      "rows": JSONValue(rowCount), "flagged": JSONValue(flaggedCount), "expected": JSONValue(expectedCount),
      "shareInterval": JSONValue([shareInterval.lowerBound, shareInterval.upperBound]),
      "pValue": JSONValue(pValue), "logPValue": JSONValue(logPValue),
      "falseDiscoveryRate": JSONValue(falseDiscoveryRate),
    ]
  }
}
