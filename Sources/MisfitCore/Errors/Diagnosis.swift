/// The text of an error: the problem, its position and a remedy.
package struct Diagnosis: Hashable, Sendable {
  /// The problem, as a sentence without a full stop.
  package var problem: MessageText
  /// The position in the input, if the problem has one.
  package var position: InputPosition?
  /// The remedy for the user, as a sentence without a full stop.
  package var remedy: MessageText?

  /// Creates a diagnosis.
  package init(_ problem: MessageText, at position: InputPosition? = nil, remedy: MessageText? = nil) {
    self.problem = problem
    self.position = position
    self.remedy = remedy
  }

  /// The diagnosis as text, `file.csv:12: column "x": "abc" is not a number`, and the remedy on a line of its
  /// own.
  ///
  /// `naming` writes an option and the value that it is to have.
  package func text(naming: (OptionName, _ value: String?) -> String) -> String {
    var text = problem.text(naming: naming)
    if let position { text = "\(position): \(text)" }
    if let remedy { text += "\n  \(remedy.text(naming: naming))" }
    return text
  }
}

extension Diagnosis: CustomStringConvertible {
  /// The diagnosis as text, with options named by their Swift declarations.
  package var description: String {
    var text = problem.description
    if let position { text = "\(position): \(text)" }
    if let remedy { text += "\n  \(remedy)" }
    return text
  }
}

/// An error of Misfit, with the position in the input and a remedy where they are known.
///
/// Every error that the library throws conforms to it. Its `description` is the whole message.
public protocol MisfitError: Error, Sendable, CustomStringConvertible {
  /// The problem, as a sentence without a full stop.
  var problem: String { get }
  /// The position in the input, if the problem has one.
  var position: InputPosition? { get }
  /// The remedy, as a sentence without a full stop; nil if there is none to recommend.
  var remedy: String? { get }
}

/// An error whose text is made apart from where it is thrown.
///
/// Errors are data: a kind and a position.
package protocol DiagnosableError: MisfitError {
  /// The text of the error.
  var diagnosis: Diagnosis { get }
}

extension DiagnosableError {
  package var problem: String { diagnosis.problem.description }
  package var position: InputPosition? { diagnosis.position }
  package var remedy: String? { diagnosis.remedy?.description }
  /// The diagnosis as text.
  package var description: String { diagnosis.description }
}
