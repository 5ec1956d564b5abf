/// Some of the rows of another source, always in its own order.
///
/// What is held out is divided with it: one part steers training, the other is only looked at when training is over.
/// The parts share their source, so that only one of them is read at a time.
public final class RowSubset: EpochRows {
  private let rows: any EpochRows
  private let numbers: [Int]

  /// The rows of these numbers.
  ///
  /// - Precondition: numbers ascend, from 0 to below the number of rows.
  public init(_ rows: any EpochRows, numbers: [Int]) {
    precondition(zip(numbers, numbers.dropFirst()).allSatisfy(<), "numbers ascend")
    precondition(
      (numbers.first ?? 0) >= 0 && (numbers.last ?? -1) < rows.rowCount, "rows outside their source")
    self.rows = rows
    self.numbers = numbers
  }

  public var rowCount: Int { numbers.count }
  public var width: Int { rows.width }
  public var targetWidth: Int? { rows.targetWidth }

  /// Begins a pass over the source; the order is its own.
  ///
  /// - Throws: what the source throws.
  public func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try rows.beginEpoch(epoch, shuffled: false)
  }

  /// Waits for all rows of the source from the first to the last of the range.
  ///
  /// - Throws: what the source throws.
  public func makeAvailable(_ range: Range<Int>) throws {
    guard let first = range.first, let last = range.last else { return }
    try rows.makeAvailable(numbers[first]..<numbers[last] + 1)
  }

  public func gather(_ range: Range<Int>, into destination: FloatSlice) {
    forEachRun(of: range, width: width) { rows.gather($0, into: destination[$1]) }
  }

  public func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    forEachRun(of: range, width: targetWidth ?? width) { rows.gatherTargets($0, into: destination[$1]) }
  }

  /// Calls `body` with each run of rows that lie together, and the place of their floats.
  private func forEachRun(
    of range: Range<Int>, width: Int, _ body: (_ rows: Range<Int>, _ place: Range<Int>) -> Void
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, numbers[end] == numbers[end - 1] + 1 { end += 1 }
      let place = (start - range.lowerBound) * width..<(end - range.lowerBound) * width
      body(numbers[start]..<numbers[start] + end - start, place)
      start = end
    }
  }
}
