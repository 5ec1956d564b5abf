#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file, pipe or terminal, as bytes.
///
/// It closes itself. Interrupted calls are repeated. A short write continues until everything is written or
/// the system refuses.
package final class ByteFile: @unchecked Sendable {
  /// The path for messages.
  package let path: String
  /// The file descriptor.
  let descriptor: Int32
  private let closes: Bool

  /// Wraps an open file descriptor.
  init(path: String, descriptor: Int32, closes: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.closes = closes
  }

  deinit { if closes { close(descriptor) } }

  /// Opens a file for reading.
  ///
  /// - Throws: ``FileError``; a directory is refused here, not at the first read.
  package static func reading(_ path: String) throws(FileError) -> ByteFile {
    let descriptor = unsafe open(PathText.cString(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.open, path: path, errorNumber: errno) }
    let file = ByteFile(path: path, descriptor: descriptor, closes: true)
    guard try !file.status().isDirectory else { throw FileError(.open, path: path, errorNumber: EISDIR) }
    return file
  }

  /// Opens a file for writing; creates it, or empties an existing one.
  ///
  /// - Throws: ``FileError``.
  package static func writing(_ path: String) throws(FileError) -> ByteFile {
    let descriptor = unsafe open(PathText.cString(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.create, path: path, errorNumber: errno) }
    return ByteFile(path: path, descriptor: descriptor, closes: true)
  }

  /// Opens a file for appending; creates it if it does not exist.
  ///
  /// - Throws: ``FileError``.
  package static func appending(_ path: String) throws(FileError) -> ByteFile {
    let descriptor = unsafe open(PathText.cString(path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.create, path: path, errorNumber: errno) }
    return ByteFile(path: path, descriptor: descriptor, closes: true)
  }

  /// Creates an unnamed temporary file to write and read, which disappears when it is closed or the process
  /// dies.
  ///
  /// It is in `TMPDIR`, or `/tmp` if that is unset.
  ///
  /// - Throws: ``FileError``.
  package static func temporary() throws(FileError) -> ByteFile {
    let (descriptor, _) = unsafe try TemporaryName.make { name -> Int32? in
      let descriptor = unsafe mkstemp(name)
      guard descriptor >= 0 else { return nil }
      unsafe unlink(name)
      return descriptor
    }
    // Close on exec, as for the other files: child processes must not keep it open.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return ByteFile(
      path: "temporary file in \(FileSystem.temporaryDirectory)", descriptor: descriptor, closes: true)
  }

  /// Standard input.
  package static let standardInput = ByteFile(path: "standard input", descriptor: 0, closes: false)
  /// Standard output.
  package static let standardOutput = ByteFile(path: "standard output", descriptor: 1, closes: false)
  /// Standard error.
  package static let standardError = ByteFile(path: "standard error", descriptor: 2, closes: false)

  /// Whether this is a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Returns the size in bytes, or nil if it is not a regular file (a pipe, a device).
  ///
  /// - Throws: ``FileError``.
  package func regularFileSize() throws(FileError) -> Int? {
    let status = try status()
    return status.isRegular ? status.size : nil
  }

  /// Appends up to `capacity` bytes to `bytes` and returns their number; 0 at the end of the file.
  ///
  /// - Throws: ``FileError``.
  @discardableResult
  package func read(upTo capacity: Int, appendingTo bytes: inout [UInt8]) throws(FileError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: [UInt8](repeating: 0, count: capacity))
    let outcome = read(into: &bytes, from: start)
    let errorNumber = errno  // saved at once: truncating the array may change it
    bytes.removeLast(capacity - max(outcome, 0))
    guard outcome >= 0 else { throw FileError(.read, path: path, errorNumber: errorNumber) }
    return outcome
  }

  /// Fills `bytes` from index `start` to its end and returns the number of bytes read; 0 at the end of the
  /// file.
  ///
  /// - Throws: ``FileError``.
  package func read(into bytes: inout [UInt8], startingAt start: Int) throws(FileError) -> Int {
    let outcome = read(into: &bytes, from: start)
    guard outcome >= 0 else { throw FileError(.read, path: path, errorNumber: errno) }
    return outcome
  }

  /// Fills a buffer from an offset of the file; fewer bytes are read only at the end of the file.
  ///
  /// - Throws: ``FileError``.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, atByteOffset byteOffset: Int
  ) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count, let start = buffer.baseAddress {
      let count = unsafe pread(descriptor, start + done, buffer.count - done, off_t(byteOffset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(.read, path: path, errorNumber: errno)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: ``FileError``; a full disk is `ENOSPC`, a closed pipe `EPIPE`.
  package func write(_ bytes: [UInt8]) throws(FileError) { unsafe try write(bytes.span.bytes) }

  /// Writes text as UTF-8.
  ///
  /// - Throws: ``FileError``.
  package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Writes all bytes of a span.
  ///
  /// - Throws: ``FileError``.
  package func write(_ bytes: RawSpan) throws(FileError) {
    let failure = unsafe bytes.withUnsafeBytes { unsafe writeAll($0) }
    if let failure { throw FileError(.write, path: path, errorNumber: failure) }
  }

  /// Writes all of `bytes` at an offset of the file, independent of the current position.
  ///
  /// - Throws: ``FileError``; a pipe has no offsets.
  package func write(_ bytes: [UInt8], atByteOffset byteOffset: Int) throws(FileError) {
    let failure = unsafe bytes.withUnsafeBytes { buffer -> Int32? in
      var done = 0
      while done < buffer.count, let start = buffer.baseAddress {
        let count = unsafe pwrite(descriptor, start + done, buffer.count - done, off_t(byteOffset + done))
        if count < 0 && errno != EINTR { return errno }
        done += max(count, 0)
      }
      return nil
    }
    if let failure { throw FileError(.write, path: path, errorNumber: failure) }
  }

  /// Appends the whole content of another file.
  ///
  /// - Throws: ``FileError``.
  func append(contentsOf other: ByteFile) throws(FileError) {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var offset = 0
    while true {
      let count = try other.read(into: &bytes, 0, bytes.count, atByteOffset: offset)
      if count == 0 { return }
      try write(Array(bytes.prefix(count)))
      offset += count
    }
  }

  /// Waits until everything written is on the disk, so that a rename after it cannot leave a half-written
  /// file.
  ///
  /// Devices and pipes, which cannot be synchronized, are skipped.
  ///
  /// - Throws: ``FileError``.
  package func synchronize() throws(FileError) {
    guard fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP, errno != EROFS else { return }
    throw FileError(.write, path: path, errorNumber: errno)
  }

  private func writeAll(_ buffer: UnsafeRawBufferPointer) -> Int32? {
    var done = 0
    while done < buffer.count, let start = buffer.baseAddress {
      let count = unsafe SystemCalls.write(descriptor, start + done, buffer.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      done += count
    }
    return nil
  }

  private func read(into bytes: inout [UInt8], from start: Int) -> Int {
    precondition(start <= bytes.count, "reading past the end of the array")
    let capacity = bytes.count - start
    return unsafe bytes.withUnsafeMutableBytes { buffer in
      guard capacity > 0, let base = buffer.baseAddress else { return 0 }
      while true {
        let count = unsafe SystemCalls.read(descriptor, base + start, capacity)
        if count < 0 && errno == EINTR { continue }
        return count
      }
    }
  }

  private func status() throws(FileError) -> FileSystem.Status {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw FileError(.open, path: path, errorNumber: errno)
    }
    return FileSystem.Status(status)
  }
}
