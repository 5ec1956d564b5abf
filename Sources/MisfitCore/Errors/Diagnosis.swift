/// The text of an error: the problem, its position and a remedy.
public struct Diagnosis: Hashable, Sendable {
  /// The problem, as a sentence without a full stop.
  public var problem: MessageText
  /// The position in the input, if the problem has one.
  public var position: InputPosition?
  /// The remedy for the user, as a sentence without a full stop.
  public var remedy: MessageText?

  /// Creates a diagnosis.
  public init(_ problem: MessageText, at position: InputPosition? = nil, remedy: MessageText? = nil) {
    self.problem = problem
    self.position = position
    self.remedy = remedy
  }

  /// The diagnosis as text, `file.csv:12: column "x": "abc" is not a number`, and the remedy on a line of its
  /// own.
  ///
  /// `naming` writes an option and the value that it is to have.
  public func text(naming: (OptionName, _ value: String?) -> String) -> String {
    var text = problem.text(naming: naming)
    if let position { text = "\(position): \(text)" }
    if let remedy { text += "\n  \(remedy.text(naming: naming))" }
    return text
  }
}

extension Diagnosis: CustomStringConvertible {
  /// The diagnosis as text, with options named by their Swift declarations.
  public var description: String {
    var text = problem.description
    if let position { text = "\(position): \(text)" }
    if let remedy { text += "\n  \(remedy)" }
    return text
  }
}

/// An error that can describe its problem, position and remedy.
///
/// Errors are data (a kind and a position). The text is made here, apart from where they are thrown.
public protocol DiagnosableError: Error, Sendable, CustomStringConvertible {
  /// The text of the error.
  var diagnosis: Diagnosis { get }
}

extension DiagnosableError {
  /// The diagnosis as text.
  public var description: String { diagnosis.description }
}
