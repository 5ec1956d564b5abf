/// The smallest and largest values of a stream, and what range they leave when isolated extremes are
/// excluded.
///
/// Memory: 2 x ``capacity`` floats.
struct ValueExtremes: Sendable {
  private(set) var count = 0
  /// Ascending.
  private var smallest: [Float] = []
  /// Descending.
  private var largest: [Float] = []

  static let capacity = 16
  /// A gap of so many widths of the values inside it separates an isolated extreme.
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

  /// The linear value of 0 as a range, and how many of the values kept are others.
  func rangeAboutZero(in linear: (Float) -> Float) -> (low: Float, high: Float, isolatedCount: Int)? {
    guard count > 0 else { return nil }
    return (linear(0), linear(0), smallest.count { $0 < 0 } + largest.count { $0 > 0 })
  }

  /// The range of all values but isolated extremes, and how many those are.
  ///
  /// From the values that are left when 15 or a hundredth of them, at least one, are taken from either end,
  /// the range grows outwards as long as the next value is no farther than ``isolatingGap`` widths away.
  /// Where those left are all equal, it begins with the median of the others if there are two or more.
  func range(in linear: (Float) -> Float) -> (low: Float, high: Float, isolatedCount: Int)? {
    guard count > 0 else { return nil }
    let skipped = min(Self.capacity - 1, max(1, count / 100), (count - 1) / 2)
    let below = smallest.prefix(skipped + 1).map(linear)
    let above = largest.prefix(skipped + 1).map(linear)
    var (low, high) = (below[below.count - 1], above[above.count - 1])
    if low > high { (low, high) = (high, low) }
    var (lowerLeft, upperLeft) = (Array(below.dropLast()), Array(above.dropLast()))
    // Equal values are part of the range from the start.
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
