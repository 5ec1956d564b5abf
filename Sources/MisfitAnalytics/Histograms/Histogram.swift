import MisfitCore

/// The counts of numbers in bins with given edges, and of the numbers outside.
///
///     var histogram = Histogram(edges: [0, 1, 2, 3])!
///     histogram.update(contentsOf: [0.5, 1.0, 3.0, 7.0])
///     histogram.counts      // [1, 1, 1]
///     histogram.aboveCount  // 1
///
/// A bin includes its lower edge; the last one also includes its upper edge, as in NumPy.
///
/// NaN is counted and excluded. Infinities count as below or above.
public struct Histogram: StreamingStatistic, Hashable {
  /// The edges of the bins, strictly ascending; one more than there are bins.
  public let edges: [Double]
  /// The number of values in each bin.
  public internal(set) var counts: [Int]
  /// The number of values below the first edge.
  public internal(set) var belowCount = 0
  /// The number of values above the last edge.
  public internal(set) var aboveCount = 0
  /// The number of NaN, which are excluded.
  public internal(set) var nanCount = 0

  /// Creates an empty histogram; nil unless there are two edges or more, finite and strictly ascending.
  public init?(edges: [Double]) {
    guard edges.count >= 2, edges.allSatisfy(\.isFinite),
      zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.edges = edges
    counts = [Int](repeating: 0, count: edges.count - 1)
  }

  /// Creates an empty histogram of equal bins; nil for fewer than one bin, or a range too narrow for the
  /// bins.
  public init?(range: ClosedRange<Double>, binCount: Int) {
    guard binCount >= 1 else { return nil }
    self.init(edges: Self.equalEdges(over: range, binCount: binCount))
  }

  /// Returns the edges of equal bins, rounded as by NumPy's `linspace`.
  static func equalEdges(over range: ClosedRange<Double>, binCount: Int) -> [Double] {
    let width = range.upperBound - range.lowerBound
    // Ends so far apart that their difference overflows are divided first.
    let step =
      width.isFinite
      ? width / Double(binCount)
      : range.upperBound / Double(binCount) - range.lowerBound / Double(binCount)
    let inner = (1..<binCount).map { Double($0) * step + range.lowerBound }
    return [range.lowerBound] + inner + [range.upperBound]
  }

  /// The number of bins.
  public var binCount: Int { counts.count }

  /// The number of values, those outside the edges included.
  public var count: Int { insideCount + belowCount + aboveCount }

  /// The number of values inside the edges.
  public var insideCount: Int { counts.reduce(0, +) }

  /// The counts of the bins, or nil if there are no values.
  public var value: [Int]? { count > 0 ? counts : nil }

  /// Adds one value.
  ///
  /// - Complexity: O(log bins).
  public mutating func update(_ input: Double) {
    if input.isNaN {
      nanCount += 1
    } else if input < edges[0] {
      belowCount += 1
    } else if input > edges[binCount] {
      aboveCount += 1
    } else {
      let bin = partitionPoint(of: edges) { $0 <= input } - 1
      counts[min(bin, binCount - 1)] += 1
    }
  }

  /// Merges another statistic into this one.
  ///
  /// - Precondition: both have the same edges.
  public mutating func merge(_ other: Histogram) {
    precondition(edges == other.edges, "histograms with different edges cannot be merged")
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    belowCount += other.belowCount
    aboveCount += other.aboveCount
    nanCount += other.nanCount
  }

  /// The share of all values in each bin, divided by the bin's width; nil if there are no values.
  ///
  /// Values outside the edges count towards the total, so the bins' areas sum to the share inside.
  public var densities: [Double]? {
    let total = Double(count)
    guard total > 0 else { return nil }
    return counts.indices.map { Double(counts[$0]) / total / (edges[$0 + 1] - edges[$0]) }
  }
}

extension Histogram: Codable {
  private enum Key: String, CodingKey { case edges, counts, below, above, nan }

  /// Decodes edges and counts; throws if no histogram can have them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func counter(_ key: Key) throws -> Int { try container.decodeIfPresent(Int.self, forKey: key) ?? 0 }
    let counts = try container.decode([Int].self, forKey: .counts)
    let others = [try counter(.below), try counter(.above), try counter(.nan)]
    guard var histogram = Histogram(edges: try container.decode([Double].self, forKey: .edges)),
      counts.count == histogram.binCount, (counts + others).allSatisfy({ (0...(1 << 40)).contains($0) })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .edges, in: container, debugDescription: "edges and counts that do not make a histogram")
    }
    histogram.counts = counts
    (histogram.belowCount, histogram.aboveCount, histogram.nanCount) = (others[0], others[1], others[2])
    self = histogram
  }

  /// Encodes edges and counts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(edges, forKey: .edges)
    try container.encode(counts, forKey: .counts)
    try container.encode(belowCount, forKey: .below)
    try container.encode(aboveCount, forKey: .above)
    try container.encode(nanCount, forKey: .nan)
  }
}
