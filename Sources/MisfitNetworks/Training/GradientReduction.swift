import MisfitCore
import MisfitKernels

/// The sum of the gradients of all shards of a batch, in the fixed tree of ``ShardTree``, on all ranks.
///
/// Each rank owns a range of the parameters: it receives the sums of that range from the others, adds them,
/// and sends them the total. So a rank sends and receives about twice the gradient, whatever the number of
/// ranks.
///
/// Shapes: P parameters.
final class GradientReduction: @unchecked Sendable {
  /// The total of all shards, [P].
  let total: FloatSlice

  private let communicator: any Communicator
  private let pool: WorkerPool
  private let ownedRange: Range<Int>
  /// The parts of the owned range of the subtrees of all ranks, and how they are added.
  private let ownedParts: [FloatSlice]
  private let ownedMerges: [ShardTree.Merge]
  private let scattering: (sends: [Message], receives: [Message])
  private let gathering: (sends: [Message], receives: [Message])

  /// Prepares the sum of the subtrees of all ranks; `sums` are those of this rank, each [P].
  init(sums: [FloatSlice], tree: ShardTree, communicator: any Communicator, pool: WorkerPool) {
    self.communicator = communicator
    self.pool = pool
    guard tree.rankCount > 1 else {
      total = sums[0]
      ownedRange = 0..<0
      (ownedParts, ownedMerges) = ([], [])
      (scattering, gathering) = (([], []), ([], []))
      return
    }
    let count = sums[0].count
    let total = FloatBuffer(count: count).all
    self.total = total
    let ranges = (0..<tree.rankCount).map {
      $0 * count / tree.rankCount..<($0 + 1) * count / tree.rankCount
    }
    let ownedRange = ranges[communicator.rank]
    self.ownedRange = ownedRange
    let nodes = (0..<tree.rankCount).map { tree.nodes(of: $0) }
    let parts = nodes.enumerated().map { sender, nodes in
      sender == communicator.rank
        ? sums.map { $0[ownedRange] } : nodes.map { _ in FloatBuffer(count: ownedRange.count).all }
    }
    ownedParts = parts.flatMap(\.self)
    ownedMerges = ShardTree.merges(of: nodes.flatMap(\.self))
    scattering = (
      communicator.peers.flatMap { peer in sums.map { Message(peer, $0[ranges[peer]]) } },
      communicator.peers.flatMap { peer in parts[peer].map { Message(peer, $0) } }
    )
    gathering = (
      communicator.peers.map { Message($0, total[ownedRange]) },
      communicator.peers.map { Message($0, total[ranges[$0]]) }
    )
  }

  /// Adds the sums of all ranks; `notes` are small messages that travel with them.
  func run(with notes: (sends: [Message], receives: [Message])) {
    guard communicator.rankCount > 1 else { return }
    communicator.exchange(
      sending: notes.sends + scattering.sends, receiving: notes.receives + scattering.receives)
    ownedParts.add(ownedMerges, on: pool)
    total[ownedRange].copy(from: ownedParts[0])
    communicator.exchange(sending: gathering.sends, receiving: gathering.receives)
  }
}
