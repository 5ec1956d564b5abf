import MisfitCore

/// An error for an error measure or loss that is not possible.
package struct MeasureError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The measure is per cell, but the data is not a table, or has targets.
    case needsTable
    /// The measure compares images with their reconstructions, but the data is a table, or has targets.
    case needsImages
    /// The measure is defined for values in [0, 1], and the data is not.
    case needsUnitInterval
    /// The table has columns other than numbers, and the model outputs no probabilities for them.
    case needsProbabilities
    /// The model was calibrated with another measure; its name and that measure.
    case isNotTheModels(model: String, measure: ScoreMeasure)
  }

  /// The kind of the error.
  package var kind: Kind
  /// The option that requests the measure, with its value.
  package var asked: MessageText

  /// Creates an error.
  package init(_ kind: Kind, asked: MessageText) {
    self.kind = kind
    self.asked = asked
  }

  /// The problem and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .needsTable:
      Diagnosis(
        "\(asked) takes errors from the cells of a table, and there are none",
        remedy: "omit it for images and where there are targets")
    case .needsImages:
      Diagnosis(
        "\(asked) compares images with their reconstructions, and there are none",
        remedy: "omit it for tables, series, and where there are targets")
    case .needsUnitInterval:
      Diagnosis(
        "\(asked) needs values in [0, 1], and these images have others",
        remedy: "omit \(.scaling), or choose another \(.errorMeasure)")
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
