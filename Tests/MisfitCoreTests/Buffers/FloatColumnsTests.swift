import MisfitCore
import Testing

@Suite("Columns of a matrix") struct FloatColumnsTests {
  private let source = FloatBuffer((0..<40).map { Float($0) }).all

  @Test(
    "are copied and added row by row, and nothing else changes", arguments: [1, 3, 7], [1..<3, 0..<4, 2..<2])
  func copiesAndAdds(count: Int, rows: Range<Int>) {
    let target = FloatBuffer([Float](repeating: -1, count: 48)).all
    let (from, to) = (
      FloatColumns(source, width: 10, first: 2, count: count),
      FloatColumns(target, width: 12, first: 5, count: count)
    )
    to.copy(rows, of: from)
    to.add(rows, of: from)
    for row in 0..<4 {
      for column in 0..<12 {
        let isInside = rows.contains(row) && (5..<5 + count).contains(column)
        let expected = isInside ? 2 * Float(row * 10 + 2 + column - 5) : -1
        #expect(target[row * 12 + column] == expected)
      }
    }
  }

  @Test("of rows that a matrix does not have are refused")
  func refusesOtherRows() async {
    await #expect(processExitsWith: .failure) {
      let slice = FloatBuffer(count: 40).all
      let columns = FloatColumns(slice, width: 10, count: 3)
      FloatColumns(FloatBuffer(count: 60).all, width: 10, count: 3).copy(0..<5, of: columns)
    }
  }
}
