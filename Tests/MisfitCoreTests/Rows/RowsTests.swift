import MisfitCore
import Testing

@Suite("Rows")
struct RowsTests {
  private let rows = Rows(FloatBuffer([0, 1, 10, 11, 20, 21, 30, 31]).all, width: 2)

  @Test("An index returns one row, a range several")
  func subscripts() {
    #expect(rows.count == 4 && rows.indices == 0..<4)
    #expect(rows[2].array == [20, 21])
    let middle = rows[1..<3]
    #expect(middle.count == 2 && middle.slice.array == [10, 11, 20, 21] && middle[1].array == [20, 21])
    #expect(rows[4..<4].count == 0)
  }

  @Test("A selection is a copy in the order of its indices")
  func selection() {
    let selected = rows.selecting([3, 0])
    #expect(selected.slice.array == [30, 31, 0, 1])
    selected[0].fill(with: 5)
    #expect(rows[3].array == [30, 31])
  }

  @Test("Rows without columns have a count")
  func noColumns() {
    let rows = Rows(count: 3, width: 0)
    #expect(rows.count == 3 && rows[2].array == [] && rows[1..<3].count == 2)
  }
}
