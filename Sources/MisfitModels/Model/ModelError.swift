import MisfitCore

/// An error of fitting a model.
package struct ModelError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The rows have more columns than the model can take.
    case tooWide(width: Int, limit: Int)
    /// The rows contain numbers that are not finite, or too large to be squared.
    case notFinite
    /// There are fewer rows than the model needs.
    case tooFewRows(Int, needed: Int)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The message and its remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .tooWide(let width, let limit):
      Diagnosis(
        """
        the products of \(NumberText.grouped(width)) columns with each other would take more memory than is \
        sensible
        """,
        remedy: "give at most \(NumberText.grouped(limit)) columns, or use \(.model, "autoencoder")")
    case .notFinite:
      Diagnosis(
        "the rows contain numbers too large to be squared",
        remedy: "omit the column with \(.ignoredColumns), or take the logarithm of its values")
    case .tooFewRows(let count, let needed):
      Diagnosis(
        "\(CountText.of(count, "row")) to learn from are too few: this model needs \(needed)",
        remedy: "give more rows, hold fewer of them out with \(.validation), or use \(.model, "autoencoder")")
    }
  }
}
