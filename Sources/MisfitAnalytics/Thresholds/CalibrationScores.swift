import MisfitCore

/// Collects the scores of normal samples for a ``ScoreCalibration``.
///
/// All are counted in a ``QuantileSketch``. The largest ``exactLimit`` are also kept as 32-bit floats, so
/// that p-values of anomalous samples are exact for any number of scores: at most 800 KB. NaN is counted and
/// excluded.
/// - Complexity: an update is O(log k) amortized for the k scores kept.
package struct CalibrationScores: StreamingStatistic {
  /// The largest number of scores that are kept one by one.
  package static let exactLimit = 100_000

  private var sketch = QuantileSketch()
  private var kept: [Float] = []

  /// Creates an empty collection.
  package init() {}

  /// Creates the collection with a state that ``state`` returned; nil if no collection can have it.
  package init?(sketch: QuantileSketch, largest: [Float]) {
    let isAscending = zip(largest, largest.dropFirst()).allSatisfy { $0 <= $1 }
    guard largest.count == min(sketch.count, Self.exactLimit), isAscending,
      !largest.contains(where: \.isNaN)
    else { return nil }
    self.sketch = sketch
    kept = largest
  }

  /// The state: the sketch, and the largest scores, ascending.
  package var state: (sketch: QuantileSketch, largest: [Float]) {
    var all = self
    all.prune()
    return (sketch, all.kept.reversed())
  }

  /// The number of scores, without NaN.
  package var count: Int { sketch.count }
  /// The number of NaN, which are excluded.
  package var nanCount: Int { sketch.nanCount }
  /// The number of finite scores.
  package var finiteCount: Int { sketch.finiteCount }

  /// The calibration by these scores; nil if there are none.
  package var value: ScoreCalibration? { count > 0 ? calibration : nil }

  /// The calibration by these scores; empty if there are none.
  package var calibration: ScoreCalibration {
    var all = self
    all.prune()
    return ScoreCalibration(sketch, largest: sketch.isExact ? [] : all.kept.reversed())
  }

  /// Adds one score.
  package mutating func update(_ input: Double) {
    sketch.update(input)
    guard !input.isNaN else { return }
    kept.append(Float(input))
    if kept.count >= 2 * Self.exactLimit { prune() }
  }

  /// Merges another statistic into this one.
  package mutating func merge(_ other: CalibrationScores) {
    sketch.merge(other.sketch)
    kept += other.kept
    if kept.count >= 2 * Self.exactLimit { prune() }
  }

  /// Sorts the kept scores in descending order, and drops those that are not among the largest.
  private mutating func prune() {
    kept.sort(by: >)
    if kept.count > Self.exactLimit { kept.removeLast(kept.count - Self.exactLimit) }
  }
}
