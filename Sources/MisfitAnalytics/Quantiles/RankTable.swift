/// The ranks of numbers among ascending integers, by a table instead of a search.
///
/// The range of the integers is divided into equal intervals, about two for each integer. The table has the
/// rank of each interval's beginning, and only integers in the interval of a number are compared with it.
/// - Complexity: O(1) for a rank if the integers are spread evenly, and O(log n) for any.
struct RankTable<Key: FixedWidthInteger & SignedInteger & Sendable>: Sendable {
  private let keys: [Key]
  /// The number of keys before each interval, and the number of all keys.
  private let starts: [UInt32]
  /// The number of lower bits that the numbers of an interval differ in.
  private let shift: Int

  /// Creates a table.
  ///
  /// - Precondition: the keys ascend.
  init(_ keys: [Key]) {
    self.keys = keys
    guard let first = keys.first, let last = keys.last else {
      (starts, shift) = ([0], 0)
      return
    }
    let extent = Self.distance(from: first, to: last)
    let intervalLimit = Key.Magnitude(2 * keys.count)
    let shift = max(0, extent.bitWidth - extent.leadingZeroBitCount - intervalLimit.trailingBitLength)
    self.shift = shift
    var starts: [UInt32] = []
    starts.reserveCapacity(Int(extent >> shift) + 2)
    for (index, key) in keys.enumerated() {
      let interval = Int(Self.distance(from: first, to: key) >> shift)
      while starts.count <= interval { starts.append(UInt32(index)) }
    }
    starts.append(UInt32(keys.count))
    self.starts = starts
  }

  /// Returns the number of keys below `key`, or at most `key` if `orEqual` is true.
  @inline(__always)
  func count(before key: Key, orEqual: Bool) -> Int {
    guard let first = keys.first, key >= first else { return 0 }
    let interval = Self.distance(from: first, to: key) >> shift
    guard interval < starts.count - 1 else { return keys.count }
    var low = Int(starts[Int(interval)])
    var high = Int(starts[Int(interval) + 1])
    while low < high {
      let middle = (low + high) / 2
      if orEqual ? keys[middle] <= key : keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func distance(from first: Key, to key: Key) -> Key.Magnitude {
    Key.Magnitude(truncatingIfNeeded: key &- first)
  }
}

extension FixedWidthInteger {
  /// The number of bits without leading zeros.
  fileprivate var trailingBitLength: Int { bitWidth - leadingZeroBitCount }
}

/// Floating-point numbers as integers in the same order, where both zeros are equal.
enum OrderedBits {
  /// Returns the integer of a number that is not NaN.
  @inline(__always)
  static func of(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }

  /// Returns the integer of a number that is not NaN.
  @inline(__always)
  static func of(_ value: Float) -> Int32 {
    let bits = Int32(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int32.min &- bits
  }
}
