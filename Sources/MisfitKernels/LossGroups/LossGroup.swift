/// Outputs of a row that are compared with their targets as a whole, and the cost of a wrong reconstruction.
///
/// With outputs y, targets x and a factor f:
/// - squares cost the sum of f (y - x)²;
/// - a binary output costs f times the cross-entropy -ln p or -ln(1 - p), where p is the sigmoid of the
///   output; the target is √2 or 0;
/// - a softmax costs f times the cross-entropy -ln p, where p is the softmax of the output whose target is 1;
///   the other targets are 0.
///
/// Probabilities are at least 1e-7, so a cross-entropy is at most 16.118. The targets of a row may mask a
/// group, which then costs nothing, or mark it: its cost is then fixed, whatever the outputs.
package struct LossGroup: Sendable, Hashable {
  /// The loss of a group.
  package enum Kind: Sendable, Hashable {
    case squares
    case binary
    case softmax
  }

  /// The loss of the group.
  package var kind: Kind
  /// The outputs of the group, without the mask.
  package var outputs: Range<Int>
  /// The target that masks the group if it is above 0; a NaN as the first target of the group masks it, too.
  package var mask: Int?
  /// The weight of the cost.
  package var factor: Double
  /// The target that marks the group: the first one if it equals the mark, for squares, or the last one if it
  /// is above the mark, for others; nil for none.
  package var mark: Float?
  /// The cost of a marked group, in nats: f times that or, for squares, twice that, since a square is twice
  /// its value in nats.
  package var markedCost: Double

  /// Creates a group.
  package init(
    _ kind: Kind, outputs: Range<Int>, mask: Int? = nil, factor: Double = 1, mark: Float? = nil,
    markedCost: Double = 0
  ) {
    self.kind = kind
    self.outputs = outputs
    self.mask = mask
    self.factor = factor
    self.mark = mark
    self.markedCost = markedCost
  }

  /// The lower bound of probabilities in a cross-entropy.
  package static let leastProbability = 1e-7
}
