import Foundation
import MisfitCore
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Row store")
struct RowStoreTests {
  /// Row r holds r, r + 0.25, r + 0.5, ...
  private func store(rows: Int, width: Int = 3, limit: Int, seed: UInt64 = 1) throws -> RowStore {
    let store = RowStore(width: width, seed: seed, memoryLimitBytes: limit)
    var row = 0
    var step = 1
    while row < rows {
      let count = min(step, rows - row)
      let values = (0..<count * width).map { Float(row + $0 / width) + Float($0 % width) * 0.25 }
      try store.append(FloatBuffer(values)[0..<values.count])
      row += count
      step = step % 5 + 1
    }
    try store.finish()
    return store
  }

  /// The first value of each row, in the order of an epoch.
  private func epoch(_ store: RowStore, _ number: Int, batch: Int = 10, shuffled: Bool = true) throws -> [Int]
  {
    try store.beginEpoch(number, shuffled: shuffled)
    let target = FloatBuffer(count: batch * store.width)
    var order: [Int] = []
    for start in stride(from: 0, to: store.rowCount, by: batch) {
      let range = start..<min(start + batch, store.rowCount)
      try store.makeAvailable(range)
      store.gather(range, into: target[0..<range.count * store.width])
      for row in 0..<range.count {
        let first = target.all[row * store.width]
        for column in 0..<store.width {
          #expect(target.all[row * store.width + column] == first + Float(column) * 0.25)
        }
        order.append(Int(first))
      }
    }
    return order
  }

  @Test(
    "every row occurs once an epoch, in memory and spilled",
    arguments: [
      1 << 20, 20_000, 5_000, 1_000, 100, 1,
    ])
  func everyRowOnce(_ limit: Int) throws {
    let store = try store(rows: 1000, limit: limit)
    #expect(store.isSpilled == (limit < 16_000))
    for number in 0..<3 {
      let order = try epoch(store, number)
      #expect(order.sorted() == Array(0..<1000))
      #expect(order != Array(0..<1000))
    }
    #expect(try epoch(store, 3, shuffled: false) == Array(0..<1000))
  }

  @Test("the order depends on seed, epoch and limit, not on batch size or previous epochs")
  func deterministic() throws {
    for limit in [1 << 20, 4_000] {
      let first = try store(rows: 500, limit: limit)
      let second = try store(rows: 500, limit: limit)
      _ = try epoch(second, 5)
      #expect(try epoch(first, 2) == epoch(second, 2, batch: 33))
      #expect(try epoch(first, 2) != epoch(first, 3))
      #expect(try epoch(first, 2) != epoch(store(rows: 500, limit: limit, seed: 2), 2))
    }
  }

  @Test("an epoch that is abandoned in the middle does not affect the next")
  func abandoned() throws {
    let store = try store(rows: 500, limit: 2_000)
    for number in 0..<20 {
      try store.beginEpoch(number, shuffled: true)
      try store.makeAvailable(0..<number)
    }
    #expect(try epoch(store, 1).sorted() == Array(0..<500))
  }

  @Test("memory stays below the limit while rows are spilled", arguments: [5_000, 10_000, 20_000])
  func memoryBound(_ limit: Int) throws {
    let store = try store(rows: 5_000, limit: limit)
    #expect(store.isSpilled)
    _ = try epoch(store, 0, batch: 4)
    #expect(store.peakMemoryBytes <= limit)
    #expect(store.peakMemoryBytes > limit / 2)
  }

  @Test("a spilled epoch mixes rows of distant blocks")
  func mixes() throws {
    let store = try store(rows: 5_000, limit: 20_000)
    let order = try epoch(store, 0)
    // Adjacent rows of a good shuffle are a third of all rows apart on average.
    let distances = zip(order, order.dropFirst()).map { abs($0 - $1) }
    #expect(distances.reduce(0, +) / distances.count > 400)
    let window = Set(order[..<100].map { $0 / store.rowsPerBlock })
    #expect(window.count > 2)
  }

  @Test("rows can be read in their own order during an epoch", arguments: [1 << 20, 2_000])
  func copyRows(_ limit: Int) throws {
    let store = try store(rows: 300, limit: limit)
    try store.beginEpoch(0, shuffled: true)
    let target = FloatBuffer(count: 30)
    for start in [0, 1, 95, 290] {
      try store.copyRows(start..<start + 10, into: target.all)
      #expect((0..<10).map { target.all[$0 * 3] } == (0..<10).map { Float(start + $0) })
      #expect(target.all[29] == Float(start + 9) + 0.5)
    }
  }

  @Test("pixels become the floats of their encoding", arguments: [1 << 20, 1_000])
  func pixels(_ limit: Int) throws {
    let store = RowStore(width: 256, kind: .pixels(divisor: 255), seed: 0, memoryLimitBytes: limit)
    for _ in 0..<20 { try store.append(pixels: (0...255).map { UInt8($0) }[...]) }
    try store.finish()
    #expect(store.isSpilled == (limit < 5000))
    try store.beginEpoch(0, shuffled: true)
    try store.makeAvailable(0..<20)
    let target = FloatBuffer(count: 20 * 256)
    store.gather(0..<20, into: target.all)
    let expected: [Float] = (0..<20 * 256).map { (index: Int) -> Float in Float(Double(index % 256) / 255) }
    #expect(target.all.array == expected)
    try store.copyRows(3..<4, into: target.all)
    #expect(target.all[255] == 1)
  }

  @Test("a batch larger than the window in memory is read, too")
  func wideBatch() throws {
    let store = try store(rows: 300, limit: 1_000)
    #expect(try epoch(store, 0, batch: 300).sorted() == Array(0..<300))
  }

  @Test(
    "a full disk is an error with a remedy", .enabled(if: FileSystem.status(of: "/dev/full") != nil))
  func diskFull() {
    let store = RowStore(width: 4, kind: .floats, seed: 0, memoryLimitBytes: 100) { () throws(FileError) in
      try ByteFile.writing("/dev/full")
    }
    let rows = FloatBuffer(count: 400)
    let error = ingestError { for _ in 0..<100 { try store.append(rows.all) } }
    #expect(error?.kind == .temporaryFile(FileError(.write, path: "/dev/full", errorNumber: ENOSPC)))
    #expect(error?.description.contains("TMPDIR") == true)
  }

  @Test("a temporary file that cannot be read is an error, not a signal")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows"
    let store = RowStore(width: 4, kind: .floats, seed: 0, memoryLimitBytes: 100) { () throws(FileError) in
      try ByteFile.writing(path)
    }
    try store.append(FloatBuffer(count: 400).all)
    try store.finish()
    try store.beginEpoch(0, shuffled: true)
    let error = ingestError { try store.makeAvailable(0..<50) }
    #expect(error?.kind == .temporaryFile(FileError(.read, path: path, errorNumber: EBADF)))
  }

  @Test("an empty store has an empty epoch")
  func empty() throws {
    let store = try store(rows: 0, limit: 100)
    #expect(try epoch(store, 0).isEmpty)
  }
}
