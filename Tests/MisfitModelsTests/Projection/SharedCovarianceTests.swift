import MisfitCore
import MisfitKernels
import Testing
import _TestSupport

@testable import MisfitModels

@Suite struct SharedCovarianceTests {
  private static func rows() -> FixedRows { FixedRows.random(rows: 5000, width: 7, seed: 3) }

  @Test("Ranks and threads do not change the bits of principal components", arguments: [2, 3, 4, 8])
  func ranks(rankCount: Int) throws {
    @Sendable func fit(_ communicator: any Communicator, threads: Int) throws -> [UInt32] {
      let model = try PrincipalComponents.fit(
        Self.rows(), components: .count(3), shardCount: 16, sharedBy: communicator,
        on: NumericThread.pool(threadCount: threads))
      return (model.mean.array + model.components.array + model.variances.array).map(\.bitPattern)
    }
    let expected = try fit(SingleProcess(), threads: 1)
    let all = try ThreadGroup.run(rankCount: rankCount) { try fit($0, threads: 1 + $0.rank % 2) }
    #expect(all == Array(repeating: expected, count: rankCount))
  }

  @Test("Shards merge to the covariance of all rows", arguments: [1, 16, 4096])
  func sameCovariance(shardCount: Int) throws {
    let pool = WorkerPool(threadCount: 1)
    let whole = StreamedCovariance(width: 7)
    try whole.update(Self.rows(), on: pool)
    let tree = ShardTree(shardCount: shardCount, rankCount: 1)
    let shared = try SharedCovariance(tree: tree, communicator: SingleProcess())
      .covariance(of: Self.rows(), on: pool)
    #expect(shared.rowCount == 5000)
    for (shared, whole) in zip(shared.mean + shared.products, whole.mean + whole.products) {
      #expect(abs(shared - whole) <= 1e-5 * max(1, abs(whole)))
    }
  }
}
