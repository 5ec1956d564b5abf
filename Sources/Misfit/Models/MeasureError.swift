import MisfitCore

/// Why errors cannot be taken in the way that was asked for.
package struct MeasureError: DiagnosableError, Hashable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// Cells are those of tables, and of rows that are rebuilt: what was asked for needs both.
    case needsTable
    /// The table has other columns than numbers, and the model gives no probabilities for them.
    case needsProbabilities
    /// The model was calibrated by another measure.
    case isNotTheModels(model: String, measure: ScoreMeasure)
  }

  /// What is wrong.
  package var kind: Kind
  /// The option that was asked for, with its value.
  package var asked: MessageText

  /// Makes an error.
  package init(_ kind: Kind, asked: MessageText) {
    self.kind = kind
    self.asked = asked
  }

  /// The sentence.
  package var diagnosis: Diagnosis {
    switch kind {
    case .needsTable:
      Diagnosis(
        "\(asked) takes errors from the cells of a table, and there are none",
        remedy: "omit it for images and where there are targets")
    case .needsProbabilities:
      Diagnosis(
        "\(asked) needs probabilities of levels, which a network trained with \(.loss, "mixed") gives",
        remedy: "add \(.model, "autoencoder"), and omit \(.loss) and \(.outputActivation)")
    case .isNotTheModels(let model, let measure):
      Diagnosis(
        "\(model) was not fitted with \(asked), but with \(.errorMeasure, measure.rawValue)",
        remedy:
          "fit it with \(asked), or compare by an error that every model has, such as \(.errorMeasure, "mse")"
      )
    }
  }
}
