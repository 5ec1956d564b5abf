import MisfitCore

/// An error in the input of a comparison of models.
public struct ComparisonError: DiagnosableError, Hashable {
  /// A kind of error.
  package enum Kind: Sendable, Hashable {
    /// There is no model.
    case noModels
    /// Two models have the same name.
    case repeatedName(String)
    /// A model has fewer or more errors than the first one.
    case differentCounts(name: String, count: Int, expected: Int)
    /// The number of identifiers differs from that of the samples.
    case identifierCount(Int, expected: Int)
    /// The number of labels differs from that of the samples.
    case labelCount(Int, expected: Int)
  }

  /// The kind of error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }
}
