/// A column of a table as a check for gross outliers sees it among the inputs of a row.
package struct GrossOutlierColumn: Sendable {
  /// What the column holds.
  package enum Content: Sendable {
    /// A number or date in its first input: `linear` turns that input into a scale in which distances are
    /// those of the data, up to a factor; nil where the input is such a scale.
    case number(linear: (@Sendable (Float) -> Float)?)
    /// Levels, an input each, then one for all others: how many training cells had each.
    case levels(counts: [Int])
  }

  /// What it holds.
  package var content: Content
  /// The inputs of its value.
  package var inputs: Range<Int>
  /// The input of a missing cell where training had none; it is no value.
  package var missingInput: Float?
  /// The least input that is possible, of counts; nil where any number is.
  package var leastInput: Float?
  /// The scale of a plain number, whose least input is then learned where all training values are counts; nil
  /// for others.
  package var countScale: CountScale?
  /// Whether its inputs are 0 but for values that are far by themselves.
  package var isZeroUnlessFar: Bool
  /// Whether its values are compared within the groups that levels of other columns make.
  package var isGrouped: Bool

  /// Describes a column.
  package init(
    _ content: Content, inputs: Range<Int>, missingInput: Float? = nil, leastInput: Float? = nil,
    countScale: CountScale? = nil, isZeroUnlessFar: Bool = false, isGrouped: Bool = false
  ) {
    self.content = content
    self.inputs = inputs
    self.missingInput = missingInput
    self.leastInput = leastInput
    self.countScale = countScale
    self.isZeroUnlessFar = isZeroUnlessFar
    self.isGrouped = isGrouped
  }

  /// The levels' counts; nil of a column of numbers.
  var levelCounts: [Int]? {
    guard case .levels(let counts) = content else { return nil }
    return counts
  }

  /// Whether its inputs grow more slowly than its values.
  var isCompressed: Bool {
    if case .number(_?) = content { return true }
    return false
  }

  /// An input in linear scale.
  func linear(_ input: Float) -> Float {
    guard case .number(let linear?) = content else { return input }
    return linear(input)
  }

  /// Whether an input is a value of the column.
  func isValue(_ input: Float) -> Bool { !input.isNaN && input != missingInput }
}

/// How plain numbers are scaled, and what tells counts among them.
package struct CountScale: Sendable, Hashable {
  /// A value is the input times `scale`, and `offset`.
  package var (offset, scale): (Double, Double)

  /// Describes a scale.
  package init(offset: Double, scale: Double) { (self.offset, self.scale) = (offset, scale) }

  /// Whether an input may stand for a whole number of at least 0; not where floats do not tell.
  func isCount(_ input: Float) -> Bool {
    let product = Double(input) * scale
    let value = product + offset
    let rounding = (product.magnitude + offset.magnitude) * 0x1p-22
    return rounding < 0.1 && value >= -rounding && (value - value.rounded()).magnitude <= rounding
  }

  /// Between the inputs of -1 and of 0.
  var leastInput: Float { Float((-0.5 - offset) / scale) }
}
