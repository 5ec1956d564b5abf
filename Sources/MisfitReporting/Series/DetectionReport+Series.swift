import Misfit
import MisfitCore
import MisfitReports

extension DetectionReport {
  /// The maximum number of series that are drawn.
  private static let seriesLimit = 12

  /// Returns the sections on events and series.
  ///
  /// - Throws: ``FileError``, ``ImageError``.
  func seriesSections(
    _ drawings: SeriesDrawings, in folder: inout ReportFolder
  ) throws -> [HTMLReport.Section] {
    var sections: [HTMLReport.Section] = []
    if let table = EventTable.table(of: drawings.events) {
      sections.append(HTMLReport.Section("Events", [.table(table)]))
    }
    if let table = SeriesTable.table(of: drawings) {
      sections.append(HTMLReport.Section("Series by their largest score", [.table(table)]))
    }
    let order = drawings.worstFirst.map(\.series)
    var plots: [HTMLReport.Block] = []
    for (place, series) in order.prefix(Self.seriesLimit).enumerated() {
      let name = order.count == 1 ? "series" : "series-\(place + 1)"
      plots.append(
        try folder.add(
          drawings.plot(ofSeries: series), as: name,
          alternativeText: "values, expected values and scores over time"))
    }
    if order.count > Self.seriesLimit {
      plots.append(
        .facts(
          [HTMLReport.Fact("Not drawn", "\(NumberText.grouped(order.count - Self.seriesLimit)) more series")],
          style: .list))
    }
    sections.append(HTMLReport.Section(order.count == 1 ? "The series" : "The series, worst first", plots))
    return sections
  }
}

extension SeriesEvent {
  /// The event as JSON.
  var json: JSONObject {
    var object: JSONObject = [:]
    object["series"] = JSONValue(series)
    object["start"] = JSONValue(start)
    object["peak"] = JSONValue(peak)
    object["end"] = JSONValue(end)
    object["startRow"] = JSONValue(startRecord)
    object["peakRow"] = JSONValue(peakRecord)
    object["endRow"] = JSONValue(endRecord)
    object["rows"] = JSONValue(rowCount)
    object["score"] = JSONValue(score)
    object["columns"] = .array(
      columns.prefix(20).map { column in
        .object([
          "name": JSONValue(column.name), "share": JSONValue(column.share), "value": JSONValue(column.value),
          "expected": JSONValue(column.expected),
        ])
      })
    return object
  }
}
