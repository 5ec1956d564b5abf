import MisfitCore
import MisfitIngest
import MisfitNetworks

/// The model file of an unfinished run.
struct Checkpoint {
  /// The path of the file; nil writes none.
  let path: String?
  /// The content of the file when the run was resumed; nil for a new run.
  let saved: ModelFile?
  /// Whether this process writes the file; of several, only the first does.
  private let isWriter: Bool

  /// Reads the checkpoint if the options request to resume.
  ///
  /// - Throws: ``FitError``, ``FileError``, ``ModelFileError``.
  init(of options: FitOptions) throws {
    path = options.run.checkpointPath
    isWriter = options.communicator.rank == 0
    guard options.run.resumes else {
      saved = nil
      return
    }
    guard let path, FileSystem.status(of: path) != nil else {
      throw FitError(.noCheckpoint(options.run.checkpointPath ?? "no path"))
    }
    let file = try ModelFile(readingFrom: path)
    guard file.state != nil, file.record.training.plan.family.traits.isResumable else {
      throw ModelFileError(.notACheckpoint, path: path)
    }
    saved = file
  }

  /// Checks that the run can continue with the options.
  ///
  /// - Throws: ``FitError`` that names the differences; ``ArchitectureError`` of the options.
  func check(_ options: FitOptions) throws {
    guard let path, let saved else { return }
    let begun = saved.record.training.plan
    let plan = try begun.family.family.plan(PlanInput(options, dataOf: saved.record)).plan
    let differences = plan.differences(from: begun, options)
    guard differences.isEmpty else { throw FitError(.otherOptions(differences, checkpointPath: path)) }
  }

  /// Returns the record of the run to continue; nil for a new run.
  ///
  /// - Throws: ``FitError`` if the data is not what the run began with.
  func record(continuing data: TrainingData) throws(FitError) -> TrainingRecord? {
    guard let path, let saved else { return nil }
    let record = saved.record
    guard record.schema == data.schema, record.targetSchema == data.targetSchema,
      record.training.rowCount == data.training.rowCount,
      record.training.validationRowCount == data.validation?.rowCount ?? 0
    else { throw FitError(.dataChanged(checkpointPath: path)) }
    return record.training
  }

  /// The saving of the run: each time, the file is replaced with a newer state.
  ///
  /// The process may be killed at any time without damage to the file; after a power failure the file may be
  /// that of the previous epoch.
  var saving: RunSaving {
    var begun: (network: Network, state: TrainingState)?
    if let network = saved?.autoencoder, let state = saved?.state { begun = (network, state) }
    return RunSaving(path: path, begun: begun) { [path, isWriter] record, network, state in
      guard let path, isWriter else { return }
      try ModelFile(record: record, network: network, state: state).write(to: path, isDurable: false)
    }
  }
}

extension PlanInput {
  /// The input of a fit that would begin now with the data of an unfinished run.
  init(_ options: FitOptions, dataOf record: ModelRecord) {
    let training = record.training
    let rowCount = training.rowCount + training.validationRowCount
    let heldOut = options.rows.validationShare.map { TrainingData.heldOut($0, of: rowCount) }
    self.init(
      options: options, schema: record.schema, targetSchema: record.targetSchema,
      rowCount: training.rowCount, heldOutRowCount: heldOut ?? training.validationRowCount,
      scaling: options.scaling == .automatic ? record.schema.scaling : options.scaling)
  }
}
