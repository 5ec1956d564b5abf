/// The number of samples of each true class that were assigned to each class.
package struct ConfusionMatrix: Sendable, Hashable {
  /// The counts: one row per true class, one column per predicted class.
  package let counts: [[Int]]

  /// Counts pairs of true and predicted classes, which are numbers from 0.
  ///
  /// - Precondition: both lists have the same count, and all classes are below `classCount`.
  package init(actual: [Int], found: [Int], classCount: Int) {
    precondition(actual.count == found.count, "a true class for each prediction")
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    for (actual, found) in zip(actual, found) { counts[actual][found] += 1 }
    self.counts = counts
  }

  /// The share of samples with a correct prediction; nil without samples.
  package var accuracy: Double? {
    let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else { return nil }
    return Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
  }

  /// The share of a class's samples that were predicted to be in it; nil if it has no samples.
  package func recall(ofClass index: Int) -> Double? {
    let total = counts[index].reduce(0, +)
    return total > 0 ? Double(counts[index][index]) / Double(total) : nil
  }

  /// The share of the samples predicted to be in a class that are in it; nil if there are none.
  package func precision(ofClass index: Int) -> Double? {
    let total = counts.reduce(0) { $0 + $1[index] }
    return total > 0 ? Double(counts[index][index]) / Double(total) : nil
  }
}
