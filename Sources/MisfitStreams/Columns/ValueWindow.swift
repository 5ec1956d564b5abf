/// The last values of a column, and statistics of them.
///
/// Sums are made again for each row in a fixed order: running sums would drift, and equal windows would no
/// longer have equal statistics.
struct ValueWindow {
  /// The largest number of values.
  let length: Int
  /// Each value twice, `length` apart, so that the last ones are always contiguous.
  private var storage: [Double]
  private var next = 0
  /// The number of values, at most ``length``.
  private(set) var count = 0

  init(length: Int) {
    self.length = length
    storage = Array(repeating: 0, count: 2 * length)
  }

  /// The values from the oldest to the latest.
  var inOrder: [Double] { Array(storage[range(ofLast: count)]) }

  mutating func append(_ value: Double) {
    storage[next] = value
    storage[next + length] = value
    next = next + 1 == length ? 0 : next + 1
    count = min(count + 1, length)
  }

  private func range(ofLast count: Int) -> Range<Int> { next + length - count..<next + length }

  /// Returns the mean of the last values, of all of them if there are fewer.
  func mean(ofLast wanted: Int) -> Double {
    let range = range(ofLast: min(wanted, count))
    let sum =
      range.count == 3
      ? ExactSum.of(storage[range.lowerBound], storage[range.lowerBound + 1], storage[range.lowerBound + 2])
      : ExactSum.of(storage[range])
    return sum / Double(range.count)
  }

  /// Returns the standard deviation of the last values about their mean; exactly 0 if they are equal.
  func spread(ofLast wanted: Int) -> Double {
    let count = min(wanted, count)
    let range = range(ofLast: count)
    let first = storage[range.lowerBound]
    guard range.contains(where: { storage[$0] != first }) else { return 0 }
    let mean = sum(range) { $0 } / Double(count)
    let squares = sum(range) { ($0 - mean) * ($0 - mean) }
    return (squares / Double(count)).squareRoot()
  }

  /// Sums terms in eight lanes, as NumPy does for fewer than 128 numbers.
  @inline(__always)
  private func sum(_ range: Range<Int>, _ term: (Double) -> Double) -> Double {
    guard range.count >= 8 else { return range.reduce(0) { $0 + term(storage[$1]) } }
    let values = storage.span.extracting(range)
    var lanes = SIMD8<Double>()
    let laneEnd = values.count - values.count % 8
    var index = 0
    while index < laneEnd {
      for lane in 0..<8 { lanes[lane] += term(values[index &+ lane]) }
      index &+= 8
    }
    let left = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
    var sum = left + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    while index < values.count {
      sum += term(values[index])
      index &+= 1
    }
    return sum
  }
}

/// Sums that are correctly rounded, so that the order of the terms does not matter.
///
/// Shewchuk, "Adaptive precision floating-point arithmetic" (1997), with the last rounding of Python's
/// `math.fsum`.
enum ExactSum {
  /// Returns the sum of three terms: the usual case, without memory.
  @inline(__always)
  static func of(_ first: Double, _ second: Double, _ third: Double) -> Double {
    let pair = first + second
    let pairRest = rest(of: pair, first, second)
    let whole = pair + third
    let wholeRest = rest(of: whole, pair, third)
    // Without rests that must be rounded themselves, one rounded addition is exact.
    let rests = pairRest + wholeRest
    guard rest(of: rests, pairRest, wholeRest) == 0 else { return of([first, second, third]) }
    return whole + rests
  }

  /// Returns the rounding error of a sum, exactly.
  @inline(__always)
  private static func rest(of sum: Double, _ first: Double, _ second: Double) -> Double {
    let part = sum - first
    return (first - (sum - part)) + (second - part)
  }

  static func of(_ terms: ArraySlice<Double>) -> Double {
    // The exact sum of two terms is their rounded sum.
    guard terms.count > 2 else { return terms.reduce(0, +) }
    var parts: [Double] = []
    for term in terms { add(term, to: &parts) }
    guard var sum = parts.popLast() else { return 0 }
    var rest = 0.0
    while rest == 0, let part = parts.popLast() {
      let whole = sum + part
      rest = part - (whole - sum)
      sum = whole
    }
    // Half-way cases are rounded by the next part.
    if let part = parts.last, (rest < 0) == (part < 0), rest != 0 {
      let doubled = rest * 2
      let whole = sum + doubled
      if whole - sum == doubled { sum = whole }
    }
    return sum
  }

  /// Adds a term to parts that do not overlap, from the smallest to the largest.
  private static func add(_ term: Double, to parts: inout [Double]) {
    var term = term
    var count = 0
    for index in parts.indices {
      var part = parts[index]
      if abs(term) < abs(part) { swap(&term, &part) }
      let whole = term + part
      let rest = part - (whole - term)
      if rest != 0 {
        parts[count] = rest
        count += 1
      }
      term = whole
    }
    parts.removeSubrange(count...)
    parts.append(term)
  }
}
