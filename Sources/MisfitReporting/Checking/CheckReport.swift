import Misfit
import MisfitCore
import MisfitReports

/// The report of a check as a folder: `report.html` and `summary.json`.
package struct CheckReport {
  /// The command that made the report, shown on the page.
  package var command: String?
  private let result: CheckResult

  /// Creates the report of a check.
  package init(_ result: CheckResult) { self.result = result }

  /// Writes the folder, and returns the path of the page.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String) throws -> String {
    var folder = try ReportFolder(path)
    folder.setSummary(result.json)
    var sections = [HTMLReport.Section("At a glance", [.facts(headline)])]
    if !result.findings.isEmpty {
      let pictures: [HTMLReport.Block] = driftFigures.isEmpty ? [] : [.gallery(driftFigures)]
      sections.append(HTMLReport.Section("Findings", [.table(findingTable)] + pictures))
    }
    if !result.flagged.isEmpty {
      var blocks: [HTMLReport.Block] = [.table(rowTable)]
      if let reasons = ReasonTables.table(of: Array(result.flagged.prefix(12))) {
        blocks.append(.table(reasons))
      }
      sections.append(HTMLReport.Section("The flagged rows", blocks))
    }
    if !result.columns.isEmpty {
      sections.append(HTMLReport.Section("Columns", [.table(columnTable)]))
    }
    sections += [HTMLReport.Section("Remarks", result.notes.map { .note($0) })].filter { !$0.blocks.isEmpty }
    if let command {
      sections.append(
        HTMLReport.Section("Command", [.code(command, caption: "The command that made this page")]))
    }
    return try folder.write(
      HTMLReport(
        title: "Check of \(FileSystem.lastComponent(of: result.source))", kicker: "Misfit check",
        subtitle: CountText.of(result.columns.count, "column"), lead: result.lead, sections: sections))
  }

  private var headline: [HTMLReport.Fact] {
    var facts = [
      HTMLReport.Fact(
        "Result", result.passes ? "passed" : "failed", detail: CountText.of(result.testCount, "test"),
        tone: result.passes ? .plain : .alert),
      HTMLReport.Fact("Rows", NumberText.grouped(result.rowCount)),
    ]
    if let alpha = result.alpha {
      facts.append(
        HTMLReport.Fact(
          "Flagged", NumberText.grouped(result.flaggedCount),
          detail: """
            about \(NumberText.significant(result.expectedCount, digits: 2)) in normal data, at \
            \(NumberText.significant(alpha * 100, digits: 2)) %
            """))
    }
    return facts
  }

  private var findingTable: HTMLReport.Table {
    let rows = result.findings.map { finding in
      HTMLReport.Row([
        HTMLReport.Cell(finding.fails ? "fails" : "note"), HTMLReport.Cell(finding.kind.rawValue),
        HTMLReport.Cell(finding.column), HTMLReport.Cell(finding.text),
        number(finding.effect, digits: 3), number(finding.pValue, digits: 2),
        HTMLReport.Cell(finding.rowsText), HTMLReport.Cell(finding.examples.joined(separator: ", ")),
      ])
    }
    return HTMLReport.Table(
      caption: "What changed, how sure it is, and where",
      columns: [
        HTMLReport.Column(""), HTMLReport.Column("kind"), HTMLReport.Column("column"),
        HTMLReport.Column("finding"), HTMLReport.Column("effect", kind: .number),
        HTMLReport.Column("p-value, adjusted", kind: .number), HTMLReport.Column("where"),
        HTMLReport.Column("for example"),
      ], rows: rows)
  }

  /// The distributions of the columns that drifted, at most 12.
  private var driftFigures: [HTMLReport.Figure] {
    let names = result.findings.filter { $0.kind == .drift }.compactMap(\.column).prefix(12)
    return names.compactMap { name in
      guard let column = result.columns.first(where: { $0.name == name }), !column.shares.isEmpty else {
        return nil
      }
      return HTMLReport.Figure(
        svg: BarPicture.svg(column.shares.map(\.data), over: column.shares.map(\.training)),
        alternativeText: "shares of the rows of \(name) in ranges of its values, now and in training",
        caption: "\(name), from small to large values: blue the data, gray training",
        width: BarPicture.width, height: BarPicture.height)
    }
  }

  private var rowTable: HTMLReport.Table {
    let rows = result.flagged.enumerated().map { index, sample in
      HTMLReport.Row([
        HTMLReport.Cell(number: Double(index + 1), text: "\(index + 1)"), HTMLReport.Cell(sample.id),
        number(sample.score, digits: 4), number(sample.pValue, digits: 2),
        HTMLReport.Cell(sample.reasons.prefix(3).map(\.text).joined(separator: ", ")),
      ])
    }
    return HTMLReport.Table(
      caption: "The flagged rows with the highest scores",
      columns: [
        HTMLReport.Column("rank", kind: .number), HTMLReport.Column("id"),
        HTMLReport.Column("score", kind: .number), HTMLReport.Column("p-value", kind: .number),
        HTMLReport.Column("reasons"),
      ], rows: rows)
  }

  private var columnTable: HTMLReport.Table {
    let rows = result.columns.map { column in
      HTMLReport.Row([
        HTMLReport.Cell(column.name), HTMLReport.Cell(column.kind),
        number(column.trainingMissingShare * 100, digits: 2), number(column.missingShare * 100, digits: 2),
        number(column.shift, digits: 3), number(column.pValue, digits: 2), number(column.trend, digits: 2),
      ])
    }
    return HTMLReport.Table(
      caption: "The columns, compared with training",
      columns: [
        HTMLReport.Column("column"), HTMLReport.Column("kind"),
        HTMLReport.Column("missing in training, %", kind: .number),
        HTMLReport.Column("missing, %", kind: .number), HTMLReport.Column("shift", kind: .number),
        HTMLReport.Column("p-value, adjusted", kind: .number), HTMLReport.Column("trend", kind: .number),
      ], rows: rows, hasFilter: result.columns.count > 24)
  }

  private func number(_ value: Double?, digits: Int) -> HTMLReport.Cell {
    HTMLReport.Cell(number: value, text: value.map { NumberText.significant($0, digits: digits) })
  }
}
