import MisfitCore

/// Why errors of several models cannot be compared.
public struct ComparisonError: DiagnosableError, Hashable {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// There is no model.
    case noModels
    /// Two models have the same name.
    case repeatedName(String)
    /// A model has not as many errors as the first one.
    case differentCounts(name: String, count: Int, expected: Int)
    /// There are not as many identifiers as samples.
    case identifierCount(Int, expected: Int)
    /// There are not as many labels as samples.
    case labelCount(Int, expected: Int)
  }

  /// What is wrong.
  public var kind: Kind

  /// Makes an error.
  public init(_ kind: Kind) { self.kind = kind }
}
