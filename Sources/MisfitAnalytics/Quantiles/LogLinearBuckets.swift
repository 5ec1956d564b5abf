/// Counts of doubles in buckets about 0.2 % wide, for any range of values.
///
/// The values of a bucket share the sign, the exponent and the first nine bits of the mantissa, so its number
/// is a shift of the bit pattern: without a logarithm, every machine chooses the same bucket. The middle of a
/// bucket is within 1/1024 of each value in it. This is the linearly interpolated mapping of DDSketch
/// (Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
/// guarantees", VLDB 2019). Magnitudes below 2^-1031 share one bucket with 0.
///
/// The counts are in pages of 512, one for each power of two in use: at most 4,096 pages, 16 MiB.
struct LogLinearBuckets: Hashable, Sendable {
  private static let mantissaBits = 9
  private static let shift = 52 - mantissaBits
  private static let pageSize = 1 << mantissaBits
  private static let pageCount = 4096
  /// The largest magnitude of a key: that of the largest finite double.
  static let largestKey = Int(Double.greatestFiniteMagnitude.bitPattern >> UInt64(shift))

  private var pages = [[Int]](repeating: [], count: pageCount)

  /// Returns the number of a value's bucket; numbers ascend with values, and that of 0 is 0.
  static func key(of value: Double) -> Int {
    let magnitude = Int(value.magnitude.bitPattern >> UInt64(shift))
    return value < 0 ? -magnitude : magnitude
  }

  /// Returns the ends of a bucket: `lower <= upper`; the bucket of 0 extends to both sides of it.
  static func bounds(ofKey key: Int) -> (lower: Double, upper: Double) {
    let near = Double(bitPattern: UInt64(key.magnitude) << UInt64(shift))
    let far = Double(bitPattern: UInt64(key.magnitude + 1) << UInt64(shift))
    if key == 0 { return (-far, far) }
    // The far end of the last bucket would be infinity.
    let end = far.isFinite ? far : .greatestFiniteMagnitude
    return key > 0 ? (near, end) : (-end, -near)
  }

  /// Returns the representative value of a bucket: its middle, and 0 for the bucket of 0.
  static func middle(ofKey key: Int) -> Double {
    let (lower, upper) = bounds(ofKey: key)
    return lower + (upper - lower) / 2
  }

  mutating func add(_ count: Int = 1, toKey key: Int) {
    let ordinal = key + Self.pageCount / 2 * Self.pageSize
    let page = ordinal >> Self.mantissaBits
    if pages[page].isEmpty { pages[page] = [Int](repeating: 0, count: Self.pageSize) }
    pages[page][ordinal & (Self.pageSize - 1)] += count
  }

  mutating func merge(_ other: LogLinearBuckets) {
    for page in pages.indices where !other.pages[page].isEmpty {
      guard !pages[page].isEmpty else {
        pages[page] = other.pages[page]
        continue
      }
      for slot in 0..<Self.pageSize { pages[page][slot] += other.pages[page][slot] }
    }
  }

  /// The nonempty buckets, ascending.
  var occupied: [(key: Int, count: Int)] {
    var result: [(key: Int, count: Int)] = []
    for page in pages.indices {
      for (slot, count) in pages[page].enumerated() where count > 0 {
        let ordinal = page << Self.mantissaBits | slot
        result.append((ordinal - Self.pageCount / 2 * Self.pageSize, count))
      }
    }
    return result
  }
}
