import Misfit
import MisfitAnalytics
import MisfitCore

/// The error distribution of each label's samples, collected in one pass.
///
/// Memory: one sketch for each of at most ``labelLimit`` labels. With more labels than that, they are taken
/// for names instead of classes, and ``all`` is empty. NaN errors count as samples but do not enter the
/// statistics.
package struct ClassErrors: Sendable {
  /// The statistics of one label.
  package struct Entry: Sendable {
    /// The label.
    package let label: String
    /// The error distribution of the label's samples.
    package fileprivate(set) var distribution = ErrorDistribution()
    /// The number of the label's samples above the threshold.
    package fileprivate(set) var flaggedCount = 0

    /// The number of the label's samples.
    package var count: Int { distribution.count + distribution.nanCount }

    /// The share of the label's samples above the threshold, 0 to 1.
    package var flaggedShare: Double { Double(flaggedCount) / Double(max(count, 1)) }

    /// The mean, the median and the other quantiles of the errors; nil if no error is a number.
    package var figures: ErrorSummary? { distribution.value }
  }

  /// The maximum number of labels that are taken for classes.
  package static let labelLimit = 1000

  private var entries: [Entry] = []
  private var indices: [String: Int] = [:]
  private var hasTooMany = false

  /// Creates statistics without samples.
  package init() {}

  /// Adds a sample.
  package mutating func update(label: String, error: Double, isFlagged: Bool) {
    guard !hasTooMany else { return }
    let index = indices[label] ?? entries.count
    if index == entries.count {
      guard entries.count < Self.labelLimit else {
        (entries, indices, hasTooMany) = ([], [:], true)
        return
      }
      indices[label] = index
      entries.append(Entry(label: label))
    }
    entries[index].distribution.update(error)
    if isFlagged { entries[index].flaggedCount += 1 }
  }

  /// All labels, sorted: numbers by value, then others by text.
  ///
  /// Empty if no label occurs twice or there are more than ``labelLimit``.
  package var all: [Entry] {
    guard entries.contains(where: { $0.count > 1 }) else { return [] }
    return LabelOrder.sorted(indices.keys).compactMap { label in indices[label].map { entries[$0] } }
  }

  /// Returns the labels with the most samples, at most `limit`, in the order of ``all``.
  package func commonest(_ limit: Int) -> [Entry] {
    let all = all
    guard all.count > limit else { return all }
    let order = all.indices.sorted { (all[$1].count, $0) < (all[$0].count, $1) }
    return order.prefix(limit).sorted().map { all[$0] }
  }
}
