/// An error's sentence: what happened, where, and the way out.
public struct Diagnosis: Hashable, Sendable {
  /// What happened, as a sentence without a full stop.
  public var problem: String
  /// Where, if it has a place in the input.
  public var position: InputPosition?
  /// What the user can do about it, as a sentence without a full stop.
  public var remedy: String?

  /// Makes a diagnosis.
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

/// An error that can say what happened, where, and how to fix it.
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
