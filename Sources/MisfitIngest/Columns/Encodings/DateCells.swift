import MisfitCore
import MisfitONNX

/// The cells of a column of dates: a trend and cycles, see ``DateEncoding``.
package struct DateCells: CellCoding {
  /// The encoding of the dates.
  package var encoding: DateEncoding
  /// The statistics of the dates; nil if there were none.
  package var figures: DateFigures?

  /// Whether some dates have a time of day.
  package var hasTime: Bool { figures?.hasTime ?? false }

  var inputCount: Int { 1 + 2 * encoding.cycles.count }
  var isUsable: Bool { encoding.isUsable }
  var reader: ColumnReader {
    .date(
      DateReading(
        order: encoding.order, notation: encoding.notation, sentinels: encoding.sentinels ?? [],
        refusesOrdered: encoding.isOrdered == false))
  }

  func encode(_ value: Double, into inputs: inout MutableSpan<Float>, at start: Int, unseen: Float) {
    let weight = encoding.weight
    inputs[start] = Float(Schema.bounded(encoding.trend(value) * weight))
    let bounded = CalendarDate.isTimeOfDay(value) ? value : CalendarDate.bounded(value)
    for (index, cycle) in encoding.cycles.enumerated() {
      let angle = 2 * Double.pi * cycle.phase(bounded)
      inputs[start + 1 + 2 * index] = Float(Mathematics.sin(angle) * weight)
      inputs[start + 2 + 2 * index] = Float(Mathematics.cos(angle) * weight)
    }
  }

  func neutralInputs(of column: TableColumn) -> [Float] { Array(repeating: 0, count: inputCount) }

  func unseenInputs(of column: TableColumn) -> [Float] {
    [Float(encoding.far)] + Array(repeating: 0, count: inputCount - 1)
  }

  func loss(of column: TableColumn) -> (kind: TableCell.Kind, factor: Double) { (.numbers, 1) }

  func decode(_ outputs: Span<Float>, at start: Int) -> CellValue {
    .date(encoding.seconds(ofTrend: Double(outputs[start]) / encoding.weight), hasTime: hasTime)
  }

  func cell(_ value: Double, text: String?) -> CellValue { .date(value, hasTime: hasTime) }

  func encodingText(of column: TableColumn) -> String {
    let cycles = encoding.cycles.map(\.rawValue)
    let trend = encoding.sequence != nil ? "order of the rows" : "trend"
    let text = cycles.isEmpty ? trend : "\(trend) and cycles of the \(cycles.joined(separator: ", "))"
    return text + (inputCount == 1 ? ", one input" : ", \(inputCount) inputs")
  }
}

/// Statistics of a column's dates, in seconds from 1 January 1970.
package struct DateFigures: Sendable, Hashable, Codable {
  /// The earliest date.
  package var earliest: Double
  /// The latest date.
  package var latest: Double
  /// Whether some have a time of day.
  package var hasTime: Bool
  /// The period that all dates name; nil if they are days or times.
  package var period: DatePeriod?
}

extension DateCells {
  var port: CellPort { .seconds }

  func graph(_ values: GraphValue, unseen: Float) -> GraphValue {
    let (graph, weight) = (values.graph, encoding.weight)
    let isTime = (values - CalendarDate.midnight).magnitude < 3.6e7
    let (first, last) = (CalendarDate.bounded(-.infinity), CalendarDate.bounded(.infinity))
    let bounded = graph.select(isTime, values, values.atLeast(first).atMost(last))
    let cycles = encoding.cycles.flatMap { cycle -> [GraphValue] in
      let angle = cycle.graph(bounded) * (2 * Double.pi)
      return [angle.sine * weight, angle.cosine * weight]
    }
    return graph.concatenate([(encoding.trendGraph(values) * weight).bounded] + cycles, axis: 1)
  }

  func decodedGraph(_ outputs: GraphValue) -> GraphValue {
    encoding.secondsGraph(ofTrend: outputs.columns([0]) / encoding.weight)
  }
}
