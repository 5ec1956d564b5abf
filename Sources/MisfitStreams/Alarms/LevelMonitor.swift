import MisfitCore

/// A report that the level of a column moved.
public struct LevelChange: Sendable, Hashable {
  /// The name of the column.
  public var column: String
  /// The median before.
  public var before: Double
  /// The median since.
  public var after: Double
  /// The number of rows since the level moved, about, this one included.
  public var rowCount: Int
  /// The time of the first of them in seconds from 1970; nil if rows have no time.
  public var seconds: Double?
}

/// A test for moved levels: a Shiryaev-Roberts sum of bets on conformal p-values.
///
/// The stream is cut into blocks; the median of a block is ranked among those of earlier blocks. As long as
/// blocks are exchangeable, the p-values are uniform, each bet is fair, and the expected number of blocks
/// until a false report is at least 1 / rate (Shin, Ramdas and Rinaldo, "E-detectors", 2022). Blocks of a day
/// that has a course are not exchangeable, but their bets lose as often as they win within a day.
struct LevelMonitor {
  /// The number of rows of a block.
  static let blockLength = 25
  /// The largest number of blocks that a block is ranked among.
  static let blockLimit = 400

  /// The finding of one row.
  typealias Change = (before: Double, after: Double, rowCount: Int, seconds: Double?)

  /// The values of the unfinished block.
  private(set) var block: [Double] = []
  /// The medians of the blocks since the level moved.
  private(set) var medians: [Double] = []
  /// The times of the first rows of these blocks and of the unfinished one; ``noTime`` without a time.
  private(set) var starts: [Double] = []
  /// The sum of bets.
  private(set) var evidence = 0.0
  /// The number of blocks since the sum was last below 1: the estimated start of a change.
  private(set) var suspectedCount = 0

  private static let noTime = -Double.greatestFiniteMagnitude

  init() {}

  /// Creates a monitor in a stored state.
  init(
    block: [Double], medians: [Double], starts: [Double], evidence: Double, suspectedCount: Int
  ) {
    self.block = block
    self.medians = medians
    self.starts = starts
    self.evidence = evidence
    self.suspectedCount = suspectedCount
  }

  /// Adds a value, and returns what changed if the level moved.
  mutating func observe(_ value: Double, at seconds: Double?, rate: Double) -> Change? {
    if block.isEmpty { starts.append(seconds ?? Self.noTime) }
    block.append(value)
    guard block.count == Self.blockLength else { return nil }
    let median = Self.median(block)
    block.removeAll(keepingCapacity: true)
    evidence = (1 + evidence) * bet(on: median)
    suspectedCount = evidence < 1 ? 0 : suspectedCount + 1
    medians.append(median)
    if medians.count > Self.blockLimit {
      medians.removeFirst()
      starts.removeFirst()
    }
    guard evidence >= 1 / rate else { return nil }
    return restart()
  }

  /// Keeps the blocks of the new level only.
  private mutating func restart() -> Change? {
    let count = min(max(suspectedCount, 1), medians.count)
    let since = Array(medians.suffix(count))
    let before = Array(medians.dropLast(count))
    starts.removeFirst(medians.count - count)
    medians = since
    evidence = 0
    suspectedCount = 0
    guard !before.isEmpty else { return nil }
    return (
      Self.median(before), Self.median(since), count * Self.blockLength,
      starts.first.flatMap { $0 == Self.noTime ? nil : $0 }
    )
  }

  /// Returns the factor of a fair bet that a median is extreme.
  ///
  /// Ties count at both ends, so repeated values never win.
  private func bet(on median: Double) -> Double {
    let below = medians.count { $0 < median }
    let above = medians.count { $0 > median }
    let ties = medians.count - below - above
    let side = Double(min(below, above) + ties) + 1
    let pValue = min(1, 2 * side / Double(medians.count + 1))
    return Self.betFactor(pValue)
  }

  /// Returns the mixture of the power bets: the integral of e * p^(e - 1) over e from 0 to 1.
  static func betFactor(_ pValue: Double) -> Double {
    let logarithm = Mathematics.log(pValue)
    guard logarithm < -1e-3 else { return 0.5 }
    return (1 - pValue + pValue * logarithm) / (pValue * logarithm * logarithm)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
  }
}
