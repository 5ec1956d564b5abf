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

/// A test for moved levels: Shiryaev-Roberts sums of bets on conformal p-values, one for each direction.
///
/// The stream is cut into blocks, and the median of a block is ranked among those of earlier blocks. As long
/// as blocks are exchangeable, ranks are uniform, every bet is fair, and the expected number of blocks
/// until a false report is at least 1 / rate (Shin, Ramdas and Rinaldo, "E-detectors", 2022). Blocks of a
/// day with a course are not exchangeable, so that reports on such data are only likely.
struct LevelMonitor {
  /// The number of rows of a block.
  static let blockLength = 25
  /// The largest number of blocks that a block is ranked among.
  static let blockLimit = 400

  /// The finding of one row.
  typealias Change = (before: Double, after: Double, rowCount: Int, seconds: Double?)

  /// The evidence for a move in one direction.
  struct Side: Hashable {
    /// The sum of bets.
    var evidence = 0.0
    /// The number of blocks since the sum was last below 1: since the suspected move.
    var count = 0

    /// The share of the evidence that is bet on the next block.
    static let stake = 0.8

    /// Bets that the next block is among the suspected ones, with room for as many others.
    mutating func bet(pValue: Double, blockCount: Int) {
      let limit = min(0.5, 2 * Double(count + 1) / Double(blockCount + 1))
      let factor = 1 - Self.stake + (pValue <= limit ? Self.stake / limit : 0)
      evidence = (1 + evidence) * factor
      count = evidence < 1 ? 0 : count + 1
    }
  }

  /// The values of the unfinished block.
  private(set) var block: [Double] = []
  /// The medians of the blocks since the level moved.
  private(set) var medians: [Double] = []
  /// The times of the first rows of these blocks and of the unfinished one; ``noTime`` without a time.
  private(set) var starts: [Double] = []
  private(set) var up = Side()
  private(set) var down = Side()

  private static let noTime = -Double.greatestFiniteMagnitude

  init() {}

  /// Creates a monitor in a stored state.
  init(block: [Double], medians: [Double], starts: [Double], up: Side, down: Side) {
    self.block = block
    self.medians = medians
    self.starts = starts
    self.up = up
    self.down = down
  }

  /// Adds a value, and returns what changed if the level moved.
  mutating func observe(_ value: Double, at seconds: Double?, rate: Double) -> Change? {
    if block.isEmpty { starts.append(seconds ?? Self.noTime) }
    block.append(value)
    guard block.count == Self.blockLength else { return nil }
    let median = Self.median(block)
    block.removeAll(keepingCapacity: true)
    bet(on: median)
    medians.append(median)
    if medians.count > Self.blockLimit {
      medians.removeFirst()
      starts.removeFirst()
    }
    guard (up.evidence + down.evidence) / 2 >= 1 / rate else { return nil }
    return restart(count: up.evidence > down.evidence ? up.count : down.count)
  }

  /// Ties count for both directions, so repeated values never win.
  private mutating func bet(on median: Double) {
    let count = medians.count
    let atLeast = medians.count { $0 >= median }
    let atMost = medians.count { $0 <= median }
    up.bet(pValue: Double(atLeast + 1) / Double(count + 1), blockCount: count)
    down.bet(pValue: Double(atMost + 1) / Double(count + 1), blockCount: count)
  }

  /// Keeps the blocks of the new level only.
  private mutating func restart(count: Int) -> Change? {
    let count = min(max(count, 1), medians.count)
    let since = Array(medians.suffix(count))
    let before = Array(medians.dropLast(count))
    starts.removeFirst(medians.count - count)
    medians = since
    (up, down) = (Side(), Side())
    guard !before.isEmpty else { return nil }
    return (
      Self.median(before), Self.median(since), count * Self.blockLength,
      starts.first.flatMap { $0 == Self.noTime ? nil : $0 }
    )
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
  }
}
