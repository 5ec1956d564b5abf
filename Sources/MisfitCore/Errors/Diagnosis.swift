/// What an error says: what happened, where, and how to fix it.
public struct Diagnosis: Hashable, Sendable {
  /// What happened, as a sentence without a full stop.
  public var problem: MessageText
  /// The place in the input, if there is one.
  public var position: InputPosition?
  /// How to fix it, as a sentence without a full stop.
  public var remedy: MessageText?

  /// Makes a diagnosis.
  public init(_ problem: MessageText, at position: InputPosition? = nil, remedy: MessageText? = nil) {
    self.problem = problem
    self.position = position
    self.remedy = remedy
  }

  /// The diagnosis as text, `file.csv:12: column "x": "abc" is not a number`, and the remedy on a line of its own.
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

/// An error that knows what happened, where, and how to fix it.
///
/// Errors are data (a kind and a place); the sentence is made here, apart from where they are thrown.
public protocol DiagnosableError: Error, Sendable, CustomStringConvertible {
  /// The sentence.
  var diagnosis: Diagnosis { get }
}

extension DiagnosableError {
  /// The diagnosis as text.
  public var description: String { diagnosis.description }
}
