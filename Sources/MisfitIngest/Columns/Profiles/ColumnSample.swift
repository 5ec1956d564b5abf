/// A random sample of a column's numbers, from the same records for all columns of a table.
package struct ColumnSample: Sendable, Hashable {
  /// The index of the column in the table.
  package let column: Int
  /// Hashes of the records, ascending.
  let keys: [UInt64]
  /// The numbers, one for each key.
  let numbers: [Double]

  /// The maximum number of columns of which samples are kept.
  static let columnLimit = 400

  init(_ sample: ValueSample, column: Int) {
    let entries = sample.entries.sorted { $0.key < $1.key }.prefix(ValueSample.capacity)
    self.column = column
    keys = entries.map(\.key)
    numbers = entries.map(\.value)
  }

  /// The numbers, in no order.
  package var values: [Double] { numbers }

  /// Returns the first numbers, in the order of their hashes.
  package func prefix(_ count: Int) -> [Double] { Array(numbers.prefix(count)) }

  /// Returns whether the first numbers of two samples are of the same records.
  package func hasRecords(of other: ColumnSample, atMost limit: Int) -> Bool {
    keys.prefix(limit) == other.keys.prefix(limit)
  }

  /// Returns the pairs of numbers of the records in both samples, at most `limit`.
  package func paired(with other: ColumnSample, atMost limit: Int) -> [(Double, Double)] {
    var pairs: [(Double, Double)] = []
    var (first, second) = (0, 0)
    while first < keys.count, second < other.keys.count, pairs.count < limit {
      if keys[first] == other.keys[second] { pairs.append((numbers[first], other.numbers[second])) }
      let isBehind = keys[first] <= other.keys[second]
      if keys[first] >= other.keys[second] { second += 1 }
      if isBehind { first += 1 }
    }
    return pairs
  }
}
