/// A cell of a table: its outputs in a row, and the cost of a wrong reconstruction.
///
/// With outputs y, inputs x and a factor f:
/// - numbers cost the sum of f (y - x)²;
/// - yes or no cost f times the binary cross-entropy -ln p or -ln(1 - p), where p is the sigmoid of the
///   output; the input is 0 or √2;
/// - levels cost f times the cross-entropy -ln p, where p is the softmax of the level's output; the inputs
///   are 0, and 1 for the level.
///
/// Probabilities are at least 1e-7, so a cross-entropy is at most 16.118. A cell unseen in training has a
/// fixed cost, whatever the outputs: f times ``surprise`` or, for a missing number, twice that, since a
/// square is twice its value in nats.
package struct Cell: Sendable, Hashable {
  /// The kind of a cell.
  package enum Kind: Sendable, Hashable {
    case numbers
    case yesOrNo
    case levels
  }

  /// The kind of the cell.
  package var kind: Kind
  /// The outputs of the cell, without the indicator.
  package var outputs: Range<Int>
  /// The input that is 1 if the cell is missing; then its cost is 0, as that of a cell whose first input is
  /// NaN.
  package var indicator: Int?
  /// The weight of the cost, chosen so that a column predicted without information costs about 1.
  package var factor: Double
  /// The negative logarithm of the probability of a level unseen in training, or of a missing cell if
  /// training had none.
  package var surprise: Double
  /// The first input that marks a missing number, if training had no missing ones; nil if it had.
  ///
  /// It is beyond all values of training. A number that is encoded as exactly this float counts as missing,
  /// too.
  package var far: Float?
  /// The inputs that replace a cell unseen in training, so that it does not distort the reconstruction of
  /// other cells; empty leaves the cell unchanged.
  package var neutral: [Float] = []

  /// Whether the cell is missing: its indicator is set, or its first input is NaN.
  ///
  /// Shapes: `row` [E].
  package func isMissing(in row: Span<Float>) -> Bool {
    row[outputs.lowerBound].isNaN || indicator.map { row[$0] > 0 } ?? false
  }

  /// Whether the cell is unseen in training: a level or yes or no whose last input is above 2, or a number at
  /// ``far``.
  ///
  /// Shapes: `row` [E].
  package func isNew(in row: Span<Float>) -> Bool {
    kind == .numbers
      ? far != nil && row[outputs.lowerBound] == far : row[outputs.upperBound - 1] > Self.newInput
  }

  /// The bound above which an input marks an unseen level.
  package static let newInput: Float = 2

  /// Creates a cell.
  package init(
    _ kind: Kind, outputs: Range<Int>, indicator: Int? = nil, factor: Double = 1, surprise: Double = 0
  ) {
    self.kind = kind
    self.outputs = outputs
    self.indicator = indicator
    self.factor = factor
    self.surprise = surprise
  }

  /// The lower bound of probabilities in a cross-entropy.
  package static let leastProbability = 1e-7
}
