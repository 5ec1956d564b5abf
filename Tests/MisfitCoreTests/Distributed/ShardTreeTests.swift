import MisfitCore
import Testing

@Suite struct ShardTreeTests {
  @Test("Every rank has shards, and each shard has one rank", arguments: [1, 2, 3, 4, 5, 7, 8, 16])
  func shards(rankCount: Int) {
    let tree = ShardTree(shardCount: 16, rankCount: rankCount)
    let shards = (0..<rankCount).map(tree.shards(of:))
    #expect(shards.allSatisfy { !$0.isEmpty })
    #expect(shards.flatMap { Array($0) } == Array(0..<16))
  }

  @Test("The shards of a batch cover it in order", arguments: [0, 1, 5, 16, 17, 128, 1000])
  func elements(count: Int) {
    let tree = ShardTree(shardCount: 16, rankCount: 1)
    let all = (0..<16).map { tree.elements(of: $0, among: count) }
    #expect(all.flatMap { Array($0) } == Array(0..<count))
    #expect(all.allSatisfy { (count / 16...(count + 15) / 16).contains($0.count) })
  }

  @Test("Three ranks of sixteen shards have the largest subtrees of their ranges")
  func nodes() {
    let tree = ShardTree(shardCount: 16, rankCount: 3)
    #expect(tree.nodes(of: 0) == [.init(first: 0, count: 4), .init(first: 4, count: 1)])
    #expect(
      tree.nodes(of: 1) == [
        .init(first: 5, count: 1), .init(first: 6, count: 2), .init(first: 8, count: 2),
      ])
    #expect(
      tree.nodes(of: 2) == [.init(first: 10, count: 2), .init(first: 12, count: 4)])
  }

  @Test("Sums have the same bits at any number of ranks", arguments: [2, 3, 4, 5, 6, 7, 8, 11, 16])
  func sums(rankCount: Int) {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<16).map { _ in generator.nextUnitFloat() * 1e3 }
    func sum(_ rankCount: Int) -> Float {
      let tree = ShardTree(shardCount: 16, rankCount: rankCount)
      var (nodes, sums): ([ShardTree.Node], [Float]) = ([], [])
      for rank in 0..<rankCount {
        let shards = tree.shards(of: rank)
        var own = Array(values[shards])
        for merge in tree.merges(of: rank) { own[merge.target] += own[merge.source] }
        nodes += tree.nodes(of: rank)
        sums += tree.nodes(of: rank).map { own[$0.first - shards.lowerBound] }
      }
      for merge in ShardTree.merges(of: nodes) { sums[merge.target] += sums[merge.source] }
      return sums[0]
    }
    var pairs = values
    while pairs.count > 1 {
      pairs = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] + pairs[$0 + 1] }
    }
    #expect(sum(1) == pairs[0])
    #expect(sum(rankCount) == pairs[0])
  }

  @Test("Only powers of two are numbers of shards")
  func counts() {
    #expect([1, 2, 16, 4096].allSatisfy(ShardTree.isShardCount))
    #expect(![0, -1, 3, 12, 8192].contains(where: ShardTree.isShardCount))
  }
}
