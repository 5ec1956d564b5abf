/// The text of an error: the problem, its position and a remedy.
public struct Diagnosis: Hashable, Sendable {
  /// The problem, as a sentence without a full stop.
  public var problem: String
  /// The position in the input, if the problem has one.
  public var position: InputPosition?
  /// The remedy for the user, as a sentence without a full stop.
  public var remedy: String?

  /// Creates a diagnosis.
  public init(_ problem: String, at position: InputPosition? = nil, remedy: String? = nil) {
    self.problem = problem
    self.position = position
    self.remedy = remedy
  }
}

extension Diagnosis: CustomStringConvertible {
  /// `file.csv:12: column "x": "abc" is not a number`, and the remedy on a line of its own.
  public var description: String {
    var text = problem
    if let position { text = "\(position): \(problem)" }
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
