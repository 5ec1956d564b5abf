import MisfitCore

/// One file's way from the web into a folder, by the program `curl`.
///
/// The bytes gather in a file that ends in `.part`, which a later call goes on with; the file appears under
/// its name only with the right checksum. A file that stands there already is never overwritten.
public struct Download: Sendable {
  /// The file.
  public var file: DatasetFile
  /// The folder it goes to; it must be there.
  public var folder: String
  /// Folders on the web that hold the file, each tried in turn.
  public var mirrors: [String]

  /// Makes a download; nothing happens yet.
  ///
  /// - Precondition: there is a mirror.
  public init(_ file: DatasetFile, to folder: String, from mirrors: [String]) {
    precondition(!mirrors.isEmpty, "a download from nowhere")
    self.file = file
    self.folder = folder
    self.mirrors = mirrors
  }

  /// Where the file will be.
  public var path: String { file.path(in: folder) }
  /// Where its bytes gather.
  public var partPath: String { path + ".part" }

  /// Downloads the file, or finds it there; waits until it is done.
  ///
  /// `progress` is told the bytes that are there, about ten times a second.
  ///
  /// - Throws: ``DatasetError``: that of the last mirror, where several failed.
  @discardableResult
  public func run(progress: (Int) -> Void = { _ in }) throws(DatasetError) -> DatasetCopy {
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

  /// Checks and places a part that has the full size: an earlier run was ended just before.
  ///
  /// One that is as long and not right, or longer, can never become right.
  private func finishWholePart() throws(DatasetError) -> DatasetCopy? {
    guard let size = FileSystem.status(of: partPath)?.size, size >= file.byteCount else { return nil }
    do {
      return try place(from: partPath)
    } catch {
      guard case .wrongChecksum = error.kind else { throw error }
      return nil
    }
  }

  /// Finds out whether the place can be written, since the system tells us more than `curl` does.
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
      // The server cannot go on, or the part was of another file: the whole file may still be right.
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
  /// Whether a download that begins again may do better.
  fileprivate var mayBeThePartsFault: Bool {
    switch kind {
    case .notResumable, .wrongChecksum, .tooLong: true
    default: false
    }
  }

  /// Whether another server may do better.
  fileprivate var mayBeTheMirrorsFault: Bool {
    switch kind {
    case .refused, .unreachable, .cut, .notResumable, .untrusted, .wrongChecksum, .tooLong, .downloader: true
    default: false
    }
  }
}
