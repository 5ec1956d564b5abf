/// The records that ``TrainingData`` holds out of training for a share and a seed, without reading them.
package struct HeldOutRows: Sendable {
  private let isHeldOut: [Bool]

  /// Makes the choice among `rowCount` records that ``TrainingData/load(_:options:onRows:)`` makes.
  package init(rowCount: Int, share: Double, seed: UInt64) {
    var choice = Selection(TrainingData.heldOut(share, of: rowCount), of: rowCount, seed: seed)
    isHeldOut = (0..<rowCount).map { _ in choice.next() }
  }

  /// Chooses `heldOutCount` of `rowCount` records.
  package init(rowCount: Int, heldOutCount: Int, seed: UInt64) {
    var choice = Selection(heldOutCount, of: rowCount, seed: seed)
    isHeldOut = (0..<rowCount).map { _ in choice.next() }
  }

  /// Returns whether a record, counted from 1, was held out; false past the last one.
  package func contains(record: Int) -> Bool {
    record >= 1 && record <= isHeldOut.count && isHeldOut[record - 1]
  }
}
