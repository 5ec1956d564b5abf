/// The smallest and the largest values of a stream, and the range of the values without isolated extremes.
///
/// Memory: 2 × ``capacity`` floats.
struct ValueExtremes: Sendable {
  private(set) var count = 0
  /// The smallest values, ascending.
  private var smallest: [Float] = []
  /// The largest values, descending.
  private var largest: [Float] = []

  static let capacity = 16
  /// The gap that separates an isolated extreme, in widths of the range inside it.
  static let isolatingGap: Float = 3

  /// Adds a value; NaN is ignored.
  mutating func update(_ value: Float) {
    guard !value.isNaN else { return }
    count += 1
    if smallest.count < Self.capacity || value < smallest[smallest.count - 1] {
      Self.insert(value, into: &smallest, before: <)
    }
    if largest.count < Self.capacity || value > largest[largest.count - 1] {
      Self.insert(value, into: &largest, before: >)
    }
  }

  private static func insert(_ value: Float, into list: inout [Float], before: (Float, Float) -> Bool) {
    var index = list.count
    while index > 0, before(value, list[index - 1]) { index -= 1 }
    list.insert(value, at: index)
    if list.count > capacity { list.removeLast() }
  }

  /// Returns the linear value of 0 as a range, and the number of kept values that are not 0.
  func rangeAboutZero(in linear: (Float) -> Float) -> (low: Float, high: Float, isolatedCount: Int)? {
    guard count > 0 else { return nil }
    return (linear(0), linear(0), smallest.count { $0 < 0 } + largest.count { $0 > 0 })
  }

  /// Returns the range of all values without isolated extremes, and the number of isolated extremes.
  ///
  /// The range begins with the values that remain after a hundredth of all values, at least one and at most
  /// 15, is taken from either end. It then grows outwards while the next value is at most ``isolatingGap``
  /// widths away. If the remaining values are all equal, it begins with the median of the others, if there
  /// are two or more.
  func range(in linear: (Float) -> Float) -> (low: Float, high: Float, isolatedCount: Int)? {
    guard count > 0 else { return nil }
    let skipped = min(Self.capacity - 1, max(1, count / 100), (count - 1) / 2)
    let below = smallest.prefix(skipped + 1).map(linear)
    let above = largest.prefix(skipped + 1).map(linear)
    var (low, high) = (below[below.count - 1], above[above.count - 1])
    if low > high { (low, high) = (high, low) }
    var (lowerLeft, upperLeft) = (Array(below.dropLast()), Array(above.dropLast()))
    // Values equal to an end of the range are inside it.
    while let next = lowerLeft.last, next >= low { lowerLeft.removeLast() }
    while let next = upperLeft.last, next <= high { upperLeft.removeLast() }
    if low == high, lowerLeft.count + upperLeft.count >= 2 {
      let others = (lowerLeft + upperLeft).sorted { ($0 - low).magnitude < ($1 - low).magnitude }
      let middle = others[(others.count - 1) / 2]
      (low, high) = (min(low, middle), max(high, middle))
      lowerLeft.removeAll { $0 >= low }
      upperLeft.removeAll { $0 <= high }
    }
    while true {
      let reach = Self.isolatingGap * (high - low)
      if let next = upperLeft.last, next - high <= reach {
        high = max(high, next)
        upperLeft.removeLast()
      } else if let next = lowerLeft.last, low - next <= reach {
        low = min(low, next)
        lowerLeft.removeLast()
      } else {
        return (low, high, lowerLeft.count + upperLeft.count)
      }
    }
  }
}
