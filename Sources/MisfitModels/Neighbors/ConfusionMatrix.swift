/// How often each class was taken for each.
package struct ConfusionMatrix: Sendable, Hashable {
  /// A row a true class, a column a class that was found.
  package let counts: [[Int]]

  /// Counts pairs of classes, numbers from 0.
  ///
  /// - Precondition: as many true classes as found ones, all below `classCount`.
  package init(actual: [Int], found: [Int], classCount: Int) {
    precondition(actual.count == found.count, "a true class for each that was found")
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (actual, found) in zip(actual, found) { counts[actual][found] += 1 }
    self.counts = counts
  }

  /// The share of rows whose class was found; nil without rows.
  package var accuracy: Double? {
    let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else { return nil }
    return Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
  }

  /// The share of a class's rows that were found to be of it; nil where it has no rows.
  package func recall(ofClass index: Int) -> Double? {
    let total = counts[index].reduce(0, +)
    return total > 0 ? Double(counts[index][index]) / Double(total) : nil
  }

  /// The share of the rows found to be of a class that are of it; nil where there are none.
  package func precision(ofClass index: Int) -> Double? {
    let total = counts.reduce(0) { $0 + $1[index] }
    return total > 0 ? Double(counts[index][index]) / Double(total) : nil
  }
}
