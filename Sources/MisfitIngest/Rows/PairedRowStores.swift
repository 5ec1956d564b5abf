import MisfitCore

/// Rows and their targets in two stores that keep the same order; see ``RowStore``.
package final class PairedRowStores: EpochRows {
  private let inputs: RowStore
  private let targets: RowStore

  /// Pairs two stores that were filled with the same number of rows, by the same seed and limit, each
  /// counting the bytes of the other.
  ///
  /// - Precondition: the stores have the same number of rows.
  init(_ inputs: RowStore, targets: RowStore) {
    precondition(inputs.rowCount == targets.rowCount, "a target a row")
    precondition(inputs.isSpilled == targets.isSpilled, "stores of one order")
    self.inputs = inputs
    self.targets = targets
  }

  /// The number of pairs.
  package var rowCount: Int { inputs.rowCount }
  /// The number of floats in an input.
  package var width: Int { inputs.width }
  /// The number of floats in a target.
  package var targetWidth: Int? { targets.width }

  /// Begins an epoch of both stores; see ``EpochRows``.
  ///
  /// - Throws: ``IngestError``.
  package func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try inputs.beginEpoch(epoch, shuffled: shuffled)
    try targets.beginEpoch(epoch, shuffled: shuffled)
  }

  /// Waits until the pairs are in memory; see ``EpochRows``.
  ///
  /// - Throws: ``IngestError``.
  package func makeAvailable(_ range: Range<Int>) throws {
    try inputs.makeAvailable(range)
    try targets.makeAvailable(range)
  }

  /// Copies inputs to `destination`; see ``EpochRows``.
  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    inputs.gather(range, into: destination)
  }

  /// Copies targets to `destination`; see ``EpochRows``.
  package func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    targets.gather(range, into: destination)
  }
}
