import MisfitCore
import MisfitNetworks

/// An error for a file that is not a usable model.
package struct ModelFileError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// There is no such file; the nearest existing name.
    case missing(nearest: String?)
    /// The file is data, not a model; the kind of data that it seems to be.
    case data(String)
    /// The file is not a safetensors file.
    case foreign
    /// The file is a safetensors file, but not a Misfit model.
    case notAModel
    /// The file is shorter than its header requires.
    case truncated(expectedByteCount: Int, byteCount: Int)
    /// A part of the file contradicts the rest.
    case altered(String)
    /// The network cannot be computed on this machine.
    case network(ArchitectureError)
    /// The file was written by a later version.
    case laterVersion(Int)
    /// The file is a finished model where the checkpoint of an unfinished run is needed, or vice versa.
    case notACheckpoint
  }

  /// The kind of the error.
  package var kind: Kind
  /// The path of the file.
  package var path: String

  /// Creates an error.
  package init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// The problem, its position and a remedy.
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
    case .network(let error):
      let reason = error.diagnosis
      return Diagnosis(reason.problem, at: position, remedy: reason.remedy)
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
