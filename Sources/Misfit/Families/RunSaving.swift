import MisfitNetworks

/// The saving of a run that can be resumed.
struct RunSaving {
  /// The path of the file; nil if there is none.
  let path: String?
  /// The network and the state of the run that is resumed; nil for a new run.
  let begun: (network: Network, state: TrainingState)?
  /// Saves the run, with a record whose calibration is empty.
  let save: (_ record: ModelRecord, _ network: Network, _ state: TrainingState) throws -> Void

  /// The same for a refit, which neither saves nor resumes; its path is only used in messages.
  var withoutFile: RunSaving { RunSaving(path: path, begun: nil, save: { _, _, _ in }) }
}
