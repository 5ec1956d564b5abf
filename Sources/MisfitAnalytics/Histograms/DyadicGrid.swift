/// Counts of numbers in cells of equal width over their range, found in one pass.
///
/// The width is the smallest power of two at which 8,192 cells cover the range, and cells begin at multiples
/// of it. Widening the range merges neighbors, which equals counting in the wider cells from the beginning.
/// So the state depends on the values alone, not on their order or how they were split before merging.
///
/// It resolves what the logarithmic buckets of ``QuantileSketch`` cannot: values close together and far from
/// 0.
struct DyadicGrid: Hashable, Sendable {
  static let cellCount = 8192
  /// The smallest exponent of a width: its reciprocal must be finite.
  private static let smallestExponent = -1000

  /// The binary exponent of the width of a cell.
  private var exponent = smallestExponent
  /// The smallest to the largest value; nil if there are no values.
  private var range: ClosedRange<Double>?
  /// The count of cell i at i modulo 8,192: fewer cells than that are ever in use.
  private var counts: [Int] = []

  mutating func add(_ value: Double) {
    widen(to: value...value)
    counts[Self.slot(Self.index(of: value, exponent: exponent))] += 1
  }

  mutating func merge(_ other: DyadicGrid) {
    guard let otherRange = other.range else { return }
    widen(to: otherRange)
    let shift = exponent - other.exponent
    for index in other.indices(of: otherRange) {
      counts[Self.slot(index >> shift)] += other.counts[Self.slot(index)]
    }
  }

  /// The nonempty cells in ascending order, clipped to the range of the values.
  var cells: OrderedCells {
    var cells = OrderedCells()
    guard let range else { return cells }
    let width = Double(sign: .plus, exponent: exponent, significand: 1)
    for index in indices(of: range) where counts[Self.slot(index)] > 0 {
      let lower = max(Double(index) * width, range.lowerBound)
      let upper = min(Double(index + 1) * width, range.upperBound)
      cells.append(lower: lower, upper: upper, count: counts[Self.slot(index)])
    }
    return cells
  }

  private mutating func widen(to other: ClosedRange<Double>) {
    guard let old = range else {
      counts = [Int](repeating: 0, count: Self.cellCount)
      exponent = Self.exponent(covering: other, from: Self.smallestExponent)
      range = other
      return
    }
    let lower = min(old.lowerBound, other.lowerBound)
    let upper = max(old.upperBound, other.upperBound)
    guard lower < old.lowerBound || upper > old.upperBound else { return }
    coarsen(to: Self.exponent(covering: lower...upper, from: exponent), occupied: indices(of: old))
    range = lower...upper
  }

  private mutating func coarsen(to wider: Int, occupied: ClosedRange<Int>) {
    guard wider > exponent else { return }
    var merged = [Int](repeating: 0, count: Self.cellCount)
    for index in occupied { merged[Self.slot(index >> (wider - exponent))] += counts[Self.slot(index)] }
    counts = merged
    exponent = wider
  }

  /// Returns the smallest exponent, not below `start`, at which the cells cover a range and their indices are
  /// exact as doubles.
  private static func exponent(covering range: ClosedRange<Double>, from start: Int) -> Int {
    let magnitude = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    var exponent = magnitude == 0 ? start : max(start, Int(magnitude.exponent) - 52)
    while true {
      let first = scaled(range.lowerBound, exponent: exponent)
      let last = scaled(range.upperBound, exponent: exponent)
      if last - first < Double(cellCount), max(first.magnitude, last.magnitude) <= 0x1p53 { return exponent }
      exponent += 1
    }
  }

  private func indices(of range: ClosedRange<Double>) -> ClosedRange<Int> {
    Self.index(
      of: range.lowerBound, exponent: exponent)...Self.index(of: range.upperBound, exponent: exponent)
  }

  private static func index(of value: Double, exponent: Int) -> Int { Int(scaled(value, exponent: exponent)) }

  private static func scaled(_ value: Double, exponent: Int) -> Double {
    let scaled = value * Double(sign: .plus, exponent: -exponent, significand: 1)
    // A negative value that underflows is still in the cell below 0.
    return value < 0 && scaled == 0 ? -1 : scaled.rounded(.down)
  }

  private static func slot(_ index: Int) -> Int { index & (cellCount - 1) }
}
