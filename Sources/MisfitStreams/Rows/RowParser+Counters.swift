import MisfitCore
import MisfitIngest

extension RowParser {
  /// Returns the columns that rise like a counter or a clock in the rows that have arrived already.
  ///
  /// Every value of such a column is new. None is found if fewer than 50 rows are at hand, or if the columns
  /// to watch were named.
  func counters(_ bytes: [UInt8], from first: Int, _ format: RowFormat) -> [Int] {
    guard options.watched.isEmpty else { return [] }
    var candidates = format.names.indices.filter { index in
      index != format.timeIndex && !format.seriesIndices.contains(index)
        && !format.ignoredIndices.contains(index) && !neededColumns.contains(format.names[index])
    }
    var steps = [RisingSteps](repeating: RisingSteps(), count: format.names.count)
    var start = first
    var count = 0
    while start < bytes.count, count < Self.counterRowCount, !candidates.isEmpty {
      let end = Self.recordEnd(bytes, start, .cells(delimiter: format.delimiter))
      let fields = Self.fields(bytes.span, start..<end.content, format.delimiter)
      start = end.next
      guard fields.count == format.names.count else { continue }
      count += 1
      let series = format.seriesIndices.map { CellName.text(fields[$0].text(in: bytes.span)) }
      candidates.removeAll { index in
        let number = CellNumber.read(
          bytes.span, CellNumber.trimmed(bytes.span, fields[index].content))
        return number.map { !steps[index].add($0, of: series) } ?? true
      }
    }
    guard count == Self.counterRowCount else { return [] }
    return candidates.filter { steps[$0].isSteady }
  }

  /// Finds the members of objects that rise like a counter in the rows that have arrived already; they are
  /// not watched.
  mutating func findCounters(_ bytes: [UInt8], from first: Int) {
    guard options.watched.isEmpty else { return }
    var end = first
    for _ in 0..<Self.counterRowCount {
      guard end < bytes.count else { return }
      end = Self.recordEnd(bytes, end, .never).next
    }
    guard var probe = try? RowParser(options, source: source) else { return }
    probe.findsCounters = false
    var steps: [String: RisingSteps] = [:]
    var others: Set<String> = []
    var rowCount = 0
    try? probe.parse(Array(bytes[first..<min(end, bytes.count)])) { columns, row in
      rowCount += 1
      for (name, value) in zip(columns, row.values) {
        let isRising = value.isFinite && steps[name, default: RisingSteps()].add(value, of: [row.series])
        if !isRising || steps[name]?.count != rowCount { others.insert(name) }
      }
    }
    guard rowCount == Self.counterRowCount else { return }
    counterNames = probe.columns.filter { name in
      !others.contains(name) && !neededColumns.contains(name) && steps[name]?.isSteady == true
    }
    counterSet = Set(counterNames)
  }

  /// The number of first rows that show a counter.
  private static let counterRowCount = 50
}

/// The steps of a column that rises in every series.
private struct RisingSteps {
  private var last: [[String]: Double] = [:]
  private var least = Double.infinity
  private var largest = 0.0
  /// The number of values.
  private(set) var count = 0

  /// Adds the next value of a series; false if it does not rise.
  mutating func add(_ value: Double, of series: [String]) -> Bool {
    defer { last[series] = value }
    count += 1
    guard let before = last[series] else { return true }
    least = min(least, value - before)
    largest = max(largest, value - before)
    return value > before
  }

  /// Whether all steps are nearly the same.
  var isSteady: Bool { largest > 0 && largest <= 1.1 * least }
}
