import Misfit
import MisfitAnalytics
import MisfitCore

/// The errors of the samples of each label, in one pass.
///
/// Memory: a sketch for each of at most ``labelLimit`` labels. With more labels than that they are names
/// rather than classes, and there are no classes at all. Errors that are NaN are counted as samples, and take
/// no part in the figures.
package struct ClassErrors: Sendable {
  /// One label.
  package struct Entry: Sendable {
    /// The label.
    package let label: String
    /// The errors of its samples.
    package fileprivate(set) var distribution = ErrorDistribution()
    /// Its samples above the threshold.
    package fileprivate(set) var flaggedCount = 0

    /// Its samples.
    package var count: Int { distribution.count + distribution.nanCount }

    /// The share of its samples above the threshold.
    package var flaggedShare: Double { Double(flaggedCount) / Double(max(count, 1)) }

    /// Mean, median and the other quantiles of the errors; nil without errors that are numbers.
    package var figures: ErrorSummary? { distribution.value }
  }

  /// More labels than this are names.
  package static let labelLimit = 1000

  private var entries: [Entry] = []
  private var places: [String: Int] = [:]
  private var hasTooMany = false

  /// No samples.
  package init() {}

  /// Takes a sample into account.
  package mutating func update(label: String, error: Double, isFlagged: Bool) {
    guard !hasTooMany else { return }
    let place = places[label] ?? entries.count
    if place == entries.count {
      guard entries.count < Self.labelLimit else {
        (entries, places, hasTooMany) = ([], [:], true)
        return
      }
      places[label] = place
      entries.append(Entry(label: label))
    }
    entries[place].distribution.update(error)
    if isFlagged { entries[place].flaggedCount += 1 }
  }

  /// All labels in their order: numbers by their size, then others by their text; none where each is a
  /// sample's own name, or where there are too many.
  package var all: [Entry] {
    guard entries.contains(where: { $0.count > 1 }) else { return [] }
    return LabelOrder.sorted(places.keys).compactMap { label in places[label].map { entries[$0] } }
  }

  /// The labels with the most samples, at most `limit`, in the order of ``all``.
  package func commonest(_ limit: Int) -> [Entry] {
    let all = all
    guard all.count > limit else { return all }
    let order = all.indices.sorted { (all[$1].count, $0) < (all[$0].count, $1) }
    return order.prefix(limit).sorted().map { all[$0] }
  }
}
