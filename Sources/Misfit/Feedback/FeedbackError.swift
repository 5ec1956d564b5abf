import MisfitCore

/// An error for feedback that a model cannot use.
package struct FeedbackError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The model scores windows of series.
    case series
    /// An image is scored by its tiles.
    case tiles
    /// The model has no calibration.
    case unfinishedModel
    /// A rule names a column that the model does not have, with the most similar name.
    case unknownColumn(String, nearest: String?)
    /// A rule names a column without numbers.
    case notNumeric(String)
    /// Identifiers that no row of the source has.
    case missingRows([String], source: String)
    /// A marked row without a finite score.
    case notScored(String, source: String)
    /// More rows are marked than a model keeps.
    case tooManyRows(limit: Int)
    /// The model has no feedback.
    case nothingToForget
    /// Neither a marked row nor a rule has this name.
    case unknown(String)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The problem and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .series:
      Diagnosis(
        "a model of series scores windows of consecutive rows, and feedback is on single rows",
        remedy: "fit a model of single rows without \(.window)")
    case .tiles:
      Diagnosis(
        "the score of an image is stitched from those of its tiles, and feedback is on whole samples",
        remedy: "add normal images to the data, and fit again")
    case .unfinishedModel:
      Diagnosis(
        "the model is an unfinished run, without calibration scores",
        remedy: "finish it with \(.fit) and \(.resumes)")
    case .unknownColumn(let name, let nearest):
      Diagnosis(
        "the model has no column \"\(name)\"",
        remedy: nearest.map { "did you mean \"\($0)\"? \(.inspect) lists the columns" }
          ?? "\(.inspect) lists the columns")
    case .notNumeric(let name):
      Diagnosis(
        "column \"\(name)\" has no numbers to compare", remedy: "mark rows as normal instead")
    case .missingRows(let ids, let source):
      Diagnosis(
        """
        no row has the id \(ids.prefix(3).map { "\"\($0)\"" }.joined(separator: ", "))\
        \(ids.count > 3 ? " and \(ids.count - 3) more" : "")
        """, at: InputPosition(source: source),
        remedy: "give the ids as \(.score) writes them, and the same \(.idColumn)")
    case .notScored(let id, let source):
      Diagnosis(
        "row \"\(id)\" has no score", at: InputPosition(source: source), remedy: "mark another row")
    case .tooManyRows(let limit):
      Diagnosis(
        "a model keeps at most \(NumberText.grouped(limit)) marked rows",
        remedy: "add the rows to the data, and fit again")
    case .nothingToForget: Diagnosis("the model has no feedback", remedy: "mark rows first")
    case .unknown(let name):
      Diagnosis(
        "no feedback has the name \"\(name)\"",
        remedy: "give the id of a marked row, the column of a rule, or all")
    }
  }
}
