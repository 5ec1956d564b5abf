import Misfit
import MisfitCore

/// A ranking as a table for a terminal.
enum RankingText {
  /// Returns rank, id, label, score, percentile, p-value, flag and reasons, in aligned columns with titles.
  static func lines(_ samples: [ScoredSample], reasonCount: Int) -> [String] {
    guard !samples.isEmpty else { return ["no samples"] }
    let hasLabels = samples.contains { $0.label != nil }
    let hasPValues = samples.contains { $0.pValue != nil }
    var rows = [
      ["rank", "id"] + (hasLabels ? ["label"] : []) + ["score", "percentile"]
        + (hasPValues ? ["p-value"] : []) + ["flag"]
    ]
    for (index, sample) in samples.enumerated() {
      var row = ["\(index + 1)", sample.id]
      if hasLabels { row.append(sample.label ?? "") }
      row.append(NumberText.significant(sample.score))
      row.append(sample.percentile.map { NumberText.fixed($0, decimals: 1) } ?? "")
      if hasPValues { row.append(sample.pValue.map { NumberText.significant($0, digits: 2) } ?? "") }
      row.append(sample.isFlagged == true ? "*" : "")
      row.append(sample.regions.isEmpty ? sample.reasonText(atMost: reasonCount) : sample.regionText)
      rows.append(row)
    }
    return aligned(rows)
  }

  /// Returns rows in columns as wide as their widest cell; the first is right-aligned, as ranks are, the
  /// others left-aligned.
  static func aligned(_ rows: [[String]]) -> [String] { lines(rows) { $0 == 0 } }

  /// Returns rows in left-aligned columns as wide as their widest cell.
  static func leftAligned(_ rows: [[String]]) -> [String] { lines(rows) { _ in false } }

  private static func lines(_ rows: [[String]], isRightAligned: (Int) -> Bool) -> [String] {
    // A cell of the data may contain line breaks and control characters, which would break the table.
    let rows = rows.map { $0.map(VisibleText.line) }
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return isRightAligned(column) ? padding + cell : cell + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
