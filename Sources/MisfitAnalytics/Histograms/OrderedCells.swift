/// Counts in ascending cells that do not overlap: all that is known of values that are not kept.
struct OrderedCells: Sendable {
  private var lowers: [Double] = []
  private var uppers: [Double] = []
  /// How many values lie in the cells up to and with each.
  private var cumulative: [Int] = []

  /// - Precondition: the cell begins where the last one ends, or later.
  mutating func append(lower: Double, upper: Double, count: Int) {
    lowers.append(lower)
    uppers.append(upper)
    cumulative.append((cumulative.last ?? 0) + count)
  }

  /// How many values lie below an edge; those of a cell that the edge cuts are shared out in proportion.
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

  /// The middle of the cell that holds an order statistic (from 0), and the width of the cell.
  func value(at index: Int) -> (value: Double, width: Double) {
    let cell = partitionPoint(of: cumulative) { $0 <= index }
    let width = uppers[cell] - lowers[cell]
    return (lowers[cell] + width / 2, width)
  }
}
