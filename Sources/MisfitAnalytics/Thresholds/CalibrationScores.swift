import MisfitCore

/// Takes up the scores of ordinary samples, one after the other, for a ``ScoreCalibration``.
///
/// All are counted in a ``QuantileSketch``. The largest ``exactLimit`` are kept besides, as 32-bit floats, so that
/// p-values of odd samples are exact however many scores there are: 800 KB at the most. NaN is counted and left out.
/// - Complexity: an update is O(log k) amortised for the k scores kept.
public struct CalibrationScores: StreamingStatistic {
  /// The most scores that are kept one by one.
  public static let exactLimit = 100_000

  private var sketch = QuantileSketch()
  private var kept: [Float] = []

  /// No scores.
  public init() {}

  /// The number of scores, NaN left out.
  public var count: Int { sketch.count }
  /// The number of NaN, which take no part.
  public var nanCount: Int { sketch.nanCount }
  /// The number of finite scores.
  public var finiteCount: Int { sketch.finiteCount }

  /// What the scores say; nil where there are none.
  public var value: ScoreCalibration? { count > 0 ? calibration : nil }

  /// What the scores say; of none, nothing.
  public var calibration: ScoreCalibration {
    var all = self
    all.prune()
    return ScoreCalibration(sketch, largest: sketch.isExact ? [] : all.kept.reversed())
  }

  /// Takes one score into account.
  public mutating func update(_ input: Double) {
    sketch.update(input)
    guard !input.isNaN else { return }
    kept.append(Float(input))
    if kept.count >= 2 * Self.exactLimit { prune() }
  }

  /// Takes into account everything that `other` has seen.
  public mutating func merge(_ other: CalibrationScores) {
    sketch.merge(other.sketch)
    kept += other.kept
    if kept.count >= 2 * Self.exactLimit { prune() }
  }

  /// Puts the scores in descending order, and forgets those that are not among the largest.
  private mutating func prune() {
    kept.sort(by: >)
    if kept.count > Self.exactLimit { kept.removeLast(kept.count - Self.exactLimit) }
  }
}
