import MisfitCore

/// An error for targets that are missing or not allowed.
package struct TargetError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The model needs targets, and none are given.
    case needed
    /// Targets are given, but the model was fitted without.
    case notWanted
    /// Targets are given for a kind of model that only reconstructs its rows.
    case notForModel(ModelChoice)
    /// Rows are to be left out of training by their reconstruction error, which rows with targets do not
    /// have.
    case notTrimmed
  }

  /// The kind of the error.
  package var kind: Kind
  /// The name of the data without targets, or of the targets that are not allowed.
  package var source: String

  /// Creates an error.
  package init(_ kind: Kind, source: String) {
    self.kind = kind
    self.source = source
  }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    let position = InputPosition(source: source)
    switch kind {
    case .needed:
      return Diagnosis(
        "the model was fitted with targets: its errors are distances to them, and this data has none",
        at: position, remedy: "add \(.targetSource, "PATH"); \(.reconstruct) and \(.encode) need none")
    case .notWanted:
      return Diagnosis(
        "the model was fitted without targets: it reconstructs its samples", at: position,
        remedy: "omit \(.targetSource), or fit a model with \(.targetSource)")
    case .notTrimmed:
      return Diagnosis(
        "\(.contaminatedShare) leaves out rows by reconstruction error, which rows with targets do not have",
        at: position,
        remedy: "omit \(.contaminatedShare) or \(.targetSource)")
    case .notForModel(let model):
      return Diagnosis(
        "\(.model, model.name) only reconstructs rows, and has no targets", at: position,
        remedy: "omit \(.targetSource), or use \(.model, "autoencoder")")
    }
  }
}
