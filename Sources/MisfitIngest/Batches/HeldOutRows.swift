/// The records that ``TrainingData`` holds out of training for a share and a seed, known again without
/// reading them.
public struct HeldOutRows: Sendable {
  private let isHeldOut: [Bool]

  /// The choice among `rowCount` records, as ``TrainingData/load(_:options:onRows:)`` makes it.
  public init(rowCount: Int, share: Double, seed: UInt64) {
    var choice = Selection(TrainingData.heldOut(share, of: rowCount), of: rowCount, seed: seed)
    isHeldOut = (0..<rowCount).map { _ in choice.next() }
  }

  /// The choice of `heldOutCount` of `rowCount` records, where their number is known.
  public init(rowCount: Int, heldOutCount: Int, seed: UInt64) {
    var choice = Selection(heldOutCount, of: rowCount, seed: seed)
    isHeldOut = (0..<rowCount).map { _ in choice.next() }
  }

  /// Whether a record, counted from 1, was held out; false past the last.
  public func contains(record: Int) -> Bool {
    record >= 1 && record <= isHeldOut.count && isHeldOut[record - 1]
  }
}
