import MisfitCore

/// The download of one file to a folder, by the program `curl`.
///
/// The bytes are collected in a file that ends in `.part`, which a later call resumes; the file gets its name
/// only with the right checksum. An existing file is never overwritten.
package struct Download: Sendable {
  /// The file.
  package var file: DatasetFile
  /// The folder to download to; it must exist.
  package var folder: String
  /// Addresses of folders with the file, which are tried in turn.
  package var mirrors: [String]

  /// Makes a download without starting it.
  ///
  /// - Precondition: there is at least one mirror.
  package init(_ file: DatasetFile, to folder: String, from mirrors: [String]) {
    precondition(!mirrors.isEmpty, "a download from nowhere")
    self.file = file
    self.folder = folder
    self.mirrors = mirrors
  }

  /// The path of the file.
  package var path: String { file.path(in: folder) }
  /// The path of the incomplete file.
  package var partPath: String { path + ".part" }

  /// Downloads the file if it is not there yet, and waits until it is complete.
  ///
  /// `progress` is called with the number of bytes that are present, about ten times a second.
  ///
  /// - Throws: ``DatasetError`` of the last mirror that failed.
  @discardableResult
  package func run(progress: (Int) -> Void = { _ in }) throws(DatasetError) -> DatasetCopy {
    if let digest = try file.digestOfCopy(in: folder) {
      return DatasetCopy(path: path, digest: digest, origin: .present)
    }
    if let copy = try finishWholePart() { return copy }
    try makePart()
    var failure: DatasetError?
    for mirror in mirrors {
      do {
        return try fetch(from: mirror, progress)
      } catch {
        failure = error
        guard error.mayBeTheMirrorsFault else { break }
      }
    }
    if case .tooLong? = failure?.kind { FileSystem.removeFile(partPath) }
    if FileSystem.status(of: partPath)?.size == 0 { FileSystem.removeFile(partPath) }
    throw failure ?? DatasetError(.unreachable, at: path)
  }

  /// Checks a part of the full size, left by a run that was stopped just before.
  ///
  /// A part that is as long and wrong, or longer, can never become right.
  private func finishWholePart() throws(DatasetError) -> DatasetCopy? {
    guard let size = FileSystem.status(of: partPath)?.size, size >= file.byteCount else { return nil }
    do {
      return try place(from: partPath)
    } catch {
      guard case .wrongChecksum = error.kind else { throw error }
      return nil
    }
  }

  /// Checks that the part can be written, since the system reports errors better than `curl`.
  private func makePart() throws(DatasetError) {
    try DatasetError.wrapping { () throws(FileError) in _ = try ByteFile.appending(partPath) }
  }

  private func fetch(from mirror: String, _ progress: (Int) -> Void) throws(DatasetError) -> DatasetCopy {
    let transfer = Transfer(
      address: mirror.hasSuffix("/") ? mirror + file.name : "\(mirror)/\(file.name)", partPath: partPath,
      expectedByteCount: file.byteCount, byteLimit: file.editions.map(\.byteCount).max() ?? file.byteCount)
    let goesOn = FileSystem.status(of: partPath).map { $0.size > 0 } ?? false
    do {
      try transfer.run(progress)
      return try place(from: transfer.address)
    } catch {
      guard goesOn, error.mayBeThePartsFault else { throw error }
      // The server cannot resume, or the part is of another file: the whole file may still be right.
      FileSystem.removeFile(partPath)
      try transfer.run(progress)
      return try place(from: transfer.address)
    }
  }

  private func place(from source: String) throws(DatasetError) -> DatasetCopy {
    let digest = try DatasetError.wrapping { () throws(FileError) in try SHA256.digest(ofFileAt: partPath) }
    guard file.accepts(digest) else {
      FileSystem.removeFile(partPath)
      throw DatasetError(.wrongChecksum(expected: file.editions[0].digest, found: digest), at: source)
    }
    try DatasetError.wrapping { () throws(FileError) in try FileSystem.rename(partPath, to: path) }
    return DatasetCopy(path: path, digest: digest, origin: .downloaded)
  }
}

extension DatasetError {
  /// Whether starting again may succeed.
  fileprivate var mayBeThePartsFault: Bool {
    switch kind {
    case .notResumable, .wrongChecksum, .tooLong: true
    default: false
    }
  }

  /// Whether another server may succeed.
  fileprivate var mayBeTheMirrorsFault: Bool {
    switch kind {
    case .refused, .unreachable, .cut, .notResumable, .untrusted, .wrongChecksum, .tooLong, .downloader: true
    default: false
    }
  }
}
