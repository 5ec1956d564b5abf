/// The role of a model's input in a table whose columns have several kinds.
package enum InputRole: Sendable, Hashable {
  /// A number, which a model may scale by its distribution.
  case number
  /// One level of a categorical column: 1 for rows with the level, else 0. It is not scaled again.
  case level(column: Int)
  /// One of `of` inputs that encode a column together. It is not scaled again.
  case part(of: Int)

  /// Whether the input is scaled already.
  var isScaled: Bool { self != .number }
}
