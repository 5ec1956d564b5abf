#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The identity of a file on this machine, which a rename does not change.
package struct FileIdentity: Hashable, Sendable, Codable {
  /// The device.
  package var device: UInt64
  /// The number of the file on the device.
  package var number: UInt64
}

extension ByteFile {
  /// Opens a file for reading and writing; creates it if it does not exist.
  ///
  /// - Throws: ``FileError``.
  package static func updating(_ path: String) throws(FileError) -> ByteFile {
    let descriptor = unsafe open(PathText.cString(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.create, path: path, errorNumber: errno) }
    return ByteFile(path: path, descriptor: descriptor, closes: true)
  }

  /// Shortens or extends the file to a number of bytes.
  ///
  /// - Throws: ``FileError``.
  package func truncate(toByteCount byteCount: Int) throws(FileError) {
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      throw FileError(.write, path: path, errorNumber: errno)
    }
  }

  /// Takes the lock of the file, until it is closed; false if another process has it.
  package func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK }

  /// The position at which the next read without an offset begins; 0 for a pipe.
  package var currentByteOffset: Int { max(0, Int(lseek(descriptor, 0, SEEK_CUR))) }

  /// The identity of the file; nil if it cannot be found out.
  package var identity: FileIdentity? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// Waits until there is something to read, the end of the input included.
  ///
  /// Returns false after `milliseconds`, or when a signal arrived.
  package func waitForInput(milliseconds: Int) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, Int32(milliseconds)) > 0
  }
}

extension FileSystem {
  /// Returns the identity of the file at a path (links followed); nil if nothing exists there.
  package static func identity(of path: String) -> FileIdentity? {
    var status = stat()
    guard unsafe stat(PathText.cString(path), &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  /// Waits, at most until a signal arrives.
  package static func pause(milliseconds: Int) { _ = poll(nil, 0, Int32(milliseconds)) }
}
