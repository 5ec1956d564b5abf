import Misfit
import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitReports

/// A page on the columns of a table, whose size does not grow with its rows: histograms, quantiles, missing
/// cells, levels, and the pairs of columns that are most strongly correlated.
package struct InspectionReport {
  /// The command that made the page, shown on it.
  package var command: String?
  private let table: TableInspection
  private let source: String
  /// The program's word for an option.
  private let naming: (OptionName, _ value: String?) -> String

  /// The largest numbers of columns with a histogram, of columns in the table, and of pairs.
  private static let histogramLimit = 60
  private static let columnLimit = 1000
  private static let pairLimit = 20
  /// The number of bins of a histogram.
  private static let binCount = 32

  /// Creates the page of a table that was inspected with samples.
  package init(
    _ table: TableInspection, source: String, naming: @escaping (OptionName, _ value: String?) -> String
  ) {
    (self.table, self.source, self.naming) = (table, source, naming)
  }

  /// Writes a page if the path ends in `.html`, and otherwise a folder with `report.html` and `summary.json`;
  /// returns the path of the page.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String) throws -> String {
    guard !path.hasSuffix(".html") else {
      try OutputFile.write(page.bytes(), to: path)
      return path
    }
    var folder = try ReportFolder(path)
    var json = table.json(source: source, naming: naming)
    json["correlations"] = .array(
      pairs.map {
        [
          "first": JSONValue($0.first), "second": JSONValue($0.second),
          "spearman": JSONValue($0.correlation), "rows": JSONValue($0.rowCount),
        ]
      })
    folder.setSummary(json)
    return try folder.write(page)
  }

  private var page: HTMLReport {
    let missing = table.columns.filter { $0.missingCount > 0 }.count
    var sections = [
      HTMLReport.Section(
        "At a glance",
        [
          .facts([
            HTMLReport.Fact("Rows", NumberText.grouped(table.rowCount)),
            HTMLReport.Fact("Columns", NumberText.grouped(table.columns.count)),
            HTMLReport.Fact("With missing cells", NumberText.grouped(missing)),
          ])
        ]), HTMLReport.Section("Columns", [.table(columnTable)] + cutNote),
    ]
    let figures = table.samples.prefix(Self.histogramLimit).compactMap(figure)
    if !figures.isEmpty { sections.append(HTMLReport.Section("Distributions", [.gallery(figures)])) }
    let pairs = pairs
    if !pairs.isEmpty { sections.append(HTMLReport.Section("Correlations", [.table(Self.table(of: pairs))])) }
    if let command { sections.append(HTMLReport.Section("Command", [.code(command)])) }
    return HTMLReport(
      title: FileSystem.lastComponent(of: source), kicker: "Misfit inspect",
      subtitle:
        "\(CountText.of(table.rowCount, "row")), \(CountText.of(table.columns.count, "column"))",
      sections: sections)
  }

  private var cutNote: [HTMLReport.Block] {
    let sampled = table.rowCount > 8192 ? ["Quartiles, histograms and correlations are of 8,192 rows."] : []
    let left = table.columns.count - Self.columnLimit
    let cut = left > 0 ? ["\(NumberText.grouped(left)) more columns are not shown."] : []
    return (sampled + cut).map { .note($0) }
  }

  // MARK: Columns

  private var columnTable: HTMLReport.Table {
    let rows = table.columns.prefix(Self.columnLimit).map { column in
      let figures = column.numbers
      let values = [
        figures?.least, figures?.lowerQuartile, figures?.median, figures?.upperQuartile, figures?.largest,
        figures?.mean, figures?.deviation,
      ]
      return HTMLReport.Row(
        [
          HTMLReport.Cell(column.name), HTMLReport.Cell(column.kind.rawValue),
          number(column.missingShare * 100, digits: 2), number(Double(column.distinctCount), digits: 6),
        ] + values.map { number($0, digits: 4) } + [HTMLReport.Cell(content(of: column))])
    }
    let titles = ["min", "25 %", "median", "75 %", "max", "mean", "sd"]
    return HTMLReport.Table(
      caption: "The columns and their cells",
      columns: [
        HTMLReport.Column("column"), HTMLReport.Column("kind"),
        HTMLReport.Column("missing, %", kind: .number), HTMLReport.Column("different", kind: .number),
      ] + titles.map { HTMLReport.Column($0, kind: .number) } + [HTMLReport.Column("content")],
      rows: rows, hasFilter: table.columns.count > 24)
  }

  /// Returns the most frequent levels with their shares, or the content of columns without levels.
  private func content(of column: TableColumn) -> String {
    let levels = column.levels
    guard !levels.isEmpty else { return column.numbers == nil ? column.contentText() : "" }
    let present = Double(max(1, column.presentCount))
    let shown = levels.prefix(5).map {
      "\($0.text) \(NumberText.significant(Double($0.count) / present * 100, digits: 2)) %"
    }
    let left = column.distinctCount - shown.count
    return shown.joined(separator: ", ") + (left > 0 ? ", and \(NumberText.grouped(left)) more" : "")
  }

  // MARK: Distributions

  private func figure(of sample: ColumnSample) -> HTMLReport.Figure? {
    let column = table.columns[sample.column]
    let sorted = sample.values.filter(\.isFinite).sorted()
    guard let numbers = column.numbers, sorted.count > 1, let first = sorted.first, let last = sorted.last,
      first < last
    else { return nil }
    // A few extreme values would leave all others in one bin.
    let (low, high) = (sorted[sorted.count / 200], sorted[sorted.count - 1 - sorted.count / 200])
    guard low < high, var histogram = Histogram(range: low...high, binCount: Self.binCount) else {
      return nil
    }
    for value in sorted { histogram.update(value) }
    let outside = histogram.belowCount + histogram.aboveCount
    let ends = "\(NumberText.significant(low)) to \(NumberText.significant(high))"
    return HTMLReport.Figure(
      svg: BarPicture.svg(histogram.counts.map { Double($0) }),
      alternativeText: "histogram of \(column.name)",
      caption: """
        \(column.name): \(ends), median \(NumberText.significant(numbers.median))\
        \(outside > 0 ? "; 1 % of the values are outside" : "")
        """, width: BarPicture.width, height: BarPicture.height)
  }

  // MARK: Correlations

  private struct Pair {
    var first: String
    var second: String
    var correlation: Double
    var rowCount: Int
  }

  /// The pairs of columns with the largest rank correlations; of wide tables, from fewer rows.
  private var pairs: [Pair] {
    let samples = table.samples
    let rowLimit = samples.count > 60 ? 512 : 2048
    var ranking = TopK<Pair>(Self.pairLimit)
    // Columns without missing cells have samples of the same records, and so are ranked once.
    let ranks = samples.map { RankCorrelation.ranks(of: $0.prefix(rowLimit)) }
    for second in samples.indices {
      for first in 0..<second {
        let found = correlation(samples[first], samples[second], ranks[first], ranks[second], rowLimit)
        guard let (correlation, rowCount) = found else { continue }
        ranking.update(
          score: correlation.magnitude, row: second * samples.count + first,
          payload: Pair(
            first: table.columns[samples[first].column].name,
            second: table.columns[samples[second].column].name, correlation: correlation,
            rowCount: rowCount))
      }
    }
    return ranking.ranking.map(\.payload).filter { $0.correlation.magnitude >= 0.1 }
  }

  private func correlation(
    _ first: ColumnSample, _ second: ColumnSample, _ firstRanks: [Double], _ secondRanks: [Double],
    _ rowLimit: Int
  ) -> (Double, rowCount: Int)? {
    if first.hasRecords(of: second, atMost: rowLimit) {
      guard firstRanks.count >= 8 else { return nil }
      return RankCorrelation.correlationOfRanks(firstRanks, secondRanks).map { ($0, firstRanks.count) }
    }
    let rows = first.paired(with: second, atMost: rowLimit)
    guard rows.count >= 8 else { return nil }
    return RankCorrelation.spearman(rows.map(\.0), rows.map(\.1)).map { ($0, rows.count) }
  }

  private static func table(of pairs: [Pair]) -> HTMLReport.Table {
    HTMLReport.Table(
      caption: "The most strongly correlated pairs (Spearman)",
      columns: [
        HTMLReport.Column("column"), HTMLReport.Column("column"),
        HTMLReport.Column("correlation", kind: .number), HTMLReport.Column("rows", kind: .number),
      ],
      rows: pairs.map { pair in
        HTMLReport.Row([
          HTMLReport.Cell(pair.first), HTMLReport.Cell(pair.second),
          HTMLReport.Cell(number: pair.correlation, text: NumberText.fixed(pair.correlation, decimals: 3)),
          HTMLReport.Cell(number: Double(pair.rowCount), text: NumberText.grouped(pair.rowCount)),
        ])
      })
  }

  private func number(_ value: Double?, digits: Int) -> HTMLReport.Cell {
    HTMLReport.Cell(number: value, text: value.map { NumberText.significant($0, digits: digits) })
  }
}
