/// Counts in ascending, disjoint cells: a summary of values that are not kept.
struct OrderedCells: Sendable {
  private var lowers: [Double] = []
  private var uppers: [Double] = []
  /// The cumulative count up to and including each cell.
  private var cumulative: [Int] = []

  /// Appends a cell.
  ///
  /// - Precondition: the cell begins at or after the end of the last one.
  mutating func append(lower: Double, upper: Double, count: Int) {
    lowers.append(lower)
    uppers.append(upper)
    cumulative.append((cumulative.last ?? 0) + count)
  }

  /// Returns the number of values below an edge; a cell that contains the edge counts in proportion.
  ///
  /// `uncertain` is the number of values in that cell.
  func countBelow(_ edge: Double) -> (count: Int, uncertain: Int) {
    let cell = partitionPoint(of: uppers) { $0 < edge }
    let before = cell == 0 ? 0 : cumulative[cell - 1]
    guard cell < lowers.count, lowers[cell] < edge else { return (before, 0) }
    let inside = cumulative[cell] - before
    // Halves first: the width of the widest cells overflows.
    let share = (edge / 2 - lowers[cell] / 2) / (uppers[cell] / 2 - lowers[cell] / 2)
    return (before + Int((Double(inside) * share).rounded()), inside)
  }

  /// Returns the middle and the width of the cell that contains an order statistic (from 0).
  func value(at index: Int) -> (value: Double, width: Double) {
    let cell = partitionPoint(of: cumulative) { $0 <= index }
    let width = uppers[cell] - lowers[cell]
    return (lowers[cell] + width / 2, width)
  }
}
