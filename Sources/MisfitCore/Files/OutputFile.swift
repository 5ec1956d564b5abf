#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears whole or not at all.
///
/// It is written without a visible name; ``commit()`` moves it to its path. If it is dropped without a
/// commit, the previous file stays. A file that replaces another keeps its permissions and, if the system
/// allows it, its owner. Devices, pipes and standard output (`-`) are written directly. Writes are buffered.
package final class OutputFile {
  /// The path as the user gave it.
  package let path: String
  /// The target of a link: the new file replaces that, not the link.
  let destination: String
  private let file: ByteFile
  private let staged: StagedFile?
  /// Whether the bytes go to a regular file, rather than to standard output, a pipe or a device.
  package var isRegular: Bool { staged != nil }
  /// The group that the file appears with; nil once the group holds the file, which would keep both alive.
  private var group: OutputGroup?
  private var pending: [UInt8] = []
  private var failure: FileError?

  private static let flushByteCount = 1 << 16

  /// Begins a file.
  ///
  /// - Throws: ``FileError`` if the path cannot be written, before any work is spent on the content.
  package convenience init(_ path: String) throws(FileError) { try self.init(path, in: nil) }

  /// Begins a file, which appears together with the others of a group if there is one.
  ///
  /// - Throws: ``FileError`` if the path cannot be written, before any work is spent on the content.
  package init(_ path: String, in group: OutputGroup?) throws(FileError) {
    self.path = path
    self.group = group
    if path == "-" {
      guard !StandardStreams.isOutputClosed else { throw FileError(.create, path: path, errorNumber: EBADF) }
      (destination, file, staged) = (path, .standardOutput, nil)
      return
    }
    destination = try FileSystem.destination(of: path)
    if let status = FileSystem.status(of: path) {
      guard !status.isDirectory else { throw FileError(.create, path: path, errorNumber: EISDIR) }
      if !status.isRegular {
        (file, staged) = (try .writing(path), nil)
        return
      }
    }
    let folder = FileSystem.folder(of: destination)
    StaleFiles.removeOnce(in: folder)
    do {
      let staged = try StagedFile(in: folder)
      (file, self.staged) = (staged.file, staged)
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``, with the path of the finished file.
  package func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    pending.append(contentsOf: bytes)
    if pending.count >= Self.flushByteCount { try flush() }
  }

  /// Appends text as UTF-8.
  ///
  /// - Throws: ``FileError``.
  package func write(_ text: String) throws(FileError) { try write(text.utf8) }

  /// Writes the buffered bytes.
  ///
  /// - Throws: ``FileError``, and the same error on every later call: some of the bytes may have been
  ///   written, so that another attempt could write them twice.
  package func flush() throws(FileError) {
    if let failure { throw failure }
    guard !pending.isEmpty else { return }
    do {
      try withPath { () throws(FileError) in try file.write(pending) }
    } catch {
      failure = error
      throw error
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Overwrites the first bytes, once their content is known.
  ///
  /// - Throws: ``FileError``; a pipe cannot be rewound.
  package func overwriteBeginning(with bytes: [UInt8]) throws(FileError) {
    try flush()
    try withPath { () throws(FileError) in try file.write(bytes, atByteOffset: 0) }
  }

  /// Finishes the file and moves it to its path; in a group, ``OutputGroup/commit()`` moves it.
  ///
  /// `isDurable` waits until the disk has it, so that a power failure leaves the old file or the new one.
  /// Without it, only a crash of the process is safe.
  ///
  /// - Throws: ``FileError``; the previous file is then unchanged.
  package func commit(isDurable: Bool = true) throws(FileError) {
    try flush()
    guard staged != nil else { return }
    if isDurable { try withPath { () throws(FileError) in try file.synchronize() } }
    guard let group else { return try publish() }
    group.add(self)
    self.group = nil
  }

  /// Moves a finished file to its path; `old` is the current path of the file that it replaces, if that was
  /// moved away.
  func publish(replacing old: String? = nil) throws(FileError) {
    guard let staged else { return }
    try withPath { () throws(FileError) in try staged.publish(at: destination, replacing: old) }
  }

  /// Runs `body` and replaces the path in its errors by that of the finished file.
  private func withPath(_ body: () throws(FileError) -> Void) throws(FileError) {
    do {
      try body()
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
  }

  /// Writes a whole file in one call.
  ///
  /// - Throws: ``FileError``.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    try write(bytes, to: path, in: nil)
  }

  /// Writes a whole file in one call; it appears together with the others of a group if there is one.
  ///
  /// - Throws: ``FileError``.
  package static func write(
    _ bytes: some Sequence<UInt8>, to path: String, in group: OutputGroup?
  ) throws(FileError) {
    let file = try OutputFile(path, in: group)
    try file.write(bytes)
    try file.commit()
  }
}
