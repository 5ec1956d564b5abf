import MisfitCore
import MisfitModels

/// An error that ended a fit without a model.
package struct FitError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The caller requested to stop; the run is saved at the path, if one was given.
    case interrupted(checkpointPath: String?)
    /// There is no checkpoint to resume from; its path.
    case noCheckpoint(String)
    /// The option requests cross-entropy, as the loss or the error, for data outside [0, 1].
    case notInUnitInterval(option: OptionName)
    /// Only the training of a single network can be resumed.
    case notResumable(ModelChoice)
    /// A fit that leaves out rows cannot be resumed: the choice depends on the first weights of the epoch,
    /// which no checkpoint contains.
    case trimmingNotResumable
    /// Options differ from those that the unfinished run began with, so its result would not be the requested
    /// one.
    case otherOptions([OptionDifference], checkpointPath: String)
    /// The network gives the same output for all images, whatever weights its training starts with.
    case collapsed(starts: Int, shareOfVariance: Double)
    /// The options say how patches are scored, and the data is not cut into patches.
    case noPatches(TileScore)
    /// Processes that share a fit have read other rows than the first one.
    case processesDiffer(ranks: [Int])
    /// The data has changed since the checkpoint was written.
    case dataChanged(checkpointPath: String)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .interrupted(let path?):
      Diagnosis(
        "stopped; the run so far is saved in \(path)", remedy: "run the same fit with \(.resumes) to continue"
      )
    case .interrupted(nil): Diagnosis("stopped")
    case .noCheckpoint(let path):
      Diagnosis(
        "there is no unfinished run to resume", at: InputPosition(source: path),
        remedy: "start it without \(.resumes)")
    case .notResumable(let model):
      Diagnosis(
        "a fit of \(.model, model.name) is not saved on the way, so there is none to resume",
        remedy: "start it without \(.resumes)")
    case .trimmingNotResumable:
      Diagnosis(
        """
        a fit that leaves out the rows with the largest errors is not saved on the way, so there is none to \
        resume
        """,
        remedy: "start it without \(.resumes)")
    case .notInUnitInterval(let option):
      Diagnosis(
        "\(option, "bce") needs data in [0, 1], and this is not",
        remedy: "add \(.scaling, "min-max"), or choose another \(option)")
    case .collapsed(let starts, let share):
      Diagnosis(
        """
        the network has learned no more than the mean image in \(starts) starts: its error is \
        \(NumberText.significant(share * 100, digits: 3)) % of the images' variance
        """,
        remedy:
          """
          use \(.model, ModelChoice.local.name), which needs no training, or give \(.epochs) and a lower \
          \(.learningRate) to keep what such a training ends with
          """)
    case .noPatches(let score):
      Diagnosis(
        "\(.tileScore, score.rawValue) combines the scores of patches, and the data is not cut into any",
        remedy: "cut images with \(.tileSide, "8"), or omit \(.tileScore)")
    case .dataChanged(let path):
      Diagnosis(
        "the data is not what the unfinished run began with", at: InputPosition(source: path),
        remedy:
          """
          resume with the same data and the same \(.scaling), \(.validation) and \(.columnKind), or start \
          again without \(.resumes)
          """
      )
    case .processesDiffer(let ranks):
      Diagnosis(
        "other rows than those of the first process were read by process \(ranks.first ?? 0)",
        remedy: "give every process the same files, under the same path")
    case .otherOptions(let differences, let path):
      Diagnosis(
        "the unfinished run has other options: \(MessageText.list(differences.map(\.text)))",
        at: InputPosition(source: path),
        remedy: "omit them to continue as it began, or start again without \(.resumes)")
    }
  }
}
