import MisfitCore
import MisfitIngest

/// Decides from options and rows how windows are cut.
struct SeriesPlanning {
  private let options: SeriesOptions
  private let schema: Schema
  private let source: String
  private var period: Int?

  /// The number of rows in a window of one column without a period: on 24 series of the Numenta benchmark,
  /// windows of 128 to 256 rows rank best.
  static let usualLength = 128
  /// The number of rows in a window of several columns: their relations show in short windows.
  static let usualLengthOfColumns = 16
  /// The weight of the means of centered windows.
  static let levelWeight: Float = 0.25
  /// The share of the variance that components of windows of several columns keep.
  static let componentShare = 0.8
  /// The number of windows, laid end to end, that the longest series has at least.
  private static let windowsNeeded = 3
  /// The number of windows that follow each other within one window's length.
  private static let stridesInWindow = 16

  init(_ options: SeriesOptions, schema: Schema, source: String) {
    self.options = options
    self.schema = schema
    self.source = source
  }

  /// Returns the record of a series whose windows are not planned yet.
  ///
  /// - Throws: ``SeriesError`` if columns are missing.
  func record() throws(SeriesError) -> SeriesRecord {
    if let name = options.timeColumn, name == options.seriesColumn {
      throw SeriesError(.oneColumn(name), source: source)
    }
    let timeColumn = try timeColumn()
    let seriesColumn = try options.seriesColumn.map { name throws(SeriesError) in try column(name) }
    let columns = (0..<schema.width).filter { column in
      column != timeColumn && column != seriesColumn && isNumber(column)
    }
    guard !columns.isEmpty else { throw SeriesError(.noValues, source: source) }
    return SeriesRecord(
      schema: schema, timeColumn: timeColumn, seriesColumn: seriesColumn, columns: columns,
      windows: WindowShape(length: 2, stride: 1, columnCount: columns.count, levelWeight: nil),
      gaps: options.gaps, step: nil, bands: nil, outliers: nil)
  }

  private func timeColumn() throws(SeriesError) -> Int? {
    if let name = options.timeColumn {
      let column = try column(name)
      guard isDate(column) || isNumber(column) else {
        throw SeriesError(.noTimes(column: name), source: source)
      }
      return column
    }
    let dates = (0..<schema.width).filter(isDate)
    guard dates.count < 2 else {
      throw SeriesError(.severalTimes(dates.map(schema.featureName(at:))), source: source)
    }
    return dates.first
  }

  private func column(_ name: String) throws(SeriesError) -> Int {
    let names = (0..<schema.width).map(schema.featureName(at:))
    if let index = names.firstIndex(of: name) { return index }
    if schema.table?.columns.contains(where: { $0.name == name && !$0.isUsed }) ?? false {
      throw SeriesError(.noTimes(column: name), source: source)
    }
    throw SeriesError(.noColumn(name, nearest: NearestSpelling.of(name, among: names)), source: source)
  }

  private func isDate(_ column: Int) -> Bool { schema.table?.used[column].kind == .datetime }

  private func isNumber(_ column: Int) -> Bool {
    guard let table = schema.table else { return true }
    return table.used[column].kind == .numeric || table.used[column].kind == .count
  }

  /// Chooses the windows, and finds the step, from the rows.
  mutating func plan(_ record: inout SeriesRecord, for rows: SeriesRows) {
    record.step = record.timeColumn == nil ? nil : Self.step(of: rows)
    let longest = rows.series.max { $0.count < $1.count } ?? 0..<0
    let columnCount = record.columns.count
    if columnCount == 1 {
      period = SeriesPeriod.find(rows.values[longest.prefix(SeriesPeriod.valueLimit)].slice.array)
    }
    let usual = columnCount == 1 ? Self.usualLength : Self.usualLengthOfColumns
    let chosen = period.map { $0 * max(1, (usual + $0 / 2) / $0) } ?? usual
    let bounded = max(2, min(chosen, longest.count / Self.windowsNeeded))
    let fitting = options.window ?? Self.shortened(bounded, for: rows, record)
    record.windows.length = min(fitting, WindowShape.widthLimit / (columnCount + 1))
    record.windows.stride = min(
      options.stride ?? max(1, record.windows.length / Self.stridesInWindow), record.windows.length)
    record.windows.levelWeight = columnCount == 1 ? Self.levelWeight : nil
  }

  /// Returns whether more than ``shortShare`` of the rows are in stretches between gaps that are shorter than
  /// a window.
  func gapsAreUsual(in rows: SeriesRows, _ windows: WindowShape) -> Bool {
    let short = rows.segments.reduce(0) { $1.count < windows.length ? $0 + $1.count : $0 }
    return Double(short) > Self.shortShare * Double(rows.count)
  }

  private static let shortShare = 0.1

  /// Returns a length that fits three times between two gaps, if there are never more than `length` rows
  /// between gaps.
  private static func shortened(_ length: Int, for rows: SeriesRows, _ record: SeriesRecord) -> Int {
    guard let step = record.step else { return length }
    var length = length
    while length > 2 {
      var longest = 0
      for series in rows.series {
        var start = series.lowerBound
        for row in series.dropFirst() {
          let steps = (rows.time(ofRow: row) - rows.time(ofRow: row - 1)) / step
          if record.endsWindows(atGapOf: steps, windowLength: length) { start = row }
          longest = max(longest, row + 1 - start)
        }
      }
      guard longest <= length else { break }
      length = max(2, min(length - 1, longest / windowsNeeded))
    }
    return length
  }

  /// Returns the regular step of rows: the median of the differences of their times, if most are about that
  /// long; nil if there is none.
  private static func step(of rows: SeriesRows) -> Double? {
    var differences: [Double] = []
    for series in rows.series {
      for row in series.dropFirst() {
        let difference = rows.time(ofRow: row) - rows.time(ofRow: row - 1)
        if difference > 0 { differences.append(difference) }
      }
    }
    differences.sort()
    guard let median = differences.isEmpty ? nil : differences[differences.count / 2] else { return nil }
    let regular = differences.count { abs($0 - median) <= 0.1 * median }
    return Double(regular) >= 0.8 * Double(differences.count) ? median : nil
  }

  /// Returns notes for the user on what was found and chosen.
  func notes(_ record: SeriesRecord, _ findings: SeriesFindings, _ rows: SeriesRows) -> [MessageText] {
    [
      MessageText(orderText(record, rows)), windowText(record), lateText(findings), gapText(record, findings),
      missingText(findings),
    ].compactMap(\.self)
  }

  private func orderText(_ record: SeriesRecord, _ rows: SeriesRows) -> String {
    var text =
      record.timeColumn.map { "time is \"\(schema.featureName(at: $0))\"" } ?? "rows are in the order of time"
    if let step = record.step, let column = record.timeColumn {
      text += isDate(column) ? ", a row every \(NumberText.duration(seconds: step))" : ", a row every \(step)"
    } else if record.timeColumn != nil {
      text += ", without a regular step"
    }
    if let column = record.seriesColumn {
      text +=
        ", \(NumberText.grouped(rows.series.count)) series by "
        + "\"\(schema.featureName(at: column))\""
    }
    return text
  }

  private func windowText(_ record: SeriesRecord) -> MessageText {
    let columns = record.columnNames
    let shown =
      columns.prefix(8).joined(separator: ", ")
      + (columns.count > 8 ? " and \(columns.count - 8) more" : "")
    let length = String(record.windows.length)
    guard options.window == nil else { return "windows of \(length) rows of \(shown)" }
    let reason = period.map { "a multiple of the period of \($0) rows" }
    return "chose \(.window, length) rows of \(shown)" + MessageText(reason.map { ": \($0)" } ?? "")
  }

  private func lateText(_ findings: SeriesFindings) -> MessageText? {
    let text = Self.text([
      (findings.lateCount, "row", "came late and were put in order"),
      (findings.repeatedCount, "row", "repeat the time of another one"),
      (findings.untimedCount, "row", "without a time follow the row before them"),
    ])
    guard findings.repeatedCount > 0, options.seriesColumn == nil else { return text }
    return text.map {
      $0 + "; if they are of several series, name the column of their names with \(.seriesColumn)"
    }
  }

  private func gapText(_ record: SeriesRecord, _ findings: SeriesFindings) -> MessageText? {
    Self.text([
      (findings.splitCount, "gap", "in the times end windows"),
      (findings.joinedCount, "gap", "in the times are taken as none"),
      (findings.filledCount, "row", "fill gaps in the times"),
    ]).map { $0 + " (\(.gaps, record.gaps.rawValue))" }
  }

  /// Returns the counts that are not 0 with what they count, separated by semicolons; nil without any.
  private static func text(_ counts: [(count: Int, noun: String, predicate: String)]) -> MessageText? {
    let parts = counts.filter { $0.count > 0 }.map { "\(CountText.of($0.count, $0.noun)) \($0.predicate)" }
    return parts.isEmpty ? nil : MessageText(parts.joined(separator: "; "))
  }

  private func missingText(_ findings: SeriesFindings) -> MessageText? {
    guard findings.missingCount > 0 else { return nil }
    let values = CountText.of(findings.missingCount, "missing value")
    return MessageText("\(values) are taken from the line between their neighbors")
  }
}
