import MisfitCore
import MisfitIngest
import Testing

@testable import Misfit

@Suite struct SeriesWindowsTests {
  /// Two segments of the numbers of the rows, in two columns: n and 10 n.
  private func rows(_ segments: [Int]) -> SeriesRows {
    let count = segments.reduce(0, +)
    let values = Rows(count: count, width: 2)
    for row in 0..<count { for column in 0..<2 { values[row][column] = Float(row * (column == 0 ? 1 : 10)) } }
    var start = 0
    let ranges = segments.map { length in
      defer { start += length }
      return start..<start + length
    }
    return SeriesRows(
      values: values, records: SeriesOrder(identityOf: count),
      times: StoredDoubles(Array(repeating: .nan, count: count)), names: [],
      series: [0..<count], segments: ranges, recordCount: count)
  }

  private func gathered(_ windows: SeriesWindows) -> [[Float]] {
    let all = FloatBuffer(count: windows.rowCount * windows.width).all
    windows.gather(0..<windows.rowCount, into: all)
    return Rows(all, width: windows.width).arrays
  }

  @Test(
    "windows cover a segment",
    arguments: [
      (10, 4, 2, [0..<4, 2..<6, 4..<8, 6..<10]), (10, 4, 3, [0..<4, 3..<7, 6..<10]),
      (9, 4, 4, [0..<4, 4..<8, 5..<9]), (4, 4, 1, [0..<4]), (3, 4, 1, []), (1, 4, 2, []),
    ])
  func windowsCoverASegment(rows count: Int, length: Int, stride: Int, ranges: [Range<Int>]) {
    let shape = WindowShape(length: length, stride: stride, columnCount: 2, levelWeight: nil)
    let windows = SeriesWindows(rows([count]), shape)
    #expect((0..<windows.rowCount).map(windows.rowRange(of:)) == ranges)
  }

  @Test("no window extends over a gap") func noWindowExtendsOverAGap() {
    let shape = WindowShape(length: 3, stride: 1, columnCount: 2, levelWeight: nil)
    let windows = SeriesWindows(rows([4, 2, 3]), shape)
    #expect((0..<windows.rowCount).map(windows.rowRange(of:)) == [0..<3, 1..<4, 6..<9])
  }

  @Test("raw windows hold their rows one after another") func rawWindowsHoldTheirRowsOneAfterAnother() {
    let shape = WindowShape(length: 2, stride: 1, columnCount: 2, levelWeight: nil)
    #expect(gathered(SeriesWindows(rows([3]), shape)) == [[0, 0, 1, 10], [1, 10, 2, 20]])
  }

  /// The factor of the means is 0.25 times the root of 4.
  @Test("centered windows hold deviations and then the means times their factor")
  func centeredWindowsHoldDeviationsAndThenTheMeansTimesTheirFactor() {
    let shape = WindowShape(length: 4, stride: 1, columnCount: 2, levelWeight: 0.25)
    #expect(shape.levelFactor == 0.5)
    #expect(
      gathered(SeriesWindows(rows([4]), shape))
        == [[-1.5, -15, -0.5, -5, 0.5, 5, 1.5, 15, 0.75, 7.5]])
  }
}

extension Rows {
  /// The rows as arrays.
  fileprivate var arrays: [[Float]] { (0..<count).map { self[$0].array } }
}
