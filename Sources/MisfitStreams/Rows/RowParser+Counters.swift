import MisfitCore

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
    var cells: [Range<Int>] = []
    var count = 0
    while start < bytes.count, count < Self.counterRowCount, !candidates.isEmpty {
      let end = Self.recordEnd(bytes, start, .cells(delimiter: format.delimiter))
      cells.removeAll(keepingCapacity: true)
      Self.cut(bytes, start..<end.content, format.delimiter, into: &cells)
      start = end.next
      guard cells.count == format.names.count else { continue }
      count += 1
      let series = format.seriesIndices.map { Self.text(bytes, cells[$0]) }
      candidates.removeAll { index in
        let number = FastNumber.read(bytes.span.extracting(cells[index]), decimal: format.decimal)
        return number.map { !steps[index].add($0, of: series) } ?? true
      }
    }
    guard count == Self.counterRowCount else { return [] }
    return candidates.filter { steps[$0].isSteady }
  }

  /// The number of first rows that show a counter.
  private static let counterRowCount = 50
}

/// The steps of a column that rises in every series.
private struct RisingSteps {
  private var last: [[String]: Double] = [:]
  private var least = Double.infinity
  private var largest = 0.0

  /// Adds the next value of a series; false if it does not rise.
  mutating func add(_ value: Double, of series: [String]) -> Bool {
    defer { last[series] = value }
    guard let before = last[series] else { return true }
    least = min(least, value - before)
    largest = max(largest, value - before)
    return value > before
  }

  /// Whether all steps are nearly the same.
  var isSteady: Bool { largest > 0 && largest <= 1.1 * least }
}
