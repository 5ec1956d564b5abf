import MisfitCore

/// Why targets were refused, or missed.
package struct TargetError: DiagnosableError, Hashable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// The model's errors are distances to targets, and none are given.
    case needed
    /// Targets for a model that was fitted without.
    case notWanted
    /// Targets for a model that only rebuilds its rows.
    case notForModel(ModelChoice)
    /// Rows are to be left out of training as the oddest, which looks at how they are rebuilt.
    case notTrimmed
  }

  /// What is wrong.
  package var kind: Kind
  /// The data that has no targets, or the targets that are not wanted.
  package var source: String

  /// Makes an error.
  package init(_ kind: Kind, source: String) {
    self.kind = kind
    self.source = source
  }

  /// The sentence.
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
