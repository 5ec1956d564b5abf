import MisfitCore

/// An error for a detector that cannot be exported, or whose graph computes something else.
package struct ExportError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The model scores windows of series.
    case series
    /// An image is scored by its similarity to its reconstruction; the measure.
    case similarity(ScoreMeasure)
    /// An image is scored by its tiles.
    case tiles
    /// The model has feedback, which changes scores.
    case feedback
    /// The score of a row differs by more than rounding; the relative difference.
    case scoreDiffers(record: Int, difference: Double)
    /// A row is flagged by one of detector and graph alone.
    case flagDiffers(record: Int)
    /// The graph is larger than a file of protocol buffers may be.
    case tooLarge(byteCount: Int)
    /// The rows for a check have none that is scored.
    case nothingToCheck
  }

  /// The kind of the error.
  package var kind: Kind
  /// The name of the rows that were compared; nil if none were.
  package var source: String?

  /// Creates an error.
  package init(_ kind: Kind, source: String? = nil) {
    self.kind = kind
    self.source = source
  }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .series:
      Diagnosis(
        "a model of series scores windows of consecutive rows, which no graph of operators collects",
        remedy: "score series with \(.score), or fit a model of single rows without \(.window)")
    case .similarity(let measure):
      Diagnosis(
        "the score of a model fitted with \(.errorMeasure, measure.rawValue) is no graph of operators",
        remedy: "score images with \(.score), or export a model fitted without \(.errorMeasure)")
    case .tiles:
      Diagnosis(
        "the score of an image is stitched from those of its tiles, which no graph of operators does",
        remedy: "export the model of a single tile with \(.exportsTiles)")
    case .feedback:
      Diagnosis(
        "the model has feedback, and a graph computes the scores of the model alone",
        remedy: "remove the feedback, or score with \(.score)")
    case .scoreDiffers(let record, let difference):
      Diagnosis(
        """
        the graph's score of row \(record) differs from the detector's by \
        \(NumberText.significant(difference, digits: 3)) of itself or the threshold
        """, at: source.map { InputPosition(source: $0, record: record) },
        remedy: "nothing was written; score with \(.score) instead, and report this model")
    case .flagDiffers(let record):
      Diagnosis(
        "row \(record) is flagged by one of the detector and its graph alone",
        at: source.map { InputPosition(source: $0, record: record) },
        remedy: "nothing was written; score with \(.score) instead, and report this model")
    case .tooLarge(let byteCount):
      Diagnosis(
        "the graph has \(NumberText.grouped(byteCount)) bytes, and a file of protocol buffers at most 2 GiB",
        remedy: "fit a model with fewer rows to compare with: lower \(.referenceLimit)")
    case .nothingToCheck:
      Diagnosis(
        "no row has a score to compare", at: source.map { InputPosition(source: $0) },
        remedy: "give rows with values in every column of numbers")
    }
  }
}
