import MisfitCore

/// Rows in memory with targets of their own, in one order.
package final class PairedRows: EpochRows {
  private let inputs: FixedRows
  private let targets: FixedRows

  /// Pairs the rows at equal places.
  ///
  /// - Precondition: as many targets as inputs, shuffled by the same seed or never.
  package init(_ inputs: FixedRows, targets: FixedRows) {
    precondition(inputs.rowCount == targets.rowCount, "a target a row")
    self.inputs = inputs
    self.targets = targets
  }

  package var rowCount: Int { inputs.rowCount }
  package var width: Int { inputs.width }
  package var targetWidth: Int? { targets.width }

  package func beginEpoch(_ epoch: Int, shuffled: Bool) {
    inputs.beginEpoch(epoch, shuffled: shuffled)
    targets.beginEpoch(epoch, shuffled: shuffled)
  }

  package func makeAvailable(_ range: Range<Int>) {}

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    inputs.gather(range, into: destination)
  }

  package func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    targets.gather(range, into: destination)
  }
}
