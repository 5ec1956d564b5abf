import MisfitCore
import Testing

@Suite("Row pass")
struct RowPassTests {
  /// The floats of one shard.
  private final class Workspace: @unchecked Sendable { var rows: [Int] = [] }

  @Test(
    "Each row is computed once and concluded in order, whatever the number of threads",
    arguments: [0, 1, 4, 5, 12, 13, 100], [1, 3])
  func order(rowCount: Int, threadCount: Int) {
    let pass = RowPass(rowsPerShard: 4, shardsPerBlock: 3) { Workspace() }
    var (blocks, concluded): ([Range<Int>], [Int]) = ([], [])
    pass.run(
      rowCount: rowCount, on: WorkerPool(threadCount: threadCount), prepare: { blocks.append($0) },
      work: { shard, workspace in workspace.rows = Array(shard.rows) },
      conclude: { shard, workspace in
        #expect(shard.rowsInBlock == shard.index * 4..<shard.index * 4 + shard.rows.count)
        #expect(blocks.last?.lowerBound == shard.rows.lowerBound - shard.rowsInBlock.lowerBound)
        concluded += workspace.rows
      })
    #expect(concluded == Array(0..<rowCount))
    #expect(
      blocks.allSatisfy { $0.count <= pass.rowsPerBlock } && blocks.reduce(0) { $0 + $1.count } == rowCount)
  }

  @Test("Errors of the closures on the calling thread end the pass")
  func errors() {
    struct Failure: Error {}
    let pass = RowPass(rowsPerShard: 2) { 0 }
    var count = 0
    #expect(throws: Failure.self) {
      try pass.run(
        rowCount: 100, on: WorkerPool(threadCount: 2), prepare: { _ in }, work: { _, _ in }
      ) { _, _ in
        count += 1
        if count == 3 { throw Failure() }
      }
    }
    #expect(count == 3)
  }

  @Test("Shards have up to 128 rows and a megabyte")
  func sizes() {
    #expect(RowShards.rowCount(width: 4) == 128)
    #expect(RowShards.rowCount(width: 1 << 14) == 16)
    #expect(RowShards.rowCount(width: 1 << 20) == 1 && RowShards.rowCount(width: 1 << 20, atLeast: 8) == 8)
  }
}
