import MisfitCore

/// The model file of an unfinished run.
struct Checkpoint {
  /// The path of the file; nil writes none.
  let path: String?
  /// The content of the file when the run was resumed; nil for a new run.
  let saved: ModelFile?
  /// Whether ``write(_:)`` writes the file.
  private let isWritten: Bool

  /// The checkpoint for a refit, which neither writes nor resumes; its path is only used in messages.
  var withoutFile: Checkpoint { Checkpoint(path: path, saved: nil, isWritten: false) }

  private init(path: String?, saved: ModelFile?, isWritten: Bool) {
    self.path = path
    self.saved = saved
    self.isWritten = isWritten
  }

  /// Reads the checkpoint if the options request to resume.
  ///
  /// - Throws: ``FitError``, ``FileError``, ``ModelFileError``.
  init(of options: FitOptions) throws {
    path = options.run.checkpointPath
    isWritten = true
    guard options.run.resumes else {
      saved = nil
      return
    }
    guard let path, FileSystem.status(of: path) != nil else {
      throw FitError(.noCheckpoint(options.run.checkpointPath ?? "no path"))
    }
    let file = try ModelFile(readingFrom: path)
    guard file.state != nil else { throw ModelFileError(.notACheckpoint, path: path) }
    saved = file
  }

  /// Checks that the run can continue with the options.
  ///
  /// - Throws: ``FitError`` that names the differences; ``ArchitectureError`` of the options.
  func check(_ options: FitOptions) throws {
    guard let path, let saved, let network = saved.autoencoder else { return }
    let differences = try ResumedRun(options, saved.record, network.architecture).differences
    guard differences.isEmpty else { throw FitError(.otherOptions(differences, checkpointPath: path)) }
  }

  /// Replaces the file with a newer state.
  ///
  /// The process may be killed at any time without damage to the file; after a power failure the file may be
  /// that of the previous epoch.
  ///
  /// - Throws: ``FileError``.
  func write(_ file: ModelFile) throws {
    if isWritten, let path { try file.write(to: path, isDurable: false) }
  }
}
