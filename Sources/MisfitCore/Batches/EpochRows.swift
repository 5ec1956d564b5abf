/// Encoded rows that training goes through again and again, each epoch in an order of its own.
///
/// The trainer asks for ranges of an epoch's order, one after the other from 0 to `rowCount`. How they come
/// (from memory by a permutation, from a file by shuffled blocks) is the provider's affair.
///
/// Shapes: N rows, D = `width` floats a row.
public protocol EpochRows: AnyObject, Sendable {
  /// N.
  var rowCount: Int { get }
  /// D.
  var width: Int { get }
  /// The floats of a row's target, where rows have targets of their own; nil where each is its own target.
  var targetWidth: Int? { get }

  /// Begins an epoch; its order follows from the provider's seed and `epoch` alone.
  ///
  /// `shuffled: false` gives the order of the input, as validation and scoring use it.
  ///
  /// - Throws: what reading may throw.
  func beginEpoch(_ epoch: Int, shuffled: Bool) throws

  /// Waits until the positions of `range` in the epoch's order can be gathered; positions before it need not
  /// stay available.
  ///
  /// - Throws: what reading may throw.
  func makeAvailable(_ range: Range<Int>) throws

  /// Copies the rows at the positions of `range` to `destination`, `[range.count, D]`.
  ///
  /// Several threads may call it at once, after ``makeAvailable(_:)`` for a range that holds theirs.
  ///
  /// - Precondition: the range is available, and `destination` holds `range.count * width` floats.
  func gather(_ range: Range<Int>, into destination: FloatSlice)

  /// Copies the targets of these rows to `destination`, `[range.count, targetWidth]`.
  ///
  /// - Precondition: as for ``gather(_:into:)``.
  func gatherTargets(_ range: Range<Int>, into destination: FloatSlice)
}

extension EpochRows {
  /// Each row is its own target.
  public var targetWidth: Int? { nil }

  /// The rows themselves.
  public func gatherTargets(_ range: Range<Int>, into destination: FloatSlice) {
    gather(range, into: destination)
  }
}
