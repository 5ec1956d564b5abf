import MisfitCore

/// An error of a stream or its state file.
package struct StreamError: DiagnosableError, Hashable {
  /// A kind of error.
  package enum Kind: Hashable, Sendable {
    /// The file is not a state of a watcher.
    case foreign
    /// The file is damaged; what is wrong in it.
    case altered(String)
    /// The state was written with another recipe.
    case otherRecipe
    /// The state was written for other columns.
    case otherColumns(stored: [String], given: [String])
    /// A column that was asked for is not in the data.
    case missingColumn(String, nearest: String?)
    /// The input is not rows; what is wrong, and a remedy.
    case malformed(String, remedy: String?)
  }

  /// The kind.
  package var kind: Kind
  /// The file, and the line if it is known.
  package var place: InputPosition

  /// Creates an error at a position.
  package init(_ kind: Kind, at place: InputPosition) {
    self.kind = kind
    self.place = place
  }

  /// Creates an error of a file.
  package init(_ kind: Kind, path: String) { self.init(kind, at: InputPosition(source: path)) }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .foreign:
      Diagnosis(
        "is not the state of a stream", at: place,
        remedy: "choose another path, or delete the file to begin again")
    case .altered(let what):
      Diagnosis(
        MessageText("the state is damaged: \(what)"), at: place,
        remedy: "restore it, or delete it to begin again")
    case .otherRecipe:
      Diagnosis(
        "the state was written with other constants of the detector", at: place,
        remedy: "use the same options as before, or delete the file to begin again")
    case .otherColumns(let stored, let given):
      Diagnosis(
        MessageText(
          "the state is of the columns \(stored.joined(separator: ", ")), and the data has "
            + given.joined(separator: ", ")), at: place,
        remedy: "watch the same data as before, or delete the file to begin again")
    case .missingColumn(let name, let nearest):
      Diagnosis(
        MessageText("there is no column \"\(name)\""), at: place,
        remedy: nearest.map { MessageText("did you mean \"\($0)\"?") })
    case .malformed(let what, let remedy):
      Diagnosis(MessageText(what), at: place, remedy: remedy.map { MessageText($0) })
    }
  }
}
