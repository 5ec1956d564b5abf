import MisfitONNX

/// A column of a table, and its inputs in a row, for a ``GrossOutlierCheck``.
package struct GrossOutlierColumn: Sendable {
  /// The content of a column.
  package enum Content: Sendable {
    /// A number or date in the first input.
    ///
    /// `linear` converts the input to a scale whose distances are proportional to those of the data; nil if
    /// the input has such a scale.
    case number(linear: (@Sendable (Float) -> Float)?)
    /// Levels, with one input each and one for all others; `counts` are the numbers of training cells.
    case levels(counts: [Int])
  }

  /// The content of the column.
  package var content: Content
  /// The conversion to the linear scale as values of a graph, from doubles to doubles; nil if the content has
  /// none.
  package var linearGraph: (@Sendable (GraphValue) -> GraphValue)?
  /// The inputs of the column.
  package var inputs: Range<Int>
  /// The input that marks a missing cell if training had none; nil if it had.
  package var missingInput: Float?
  /// The least possible input of a count; nil if any number is possible.
  package var leastInput: Float?
  /// The scale of a plain number; nil for others.
  ///
  /// If all training values are counts, ``leastInput`` follows from it.
  package var countScale: CountScale?
  /// Whether the inputs are 0 except for values that are far out themselves.
  package var isZeroUnlessFar: Bool
  /// Whether values are compared within the groups of rows with the same level in another column.
  package var isGrouped: Bool

  /// Creates a column.
  package init(
    _ content: Content, linearGraph: (@Sendable (GraphValue) -> GraphValue)? = nil, inputs: Range<Int>,
    missingInput: Float? = nil, leastInput: Float? = nil,
    countScale: CountScale? = nil, isZeroUnlessFar: Bool = false, isGrouped: Bool = false
  ) {
    self.content = content
    self.linearGraph = linearGraph
    self.inputs = inputs
    self.missingInput = missingInput
    self.leastInput = leastInput
    self.countScale = countScale
    self.isZeroUnlessFar = isZeroUnlessFar
    self.isGrouped = isGrouped
  }

  /// The counts of the levels; nil for a column of numbers.
  var levelCounts: [Int]? {
    guard case .levels(let counts) = content else { return nil }
    return counts
  }

  /// Whether the inputs grow more slowly than the values.
  var isCompressed: Bool {
    if case .number(_?) = content { return true }
    return false
  }

  /// Returns an input in the linear scale.
  func linear(_ input: Float) -> Float {
    guard case .number(let linear?) = content else { return input }
    return linear(input)
  }

  /// Whether an input is a value, not a missing cell.
  func isValue(_ input: Float) -> Bool { !input.isNaN && input != missingInput }
}

/// The scale of plain numbers, by which counts are recognized.
package struct CountScale: Sendable, Hashable {
  /// The scale and the offset: a value is the input times `scale` plus `offset`.
  package var (offset, scale): (Double, Double)

  /// Creates a scale.
  package init(offset: Double, scale: Double) { (self.offset, self.scale) = (offset, scale) }

  /// Whether an input encodes a whole number of at least 0; false if floats are too coarse to know.
  func isCount(_ input: Float) -> Bool {
    let product = Double(input) * scale
    let value = product + offset
    let rounding = (product.magnitude + offset.magnitude) * 0x1p-22
    return rounding < 0.1 && value >= -rounding && (value - value.rounded()).magnitude <= rounding
  }

  /// The bound between the inputs of -1 and 0.
  var leastInput: Float { Float((-0.5 - offset) / scale) }
}
