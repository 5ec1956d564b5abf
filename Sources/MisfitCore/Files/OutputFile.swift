#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears whole or not at all.
///
/// It is written without a visible name and gets its place by ``commit()``; dropped without a commit, it leaves
/// what was there before. A file that takes the place of another keeps its permissions and, where the system
/// allows it, its owner. Devices, pipes and standard output (`-`) are written directly. Writes are gathered in a
/// buffer.
public final class OutputFile {
  /// The path as the user gave it.
  public let path: String
  /// Where a link leads: the file takes the place of that, not of the link.
  let destination: String
  private let file: ByteFile
  private let staged: StagedFile?
  private let group: OutputGroup?
  private var pending: [UInt8] = []
  private var failure: FileError?

  private static let flushByteCount = 1 << 16

  /// Begins a file.
  ///
  /// - Throws: ``FileError``, at once where the place cannot be written, before any work is spent on its content.
  public convenience init(_ path: String) throws(FileError) { try self.init(path, in: nil) }

  /// Begins a file, which appears together with the others of a group where there is one.
  ///
  /// - Throws: ``FileError``, at once where the place cannot be written, before any work is spent on its content.
  public init(_ path: String, in group: OutputGroup?) throws(FileError) {
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

  /// Adds bytes.
  ///
  /// - Throws: ``FileError``, with the path of the finished file.
  public func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    pending.append(contentsOf: bytes)
    if pending.count >= Self.flushByteCount { try flush() }
  }

  /// Adds text as UTF-8.
  ///
  /// - Throws: ``FileError``.
  public func write(_ text: String) throws(FileError) { try write(text.utf8) }

  /// Writes out what is gathered.
  ///
  /// - Throws: ``FileError``, and the same again ever after: part of what was gathered may have been written, so that
  ///   trying again could only make a file with a piece of it twice.
  public func flush() throws(FileError) {
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

  /// Writes over the first bytes, once their content is known.
  ///
  /// - Throws: ``FileError``; a pipe has no beginning to go back to.
  public func overwriteBeginning(with bytes: [UInt8]) throws(FileError) {
    try flush()
    try withPath { () throws(FileError) in try file.write(bytes, atByteOffset: 0) }
  }

  /// Finishes the file and puts it in its place; in a group, ``OutputGroup/commit()`` does the latter.
  ///
  /// `isDurable` waits until the disk has it, so that a power failure leaves the old file or the new; without
  /// it, only the process may die.
  ///
  /// - Throws: ``FileError``; what was at the path before is then unchanged.
  public func commit(isDurable: Bool = true) throws(FileError) {
    try flush()
    guard staged != nil else { return }
    if isDurable { try withPath { () throws(FileError) in try file.synchronize() } }
    if let group { group.add(self) } else { try publish() }
  }

  /// Puts a finished file in its place; `old` is where the file that it replaces is now, if it was moved away.
  func publish(replacing old: String? = nil) throws(FileError) {
    guard let staged else { return }
    try withPath { () throws(FileError) in try staged.publish(at: destination, replacing: old) }
  }

  /// Names the finished file in errors.
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
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    try write(bytes, to: path, in: nil)
  }

  /// Writes a whole file in one call, which appears together with the others of a group where there is one.
  ///
  /// - Throws: ``FileError``.
  public static func write(
    _ bytes: some Sequence<UInt8>, to path: String, in group: OutputGroup?
  ) throws(FileError) {
    let file = try OutputFile(path, in: group)
    try file.write(bytes)
    try file.commit()
  }
}
