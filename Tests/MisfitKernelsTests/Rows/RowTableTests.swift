import MisfitCore
import Testing

@testable import MisfitKernels

@Suite struct RowTableTests {
  private let width = 19
  private let rowCount = 23

  private func value(_ row: Int, _ column: Int) -> UInt8 { UInt8((row * 31 + column * 7) % 256) }

  private func bytes(rowsPerBlock: Int) -> RowTable {
    let blocks = stride(from: 0, to: rowCount, by: rowsPerBlock).map { start in
      let block = ByteBuffer(count: rowsPerBlock * width)
      for row in start..<min(start + rowsPerBlock, rowCount) {
        let values = (0..<width).map { value(row, $0) }
        block.copy(from: values[...], at: (row - start) * width)
      }
      return RowTable.Block.bytes(block)
    }
    return RowTable(blocks, rowsPerBlock: rowsPerBlock, rowCount: rowCount, width: width, divisor: 255)
  }

  @Test("rows are gathered in the requested order, whatever the blocks", arguments: [1, 4, 23, 100])
  func order(_ rowsPerBlock: Int) {
    let table = bytes(rowsPerBlock: rowsPerBlock)
    let order = (0..<UInt32(rowCount)).reversed().map { $0 }
    let destination = FloatBuffer(count: 9 * width).all
    table.gather(3..<12, order: order, into: destination)
    for place in 0..<9 {
      for column in 0..<width {
        let expected = Float(value(rowCount - 1 - (place + 3), column)) / 255
        #expect(destination[place * width + column] == expected)
      }
    }
    table.gather(3..<12, into: destination)
    #expect(destination[width + 2] == Float(value(4, 2)) / 255)
  }

  @Test("rows of floats are copied unchanged")
  func floats() {
    let values = (0..<40).map { Float($0) * 0.1 }
    let table = RowTable(
      [.floats(FloatBuffer(values))], rowsPerBlock: 8, rowCount: 8, width: 5, divisor: nil)
    let destination = FloatBuffer(count: 10).all
    table.gather(0..<2, order: [7, 0, 1, 2, 3, 4, 5, 6], into: destination)
    #expect(destination.array == Array(values[35...]) + values[..<5])
  }

  @Test(
    "dividing bytes equals scalar division at every level",
    arguments: [1, 3, 7, 255, 256, 1000.5] as [Float], runnableLevels)
  func quotients(_ divisor: Float, _ level: CPULevel) throws {
    let all = (0...255).map { UInt8($0) } + (0..<9).map { UInt8($0) }
    let destination = FloatBuffer(count: all.count).all
    try kernels(level).divide(all.span, by: divisor, into: destination)
    #expect(destination.array == all.map { Float($0) / divisor })
  }

  @Test("rows past the end of a table or of its order are a precondition failure")
  func outside() async {
    await #expect(processExitsWith: .failure) {
      let table = RowTable(
        [.floats(FloatBuffer(count: 4))], rowsPerBlock: 4, rowCount: 4, width: 1, divisor: nil)
      table.gather(0..<1, order: [4], into: FloatBuffer(count: 1).all)
    }
    await #expect(processExitsWith: .failure) {
      let table = RowTable(
        [.floats(FloatBuffer(count: 4))], rowsPerBlock: 4, rowCount: 4, width: 1, divisor: nil)
      table.gather(0..<5, into: FloatBuffer(count: 5).all)
    }
  }
}
