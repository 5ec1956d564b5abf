/// The fixed binary tree in which the sums of shards are added, whatever process has computed them.
///
/// A batch is cut into a power of two of shards. Each rank has consecutive shards, and adds those of each
/// whole subtree; what remains of the tree joins the subtrees of all ranks. So every sum has one order, and
/// the same bits at any number of ranks.
package struct ShardTree: Hashable, Sendable {
  /// The number of shards, a power of two.
  package let shardCount: Int
  /// The number of ranks, at most ``shardCount``.
  package let rankCount: Int

  /// A subtree: consecutive shards whose number is a power of two, at a multiple of it.
  package struct Node: Hashable, Sendable {
    /// The first shard.
    package var first: Int
    /// The number of shards.
    package var count: Int

    /// Creates a subtree.
    package init(first: Int, count: Int) {
      self.first = first
      self.count = count
    }
  }

  /// An addition of one subtree to another, by their indices in a list.
  package struct Merge: Hashable, Sendable {
    /// The index of the sum that grows.
    package var target: Int
    /// The index of the sum that is added to it.
    package var source: Int
  }

  /// Creates a tree.
  ///
  /// - Precondition: `shardCount` is a power of two and at least `rankCount`, which is at least 1.
  package init(shardCount: Int, rankCount: Int) {
    precondition(Self.isShardCount(shardCount), "the number of shards is a power of two")
    precondition(rankCount >= 1 && rankCount <= shardCount, "there are more ranks than shards")
    self.shardCount = shardCount
    self.rankCount = rankCount
  }

  /// Returns whether a number can be one of shards: a power of two, up to ``largestCount``.
  package static func isShardCount(_ count: Int) -> Bool {
    count >= 1 && count <= largestCount && count.nonzeroBitCount == 1
  }

  /// The maximum number of shards.
  package static let largestCount = 4096

  /// Returns the shards of a rank.
  package func shards(of rank: Int) -> Range<Int> {
    rank * shardCount / rankCount..<(rank + 1) * shardCount / rankCount
  }

  /// Returns the elements of a shard among `count` elements; shards differ by at most one element.
  package func elements(of shard: Int, among count: Int) -> Range<Int> {
    shard * count / shardCount..<(shard + 1) * count / shardCount
  }

  /// Returns the largest subtrees that a rank has all shards of, in the order of their shards.
  package func nodes(of rank: Int) -> [Node] {
    var nodes = shards(of: rank).map { Node(first: $0, count: 1) }
    let merges = merges(of: rank)
    for merge in merges { nodes[merge.target].count += nodes[merge.source].count }
    let merged = Set(merges.map(\.source))
    return nodes.indices.filter { !merged.contains($0) }.map { nodes[$0] }
  }

  /// Returns the additions that join the shards of a rank to ``nodes(of:)``, by their indices among them.
  package func merges(of rank: Int) -> [Merge] {
    Self.merges(of: shards(of: rank).map { Node(first: $0, count: 1) })
  }

  /// Returns the additions that join subtrees which are siblings, in their order.
  ///
  /// - Precondition: the nodes are in the order of their shards, without gaps.
  package static func merges(of nodes: [Node]) -> [Merge] {
    var merges: [Merge] = []
    var open: [(index: Int, node: Node)] = []
    for (index, node) in nodes.enumerated() {
      open.append((index, node))
      while open.count > 1 {
        let (left, right) = (open[open.count - 2], open[open.count - 1])
        let areSiblings = left.node.count == right.node.count && left.node.first % (2 * left.node.count) == 0
        guard areSiblings else { break }
        merges.append(Merge(target: left.index, source: right.index))
        open.removeLast(2)
        open.append((left.index, Node(first: left.node.first, count: 2 * left.node.count)))
      }
    }
    return merges
  }
}
