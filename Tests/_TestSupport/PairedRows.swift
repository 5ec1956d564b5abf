import MisfitCore

/// Rows in memory with targets of their own, in one order.
public final class PairedRows: EpochRows {
  private let inputs: FixedRows
  private let targets: FixedRows

  /// Pairs the rows at equal places.
  ///
  /// - Precondition: as many targets as inputs, shuffled by the same seed or never.
  public init(_ inputs: FixedRows, targets: FixedRows) {
    precondition(inputs.rowCount == targets.rowCount, "a target a row")
    self.inputs = inputs
    self.targets = targets
  }

  public var rowCount: Int { inputs.rowCount }
  public var width: Int { inputs.width }
  public var targetWidth: Int? { targets.width }

  public func beginEpoch(_ epoch: Int, shuffled: Bool) {
    inputs.beginEpoch(epoch, shuffled: shuffled)
    targets.beginEpoch(epoch, shuffled: shuffled)
  }

  public func makeAvailable(_ range: Range<Int>) {}

  public func gather(_ range: Range<Int>, into destination: FloatSlice) {
    inputs.gather(range, into: destination)
  }

  public func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    targets.gather(range, into: destination)
  }
}
