/// A subset of another source's rows, always in that source's order.
///
/// Held-out rows are divided with it: one subset steers training, the other is used only after training.
/// Subsets share their source, so only one of them is read at a time.
package final class RowSubset: EpochRowsWrapper {
  package let base: any EpochRows
  private let numbers: [Int]

  /// Creates a subset of the rows with these numbers.
  ///
  /// - Precondition: the numbers ascend, from 0 to below the number of rows.
  package init(_ rows: any EpochRows, numbers: [Int]) {
    precondition(zip(numbers, numbers.dropFirst()).allSatisfy(<), "numbers ascend")
    precondition(
      (numbers.first ?? 0) >= 0 && (numbers.last ?? -1) < rows.rowCount, "rows outside the source")
    base = rows
    self.numbers = numbers
  }

  package var rowCount: Int { numbers.count }

  /// Begins a pass over the source, in the source's order.
  ///
  /// - Throws: any error of the source.
  package func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try base.beginEpoch(epoch, shuffled: false)
  }

  /// Waits for all rows of the source from the first to the last of the range.
  ///
  /// - Throws: any error of the source.
  package func makeAvailable(_ range: Range<Int>) throws {
    guard let first = range.first, let last = range.last else { return }
    try base.makeAvailable(numbers[first]..<numbers[last] + 1)
  }

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    forEachRun(of: range, width: width, in: destination) { base.gather($0, into: $1) }
  }

  package func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    forEachRun(of: range, width: targetWidth ?? width, in: destination) { base.gatherTargets($0, into: $1) }
  }

  /// Calls `body` with each run of consecutive rows, and their part of `destination`.
  private func forEachRun(
    of range: Range<Int>, width: Int, in destination: FloatSlice,
    _ body: (_ rows: Range<Int>, _ destination: FloatSlice) -> Void
  ) {
    let destination = Rows(destination[0..<range.count * width], width: width)
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, numbers[end] == numbers[end - 1] + 1 { end += 1 }
      let rows = start - range.lowerBound..<end - range.lowerBound
      body(numbers[start]..<numbers[start] + end - start, destination[rows].slice)
      start = end
    }
  }
}
