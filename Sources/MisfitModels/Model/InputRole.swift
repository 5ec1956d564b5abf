/// What an input of a model is, where not all of them are numbers of columns of their own.
package enum InputRole: Sendable, Hashable {
  /// A number, which a model may scale by what it sees of it.
  case number
  /// 1 for a level of a column and 0 for the others; scaled already. Levels of one column have its number.
  case level(column: Int)
  /// One of so many inputs that stand for a column together; scaled already.
  case part(of: Int)

  /// Whether the input is taken as it comes.
  var isScaled: Bool { self != .number }
}
