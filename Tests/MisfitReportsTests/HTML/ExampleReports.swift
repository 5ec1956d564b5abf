import MisfitCore
import MisfitReports

/// Pages for the tests, and to look at in a browser.
enum ExampleReports {
  /// A gray PNG of 6 x 4 pixels, in base64.
  static let tinyPNG =
    "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAAAAACIbxGfAAAADklEQVR4nGNoAAMGbBQAqBwMAQDwGjsAAAAASUVORK5CYII="

  /// The report of a detection on the breast cancer data.
  static func detection(figure: HTMLReport.Figure? = nil) -> HTMLReport {
    var result: [HTMLReport.Block] = [
      .facts([
        .init("Rows scored", "569", detail: "30 features each"),
        .init("Do not fit", "14", detail: "2.5 % of all rows", tone: .alert),
        .init("Threshold", "0.02114", detail: "the training errors' 97.5 % quantile"),
        .init("AUROC", "0.951", detail: "against the column diagnosis"),
      ])
    ]
    if let figure { result.append(.figure(figure)) }
    return HTMLReport(
      title: "Breast cancer", kicker: "Anomaly report",
      subtitle: "breast-cancer.csv: 569 rows, 30 features, label diagnosis",
      lead:
        "14 of 569 rows do not fit; the worst is row 462, whose worst_area is 2.7 times the expectation.",
      sections: [
        .init("Result", result),
        .init(
          "What does not fit",
          [
            .table(worstRows),
            .note("A high error says that a row is unlike the others.", title: "How to read it."),
          ]),
        .init(
          "How it was made",
          [
            .facts(
              [
                .init("Network", "30-16-4-16-30", detail: "ReLU, linear output"),
                .init("Loss", "mean squared error"),
                .init("Epochs", "50 of 50", detail: "best weights from epoch 47"), .init("Seed", "42"),
              ], style: .list),
            .code(
              "misfit detect data/breast-cancer.csv --label diagnosis -o out/",
              caption: "Make this page again"),
          ]),
        .init(
          "Files",
          [.files([.init("scores.csv", "one row a sample"), .init("summary.json", "the same in numbers")])]),
      ], footer: "Made by misfit.")
  }

  private static var worstRows: HTMLReport.Table {
    let features = ["worst_area", "mean_concavity", "area_error", "worst_symmetry", "texture_error"]
    let rows = (0..<20).map { rank in
      let error = 0.0913 / (1 + 0.19 * Double(rank))
      let row = 462 * (rank + 1) % 569
      let reasons = (0...rank % 3).map { reason in
        let value = 4254 - 97 * rank - 800 * reason
        let deviation = NumberText.fixed(3.1 - Double(reason), decimals: 1)
        return "\(features[(rank + reason) % 5]) \(value) (expected \(1600 - 31 * rank), +\(deviation) sd)"
      }
      return HTMLReport.Row(
        [
          .init(number: Double(rank + 1)), .init("\(row)", sortValue: Double(row)),
          .init(rank % 4 == 3 ? "benign" : "malignant"), .init(number: error, bar: error / 0.0913),
          .init(reasons.joined(separator: "\n")),
        ], isMarked: rank < 14)
    }
    return .init(
      caption: "The 20 rows with the largest error",
      columns: [
        .init("Rank", kind: .number), .init("Row", kind: .number), .init("diagnosis"),
        .init("Error", kind: .number), .init("What made it so"),
      ], rows: rows, order: .init(column: 3, isDescending: true), hasFilter: true)
  }

  /// Names that try to be markup, names without end, many rows, nothing to see.
  static func nasty(rowCount: Int) -> HTMLReport {
    let sections: [HTMLReport.Section] = [
      .init(
        script,
        [
          .paragraph(script), .facts([.init(long, long, detail: script), .init("empty", "")]),
          .facts([.init(script, long, detail: long)], style: .list),
        ]),
      .init(
        "Rows",
        [
          .table(nastyTable(rowCount: rowCount)), .table(.init(columns: [], rows: [])),
          .table(.init(columns: [.init("alone")], rows: [])),
        ]),
      .init(
        "",
        [
          .gallery([]), .facts([]), .code("\(script)\n\tindented \(long)"),
          .note(script, kind: .warning),
        ]),
      .init(long, [.files([.init("javascript:alert(1)", script), .init("a b/<c>.csv", long)])]),
      .init("Last"),
    ]
    return HTMLReport(
      title: script, kicker: long, subtitle: long, lead: script, date: script, sections: sections,
      footer: script)
  }

  static let long = String(repeating: "a_column_with_a_very_long_name_", count: 7)
  static let script = "<script>alert('x')</script> & \"quotes\" </style> <!-- \u{0}\u{1B}[31m\u{85}"

  private static func nastyTable(rowCount: Int) -> HTMLReport.Table {
    let rows = (0..<rowCount).map { row in
      let value = Double((row * 7919) % 1000) / 8 - 60
      let tiny = row % 3 == 0 ? Double.nan : 1e-9 * Double(row)
      let cells: [HTMLReport.Cell] = [
        .init(number: Double(row)), .init(row % 7 == 0 ? nil : "\(script) \(row)"),
        row % 5 == 0 ? .missing : .init(number: value), .init(row % 100 == 1 ? long : "short"),
        .init(number: tiny, bar: .nan),
      ]
      return HTMLReport.Row(cells)
    }
    let columns: [HTMLReport.Column] = [
      .init("#", kind: .number), .init(script), .init("value", kind: .number), .init(long),
      .init("tiny", kind: .number),
    ]
    return .init(caption: script, columns: columns, rows: rows, hasFilter: true)
  }
}
