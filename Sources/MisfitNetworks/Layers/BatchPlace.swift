import MisfitKernels
import Synchronization

/// Where a run has come: what random numbers follow from, apart from the seed.
///
/// Set between the phases of a step, and read by the threads in them.
final class BatchPosition: Sendable {
  private let seed: UInt64
  private let epoch = Atomic<Int>(0)
  private let firstRow = Atomic<Int>(0)

  init(seed: UInt64) { self.seed = seed }

  /// A batch that begins at `firstRow` of an epoch's order.
  func move(toEpoch epoch: Int, firstRow: Int) {
    self.epoch.store(epoch, ordering: .relaxed)
    self.firstRow.store(firstRow, ordering: .relaxed)
  }

  /// The key of the noise of a row of the batch.
  func key(row: Int, stream: UInt64) -> NoiseKey {
    NoiseKey(
      seed: seed, stream: stream, epoch: epoch.load(ordering: .relaxed),
      row: firstRow.load(ordering: .relaxed) + row)
  }
}
