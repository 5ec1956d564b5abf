import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears whole or not at all.
///
/// Written beside its place and renamed by ``commit()``; dropped without a commit, it leaves what stood there
/// before. Devices, pipes and standard output (`-`) are written directly. Writes are gathered in a buffer.
public final class OutputFile {
  /// The path as the user gave it.
  public let path: String
  private let file: ByteFile
  private let temporaryPath: String?
  // Where a link leads: what is renamed takes the place of the file, not of the link to it.
  private let place: String
  private var pending: [UInt8] = []
  private var isCommitted = false
  private var failure: FileError?

  // So that two files on their way to the same place at once do not write into each other.
  private static let begun = Atomic<Int>(0)

  private static let flushByteCount = 1 << 16

  /// Begins a file.
  ///
  /// - Throws: ``FileError``, at once where the place cannot be written, before any work is spent on its content.
  public init(_ path: String) throws(FileError) {
    self.path = path
    place = FileSystem.resolved(path) ?? path
    if path == "-" {
      file = .standardOutput
      temporaryPath = nil
      return
    }
    if let status = FileSystem.status(of: path) {
      guard !status.isDirectory else { throw FileError(.create, path: path, errorNumber: EISDIR) }
      if !status.isRegular {
        file = try .writing(path)
        temporaryPath = nil
        return
      }
    }
    let number = Self.begun.add(1, ordering: .relaxed).newValue
    let temporary = "\(place).\(getpid()).\(number).partial"
    do {
      file = try .writing(temporary)
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
    temporaryPath = temporary
  }

  deinit { if !isCommitted, let temporaryPath { FileSystem.removeFile(temporaryPath) } }

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
      try file.write(pending)
    } catch {
      let error = FileError(error.operation, path: path, errorNumber: error.errorNumber)
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
    do {
      try file.write(bytes, atByteOffset: 0)
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
  }

  /// Finishes the file and puts it in its place.
  ///
  /// `isDurable` waits until the disk has it, so that a power failure leaves the old file or the new; without
  /// it, only the process may die.
  ///
  /// - Throws: ``FileError``; what stood at the path before is then unchanged.
  public func commit(isDurable: Bool = true) throws(FileError) {
    try flush()
    guard let temporaryPath else {
      isCommitted = true
      return
    }
    do {
      if isDurable { try file.synchronize() }
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
    do {
      try FileSystem.rename(temporaryPath, to: place)
    } catch {
      throw FileError(error.operation, path: path, errorNumber: error.errorNumber)
    }
    isCommitted = true
  }

  /// Writes a whole file in one call.
  ///
  /// - Throws: ``FileError``.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
  }
}
