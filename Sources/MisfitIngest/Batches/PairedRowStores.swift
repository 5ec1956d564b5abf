import MisfitCore

/// Rows and their targets in two stores that keep one order; see ``RowStore``.
public final class PairedRowStores: EpochRows {
  private let inputs: RowStore
  private let targets: RowStore

  /// Pairs two stores, which were filled with as many rows, by one seed and one limit, each counting the other's
  /// bytes.
  ///
  /// - Precondition: as many targets as inputs.
  init(_ inputs: RowStore, targets: RowStore) {
    precondition(inputs.rowCount == targets.rowCount, "a target a row")
    precondition(inputs.isSpilled == targets.isSpilled, "stores of one order")
    self.inputs = inputs
    self.targets = targets
  }

  /// The pairs.
  public var rowCount: Int { inputs.rowCount }
  /// The floats of an input.
  public var width: Int { inputs.width }
  /// The floats of a target.
  public var targetWidth: Int? { targets.width }

  /// Begins an epoch of both stores; see ``EpochRows``.
  ///
  /// - Throws: ``IngestError``.
  public func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try inputs.beginEpoch(epoch, shuffled: shuffled)
    try targets.beginEpoch(epoch, shuffled: shuffled)
  }

  /// Waits for the pairs; see ``EpochRows``.
  ///
  /// - Throws: ``IngestError``.
  public func makeAvailable(_ range: Range<Int>) throws {
    try inputs.makeAvailable(range)
    try targets.makeAvailable(range)
  }

  /// Copies inputs; see ``EpochRows``.
  public func gather(_ range: Range<Int>, into destination: FloatSlice) {
    inputs.gather(range, into: destination)
  }

  /// Copies their targets; see ``EpochRows``.
  public func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    targets.gather(range, into: destination)
  }
}
