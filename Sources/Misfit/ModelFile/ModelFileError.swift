import MisfitCore

/// Why a file is not a model that can be used.
package struct ModelFileError: DiagnosableError, Hashable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// Nothing stands at the path; the nearest name that does.
    case missing(nearest: String?)
    /// Data where a model is needed; what it seems to be.
    case data(String)
    /// No safetensors file at all.
    case foreign
    /// A safetensors file, but no model of Misfit's.
    case notAModel
    /// Shorter than its header says.
    case truncated(expectedByteCount: Int, byteCount: Int)
    /// Something in it contradicts the rest.
    case altered(String)
    /// Made by a later version.
    case laterVersion(Int)
    /// A checkpoint of an unfinished run was asked for, and this is a finished model, or the other way round.
    case notACheckpoint
  }

  /// What is wrong.
  package var kind: Kind
  /// The file.
  package var path: String

  /// Makes an error.
  package init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// The sentence.
  package var diagnosis: Diagnosis {
    let position = InputPosition(source: path)
    switch kind {
    case .missing(let nearest):
      return Diagnosis(
        "there is no such model", at: position,
        remedy: nearest.map { "did you mean \"\($0)\"?" } ?? "give a file that \(.fit) wrote")
    case .data(let what):
      return Diagnosis(
        "this is \(what), not a model", at: position,
        remedy: "give the model first, and the data after it")
    case .foreign:
      return Diagnosis("is not a model file", at: position, remedy: "give a file that \(.fit) wrote")
    case .notAModel:
      return Diagnosis(
        "is a safetensors file, but not a model of Misfit's", at: position,
        remedy: "give a file that \(.fit) wrote")
    case .truncated(let expected, let count):
      return Diagnosis(
        "the model file is truncated: \(count) bytes of at least \(expected)", at: position,
        remedy: "copy it again, or fit the model again")
    case .altered(let what):
      return Diagnosis(
        "the model file was altered: \(what) does not agree with the rest", at: position,
        remedy: "copy it again, or fit the model again")
    case .laterVersion(let version):
      return Diagnosis(
        "was written by a later Misfit (format \(version))", at: position,
        remedy: "use that version or a newer one")
    case .notACheckpoint:
      return Diagnosis(
        "holds no unfinished training run", at: position, remedy: "start again without \(.resumes)")
    }
  }
}
