/// A random sample of a column's numbers that does not depend on the batches.
///
/// It has the numbers of the records with the least hashes (bottom-k sampling; Cohen and Kaplan, 2007), so
/// that parts merge to the sample of the whole. Up to its capacity it has all numbers.
struct ValueSample: Sendable {
  private(set) var entries: [(key: UInt64, value: Double)] = []
  private var limit = UInt64.max

  static let capacity = 8192

  mutating func add(_ value: Double, record: Int) {
    let key = CellText.mixed(UInt64(truncatingIfNeeded: record))
    if key < limit { entries.append((key, value)) }
    if entries.count >= 2 * Self.capacity { cut() }
  }

  mutating func merge(_ other: ValueSample) {
    for entry in other.entries where entry.key < limit { entries.append(entry) }
    if entries.count >= 2 * Self.capacity { cut() }
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    limit = .max
  }

  private mutating func cut() {
    entries.sort { $0.key < $1.key }
    limit = entries[Self.capacity].key
    entries.removeSubrange(Self.capacity...)
  }

  /// The numbers in ascending order.
  var sorted: [Double] {
    let kept =
      entries.count > Self.capacity
      ? Array(entries.sorted { $0.key < $1.key }.prefix(Self.capacity)) : entries
    return kept.map(\.value).sorted()
  }
}
