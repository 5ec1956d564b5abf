extension QuantileSketch: Codable {
  private enum Key: String, CodingKey {
    case values, firstBucket, gaps, counts, minimum, maximum, positiveInfinities, negativeInfinities, nan
  }

  /// Decodes the state; throws if no sketch can have it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func counter(_ key: Key) throws -> Int {
      let count = try container.decodeIfPresent(Int.self, forKey: key) ?? 0
      guard (0...(1 << 60)).contains(count) else {
        throw Self.corrupted(key, in: container, "an impossible count")
      }
      return count
    }
    self.init()
    if container.contains(.counts) {
      try decodeBuckets(container)
    } else {
      let values = try container.decode([Double].self, forKey: .values)
      guard values.count <= Self.exactLimit, values.allSatisfy(\.isFinite) else {
        throw Self.corrupted(.values, in: container, "too many values, or one that is not finite")
      }
      update(contentsOf: values)
    }
    positiveInfinityCount = try counter(.positiveInfinities)
    negativeInfinityCount = try counter(.negativeInfinities)
    nanCount = try counter(.nan)
  }

  private mutating func decodeBuckets(_ container: KeyedDecodingContainer<Key>) throws {
    let occupied = try Self.decodeOccupied(container)
    let minimum = try container.decode(Double.self, forKey: .minimum)
    let maximum = try container.decode(Double.self, forKey: .maximum)
    guard minimum <= maximum, minimum.isFinite, maximum.isFinite,
      LogLinearBuckets.key(of: minimum) == occupied.first?.key,
      LogLinearBuckets.key(of: maximum) == occupied.last?.key
    else { throw Self.corrupted(.minimum, in: container, "a range that does not match its buckets") }
    var decoded = LogLinearBuckets()
    for (key, count) in occupied {
      decoded.add(count, toKey: key)
      finiteCount += count
    }
    guard !isExact else {
      throw Self.corrupted(.counts, in: container, "buckets where there should be values")
    }
    (buckets, finiteMinimum, finiteMaximum) = (decoded, minimum, maximum)
  }

  /// Decodes the buckets: keys ascend, by at least 1, and counts are positive and their sum does not
  /// overflow.
  private static func decodeOccupied(
    _ container: KeyedDecodingContainer<Key>
  ) throws -> [(key: Int, count: Int)] {
    let counts = try container.decode([Int].self, forKey: .counts)
    let gaps = try container.decode([Int].self, forKey: .gaps)
    var key = try container.decode(Int.self, forKey: .firstBucket)
    let keys = -LogLinearBuckets.largestKey...LogLinearBuckets.largestKey
    guard !counts.isEmpty, gaps.count == counts.count - 1, keys.contains(key) else {
      throw corrupted(.gaps, in: container, "buckets and counts that do not match")
    }
    var occupied: [(key: Int, count: Int)] = []
    for (index, count) in counts.enumerated() {
      if index > 0 {
        guard (1...2 * LogLinearBuckets.largestKey).contains(gaps[index - 1]) else {
          throw corrupted(.gaps, in: container, "buckets out of order")
        }
        key += gaps[index - 1]
      }
      // At most 2^21 buckets of 2^40 values each: no sum of counts can overflow.
      guard keys.contains(key), (1...(1 << 40)).contains(count) else {
        throw corrupted(.counts, in: container, "an impossible bucket")
      }
      occupied.append((key, count))
    }
    return occupied
  }

  private static func corrupted(
    _ key: Key, in container: KeyedDecodingContainer<Key>, _ text: String
  ) -> DecodingError {
    DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: text)
  }

  /// Encodes the values, ascending, or the buckets as gaps between neighbors and counts; counts of 0 are
  /// omitted.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if let occupied = buckets?.occupied, let first = occupied.first {
      try container.encode(first.key, forKey: .firstBucket)
      try container.encode(zip(occupied.dropFirst(), occupied).map { $0.key - $1.key }, forKey: .gaps)
      try container.encode(occupied.map(\.count), forKey: .counts)
      try container.encode(finiteMinimum, forKey: .minimum)
      try container.encode(finiteMaximum, forKey: .maximum)
    } else {
      try container.encode(values.sorted(), forKey: .values)
    }
    if positiveInfinityCount > 0 { try container.encode(positiveInfinityCount, forKey: .positiveInfinities) }
    if negativeInfinityCount > 0 { try container.encode(negativeInfinityCount, forKey: .negativeInfinities) }
    if nanCount > 0 { try container.encode(nanCount, forKey: .nan) }
  }
}
