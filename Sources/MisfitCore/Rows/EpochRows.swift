/// Encoded rows that training reads once per epoch, in a different order each time.
///
/// The trainer asks for consecutive ranges of an epoch's order, from 0 to `rowCount`. The provider decides
/// how the rows arrive: from memory by a permutation, or from a file by shuffled blocks.
///
/// Shapes: N rows, D = `width` floats a row.
package protocol EpochRows: AnyObject, Sendable {
  /// The number of rows, N.
  var rowCount: Int { get }
  /// The number of floats in a row, D.
  var width: Int { get }
  /// The number of floats in a row's target; nil if each row is its own target.
  var targetWidth: Int? { get }

  /// Begins an epoch, whose order follows from the provider's seed and `epoch` alone.
  ///
  /// `shuffled: false` keeps the order of the input, for validation and scoring.
  ///
  /// - Throws: any error of reading.
  func beginEpoch(_ epoch: Int, shuffled: Bool) throws

  /// Waits until the positions of `range` in the epoch's order can be gathered.
  ///
  /// Earlier positions may become unavailable.
  ///
  /// - Throws: any error of reading.
  func makeAvailable(_ range: Range<Int>) throws

  /// Copies the rows at the positions of `range` to `destination`, `[range.count, D]`.
  ///
  /// Several threads may call it at once, after ``makeAvailable(_:)`` for a range that contains theirs.
  ///
  /// - Precondition: the range is available, and `destination` has room for `range.count * width` floats.
  func gather(_ range: Range<Int>, into destination: FloatSlice)

  /// Copies the targets of these rows to `destination`, `[range.count, targetWidth]`.
  ///
  /// - Precondition: as for ``gather(_:into:)``.
  func gatherTargets(_ range: Range<Int>, into destination: FloatSlice)
}

extension EpochRows {
  /// Default: each row is its own target.
  package var targetWidth: Int? { nil }

  /// Default: copies the rows themselves.
  package func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    gather(range, into: destination)
  }
}

/// A source of rows that changes some of what another source provides.
///
/// Everything that a wrapper does not implement itself is forwarded to the other source. Without targets of
/// its own, a wrapper's rows remain their own targets.
package protocol EpochRowsWrapper: EpochRows {
  /// The other source.
  var base: any EpochRows { get }
}

extension EpochRowsWrapper {
  package var rowCount: Int { base.rowCount }
  package var width: Int { base.width }
  package var targetWidth: Int? { base.targetWidth }

  package func beginEpoch(_ epoch: Int, shuffled: Bool) throws {
    try base.beginEpoch(epoch, shuffled: shuffled)
  }

  package func makeAvailable(_ range: Range<Int>) throws { try base.makeAvailable(range) }

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    base.gather(range, into: destination)
  }

  package func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    guard targetWidth != nil else { return gather(range, into: destination) }
    base.gatherTargets(range, into: destination)
  }
}
