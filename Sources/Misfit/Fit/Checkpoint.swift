import MisfitCore

/// The file of an unfinished run.
struct Checkpoint {
  /// Where it is written; nil writes none.
  let path: String?
  /// What it held when the run was resumed.
  let saved: ModelFile?
  /// Whether ``write(_:)`` writes.
  private let isWritten: Bool

  /// The same run for a refit, which neither writes nor resumes; its path is for messages.
  var withoutFile: Checkpoint { Checkpoint(path: path, saved: nil, isWritten: false) }

  private init(path: String?, saved: ModelFile?, isWritten: Bool) {
    self.path = path
    self.saved = saved
    self.isWritten = isWritten
  }

  /// Reads the checkpoint where the options ask to resume.
  ///
  /// - Throws: ``FitError``, ``FileError``, ``ModelFileError``.
  init(of options: FitOptions) throws {
    path = options.checkpointPath
    isWritten = true
    guard options.resumes else {
      saved = nil
      return
    }
    guard let path, FileSystem.status(of: path) != nil else {
      throw FitError(.noCheckpoint(options.checkpointPath ?? "no path"))
    }
    let file = try ModelFile(readingFrom: path)
    guard file.state != nil else { throw ModelFileError(.notACheckpoint, path: path) }
    saved = file
  }

  /// Makes sure that the run can go on as the options ask for.
  ///
  /// - Throws: ``FitError`` that names what is different; ``ArchitectureError`` of the options.
  func check(_ options: FitOptions) throws {
    guard let path, let saved, let network = saved.autoencoder else { return }
    let differences = try ResumedRun(options, saved.record, network.architecture).differences
    guard differences.isEmpty else { throw FitError(.otherOptions(differences, checkpointPath: path)) }
  }

  /// Replaces the file.
  ///
  /// The process may die at any moment; a power failure may bring back the file of the
  /// epoch before.
  ///
  /// - Throws: ``FileError``.
  func write(_ file: ModelFile) throws {
    if isWritten, let path { try file.write(to: path, isDurable: false) }
  }
}
