import Testing

@testable import Misfit

@Suite struct SeriesOrderTests {
  @Test("the order of the source takes no memory") func theOrderOfTheSourceTakesNoMemory() {
    let order = SeriesOrder([0, 1, 2])
    #expect(order.isIdentity)
    #expect(order == SeriesOrder(identityOf: 3))
    #expect(order.inverted(recordCount: 3) == [0, 1, 2])
    #expect(Array(order) == [0, 1, 2])
  }

  @Test("an order with gaps is inverted") func anOrderWithGapsIsInverted() {
    let order: SeriesOrder = [1, -1, 0, 2]
    #expect(order.inverted(recordCount: 3) == [2, 0, 3])
    #expect(order[1] == -1)
  }

  @Test("a chunked array has its elements in order", arguments: [0, 1, 65_535, 65_536, 65_537, 140_000])
  func aChunkedArrayHasItsElementsInOrder(count: Int) {
    var array = ChunkedArray<Int>()
    for element in 0..<count { array.append(3 * element) }
    #expect(array.count == count)
    #expect((0..<count).allSatisfy { array[$0] == 3 * $0 })
  }

  @Test("missing cells are those that were inserted") func missingCellsAreThoseThatWereInserted() {
    var cells = MissingCells()
    #expect(cells.isEmpty)
    for cell in [0, 63, 64, 700] { cells.insert(cell) }
    #expect((0..<1_000).filter(cells.contains) == [0, 63, 64, 700])
    #expect(!cells.isEmpty)
  }
}
