import MisfitKernels
import Synchronization

/// The position of a batch in a run, which random numbers depend on, together with the seed.
///
/// Set between the phases of a step, and read by its threads.
final class BatchPosition: Sendable {
  private let seed: UInt64
  private let epoch = Atomic<Int>(0)
  private let firstRow = Atomic<Int>(0)

  init(seed: UInt64) { self.seed = seed }

  /// Moves to the batch that begins at row `firstRow` of an epoch's order.
  func move(toEpoch epoch: Int, firstRow: Int) {
    self.epoch.store(epoch, ordering: .relaxed)
    self.firstRow.store(firstRow, ordering: .relaxed)
  }

  /// Returns the key of the noise of a row of the batch.
  func key(row: Int, stream: UInt64) -> NoiseKey {
    NoiseKey(
      seed: seed, stream: stream, epoch: epoch.load(ordering: .relaxed),
      row: firstRow.load(ordering: .relaxed) + row)
  }
}
