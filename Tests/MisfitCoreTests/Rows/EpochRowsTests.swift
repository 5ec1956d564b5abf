import MisfitCore
import Testing
import _TestSupport

@Suite("Wrappers of rows")
struct EpochRowsTests {
  /// Adds 100 to each value.
  private final class Shifted: EpochRowsWrapper {
    let base: any EpochRows
    init(_ base: any EpochRows) { self.base = base }

    func gather(_ range: Range<Int>, into destination: FloatSlice) {
      base.gather(range, into: destination)
      for index in 0..<range.count * width { destination[index] += 100 }
    }
  }

  @Test("A wrapper forwards what it does not implement, and its rows are their own targets")
  func forwarding() throws {
    let rows = Shifted(FixedRows([1, 2, 3, 4, 5, 6], width: 2))
    #expect(rows.rowCount == 3 && rows.width == 2 && rows.targetWidth == nil)
    try rows.beginEpoch(0, shuffled: false)
    try rows.makeAvailable(1..<3)
    let (values, targets) = (FloatBuffer(count: 4).all, FloatBuffer(count: 4).all)
    rows.gather(1..<3, into: values)
    rows.gatherTargets(1..<3, into: targets)
    #expect(values.array == [103, 104, 105, 106] && targets.array == values.array)
  }

  @Test("A subset gathers its rows in runs")
  func subset() throws {
    let rows = RowSubset(FixedRows((0..<12).map(Float.init), width: 2), numbers: [0, 2, 3, 5])
    try rows.beginEpoch(1, shuffled: true)
    try rows.makeAvailable(0..<4)
    let values = FloatBuffer(count: 8).all
    rows.gather(0..<4, into: values)
    #expect(values.array == [0, 1, 4, 5, 6, 7, 10, 11])
    rows.gather(1..<3, into: values)
    #expect(values.array.prefix(4) == [4, 5, 6, 7])
  }
}
