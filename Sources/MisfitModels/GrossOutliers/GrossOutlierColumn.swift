/// A column of a table as a check for gross outliers sees it among the inputs of a row.
public struct GrossOutlierColumn: Sendable {
  /// What the column holds.
  public enum Content: Sendable {
    /// A number or date in its first input: `linear` turns that input into a scale in which distances are those of the
    /// data, up to a factor; nil where the input is such a scale.
    case number(linear: (@Sendable (Float) -> Float)?)
    /// Levels, an input each, then one for all others: how many training cells had each.
    case levels(counts: [Int])
  }

  /// What it holds.
  public var content: Content
  /// The inputs of its value.
  public var inputs: Range<Int>
  /// The input of a missing cell where training had none; it is no value.
  public var missingInput: Float?
  /// The least input that is possible, of counts; nil where any number is.
  public var leastInput: Float?
  /// Whether its values are compared within the groups that levels of other columns make.
  public var isGrouped: Bool

  /// Describes a column.
  public init(
    _ content: Content, inputs: Range<Int>, missingInput: Float? = nil, leastInput: Float? = nil,
    isGrouped: Bool = false
  ) {
    self.content = content
    self.inputs = inputs
    self.missingInput = missingInput
    self.leastInput = leastInput
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
