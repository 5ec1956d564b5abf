import MisfitCore
import MisfitKernels

/// The sum of the gradients of all shards of a batch, in the fixed tree of ``ShardTree``, on all ranks.
///
/// Each rank owns a range of every segment of the parameters: it receives the sums of that range from the
/// others, adds them, and sends them the total. So a rank sends and receives about twice the gradient,
/// whatever the number of ranks. A segment is on its way while the next one is computed.
///
/// Shapes: P parameters.
final class GradientReduction: @unchecked Sendable {
  /// The total of all shards, [P].
  let total: FloatSlice

  private let communicator: any Communicator
  private let pool: WorkerPool
  private let segments: [ReducedSegment]
  private let merges: [ShardTree.Merge]
  /// The segments whose sums are on their way, and those whose totals are, with their transfers.
  private var scattering: [(segment: ReducedSegment, transfer: any Transfer)] = []
  private var gathering: [any Transfer] = []

  /// Prepares the sum of the subtrees of all ranks; `sums` are those of this rank, each [P].
  ///
  /// - Precondition: `segments` divide the parameters.
  init(
    sums: [FloatSlice], segments: [Range<Int>], tree: ShardTree, communicator: any Communicator,
    pool: WorkerPool
  ) {
    precondition(segments.reduce(0) { $0 + $1.count } == sums[0].count, "segments of all parameters")
    self.communicator = communicator
    self.pool = pool
    guard tree.rankCount > 1 else {
      total = sums[0]
      (self.segments, merges) = ([], [])
      return
    }
    let total = FloatBuffer(count: sums[0].count).all
    self.total = total
    let nodes = (0..<tree.rankCount).map { tree.nodes(of: $0) }
    merges = ShardTree.merges(of: nodes.flatMap(\.self))
    self.segments = segments.map {
      ReducedSegment(
        $0, sums: sums, total: total, nodeCounts: nodes.map(\.count), communicator: communicator)
    }
  }

  /// Begins to add a segment whose sums of this rank are complete.
  ///
  /// Messages begin in the same order on all ranks: the sums of a segment, then the total of the one before.
  func begin(_ index: Int) {
    guard communicator.rankCount > 1 else { return }
    let segment = segments[index]
    let transfer = communicator.begin(
      sending: segment.scattering.sends, receiving: segment.scattering.receives)
    scattering.append((segment, transfer))
    if scattering.count > 1 { addFirst() }
  }

  /// Moves messages on.
  func advance() {
    for (_, transfer) in scattering { transfer.advance() }
    for transfer in gathering { transfer.advance() }
  }

  /// Waits for all segments; `notes` are small messages that travel with the last of them.
  func finish(with notes: (sends: [Message], receives: [Message])) {
    guard communicator.rankCount > 1 else { return }
    while !scattering.isEmpty { addFirst() }
    gathering.append(communicator.begin(sending: notes.sends, receiving: notes.receives))
    for transfer in gathering { transfer.wait() }
    gathering.removeAll(keepingCapacity: true)
  }

  /// Adds the first segment that is on its way, and begins to send its total.
  private func addFirst() {
    let (segment, transfer) = scattering.removeFirst()
    transfer.wait()
    segment.parts.add(merges, on: pool)
    total[segment.ownedRange].copy(from: segment.parts[0])
    gathering.append(
      communicator.begin(sending: segment.gathering.sends, receiving: segment.gathering.receives))
  }
}

/// A range of the parameters, which all ranks add together, and its messages.
private struct ReducedSegment {
  /// The parameters that this rank adds.
  let ownedRange: Range<Int>
  /// The subtrees of all ranks in the owned range.
  let parts: [FloatSlice]
  let scattering: (sends: [Message], receives: [Message])
  let gathering: (sends: [Message], receives: [Message])

  init(
    _ range: Range<Int>, sums: [FloatSlice], total: FloatSlice, nodeCounts: [Int],
    communicator: any Communicator
  ) {
    let (rank, rankCount) = (communicator.rank, communicator.rankCount)
    let ranges = (0..<rankCount).map {
      range.lowerBound + $0 * range.count / rankCount..<range.lowerBound + ($0 + 1) * range.count / rankCount
    }
    let ownedRange = ranges[rank]
    self.ownedRange = ownedRange
    let parts = nodeCounts.enumerated().map { sender, count in
      sender == rank
        ? sums.map { $0[ownedRange] } : (0..<count).map { _ in FloatBuffer(count: ownedRange.count).all }
    }
    self.parts = parts.flatMap(\.self)
    scattering = (
      communicator.peers.flatMap { peer in sums.map { Message(peer, $0[ranges[peer]]) } },
      communicator.peers.flatMap { peer in parts[peer].map { Message(peer, $0) } }
    )
    gathering = (
      communicator.peers.map { Message($0, total[ownedRange]) },
      communicator.peers.map { Message($0, total[ranges[$0]]) }
    )
  }
}
