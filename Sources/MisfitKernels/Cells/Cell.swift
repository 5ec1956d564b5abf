/// A cell of a table among the outputs of a row, and what it costs to be wrong about it.
///
/// With outputs y, inputs x and a factor f:
/// - numbers cost the sum of f (y - x)²;
/// - yes or no costs f times the binary cross-entropy -ln p or -ln(1 - p), where p is the sigmoid of the output; the input is 0 or √2;
/// - a level costs f times the cross-entropy -ln p of its place in the softmax of the outputs; the inputs are 0, and 1 for the level.
///
/// No probability counts as less than 1e-7, so that a cross-entropy is at most 16.118. What training never had costs the same
/// whatever the outputs: f times ``surprise`` or, where a number is missing, twice that, since a square is twice what it is in nats.
public struct Cell: Sendable, Hashable {
  /// What the outputs stand for.
  public enum Kind: Sendable, Hashable {
    case numbers
    case yesOrNo
    case levels
  }

  /// What its outputs stand for.
  public var kind: Kind
  /// Its outputs, the indicator apart.
  public var outputs: Range<Int>
  /// The input that is 1 where the cell is missing; then it costs nothing, and so does a cell whose first input is NaN.
  public var indicator: Int?
  /// What costs are multiplied by, so that a column of which nothing is known costs about 1.
  public var factor: Double
  /// The negative logarithm of the probability of a level that training never had, or of a missing cell where it had none.
  public var surprise: Double
  /// The first input of a cell of numbers that is missing where training had none missing; nil where that is nothing new.
  ///
  /// It lies beyond all that training had. A number that is encoded as exactly this float counts as missing, too.
  public var far: Float?
  /// What a model is given instead of a cell such as training never had, so that it cannot mislead it about other cells; empty gives
  /// it the cell as it is.
  public var neutral: [Float] = []

  /// Whether the cell is missing: its indicator says so, or its first input is NaN.
  ///
  /// Shapes: `row` [E].
  public func isMissing(in row: Span<Float>) -> Bool {
    row[outputs.lowerBound].isNaN || indicator.map { row[$0] > 0 } ?? false
  }

  /// Whether training never had such a cell: a level or yes or no whose last input is above 2, or ``far``.
  ///
  /// Shapes: `row` [E].
  public func isNew(in row: Span<Float>) -> Bool {
    kind == .numbers
      ? far != nil && row[outputs.lowerBound] == far : row[outputs.upperBound - 1] > Self.newInput
  }

  /// Inputs of levels and of yes stay below.
  public static let newInput: Float = 2

  /// Describes a cell.
  public init(
    _ kind: Kind, outputs: Range<Int>, indicator: Int? = nil, factor: Double = 1, surprise: Double = 0
  ) {
    self.kind = kind
    self.outputs = outputs
    self.indicator = indicator
    self.factor = factor
    self.surprise = surprise
  }

  /// The least probability that counts, in a cross-entropy.
  public static let leastProbability = 1e-7
}
