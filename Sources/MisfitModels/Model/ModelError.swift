import MisfitCore

/// Why a model could not be fitted.
package struct ModelError: DiagnosableError, Hashable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// More columns than the model can take.
    case tooWide(width: Int, limit: Int)
    /// The rows hold numbers that are not finite, or too large to be squared.
    case notFinite
    /// Fewer rows than the model needs to look around in.
    case tooFewRows(Int, needed: Int)
  }

  /// What is wrong.
  package var kind: Kind

  /// Makes an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
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
        "the rows hold numbers too large to be squared",
        remedy: "omit the column with \(.ignoredColumns), or take the logarithm of its values")
    case .tooFewRows(let count, let needed):
      Diagnosis(
        "\(CountText.of(count, "row")) to learn from are too few: this model needs \(needed)",
        remedy: "give more rows, hold fewer of them out with \(.validation), or use \(.model, "autoencoder")")
    }
  }
}
