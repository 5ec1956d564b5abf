#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A new file in a folder that has no visible name until it is published.
///
/// On Linux it has no name at all if the file system supports that (`O_TMPFILE`), so a killed process leaves
/// nothing after. Elsewhere it has a hidden random name and is locked while its writer lives, so that
/// ``StaleFiles`` can recognize abandoned files.
final class StagedFile {
  /// The content, open for reading and writing.
  private(set) var file: ByteFile
  private let folder: String
  /// The hidden path; nil if the file has no name.
  private var path: String?

  private static let attemptCount = 100

  /// Creates the file, readable and writable as the umask allows.
  ///
  /// - Throws: ``FileError`` with the folder as its path.
  init(in folder: String) throws(FileError) {
    self.folder = folder
    if let file = Self.unnamed(in: folder) {
      self.file = file
    } else {
      let (file, path) = try Self.named(in: folder)
      self.file = file
      self.path = path
    }
  }

  deinit { if let path { FileSystem.removeFile(path) } }

  /// Moves the file to `destination`, atomically replacing what is there.
  ///
  /// It takes the permissions and, if the system allows it, the owner of the replaced file. `old` is the
  /// current path of that file, if it was moved away before.
  ///
  /// - Throws: ``FileError``; what was at the destination is then unchanged.
  func publish(at destination: String, replacing old: String?) throws(FileError) {
    try keepPermissions(of: old ?? destination)
    if path == nil {
      // A new file needs no intermediate name.
      if link(to: destination) { return }
      try giveName()
    }
    guard let path else { return }
    try FileSystem.rename(path, to: destination)
    self.path = nil
  }

  private func giveName() throws(FileError) {
    for _ in 0..<Self.attemptCount {
      let hidden = StaleFiles.newPath(in: folder)
      if link(to: hidden) {
        path = hidden
        return
      }
      if errno != EEXIST { break }
    }
    // Some systems have files without names but cannot name them later: copy the content.
    let (copy, hidden) = try Self.named(in: folder)
    path = hidden
    try copy.append(contentsOf: file)
    try copy.synchronize()
    var status = stat()
    if unsafe fstat(file.descriptor, &status) == 0 { _ = fchmod(copy.descriptor, status.st_mode & 0o777) }
    file = copy
  }

  private static func named(in folder: String) throws(FileError) -> (ByteFile, String) {
    for _ in 0..<attemptCount {
      let path = StaleFiles.newPath(in: folder)
      let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = unsafe open(PathText.cString(path), flags, 0o666)
      guard descriptor >= 0 else {
        if errno == EEXIST { continue }
        throw FileError(.create, path: folder, errorNumber: errno)
      }
      let file = ByteFile(path: path, descriptor: descriptor, closes: true)
      _ = flock(descriptor, LOCK_EX | LOCK_NB)
      // Another process may have removed it as stale before it was locked.
      var status = stat()
      if unsafe fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (file, path) }
    }
    throw FileError(.create, path: folder, errorNumber: EEXIST)
  }

  #if os(Linux)
    /// The kernel's `__O_TMPFILE` for x86 and ARM, which Swift does not import.
    private static let unnamedFlag: Int32 = 0o20_000_000 | O_DIRECTORY

    /// Whether an unnamed file can be named through its link in `/proc`.
    private static let canLink = unsafe access("/proc/self/fd", X_OK) == 0

    private static func unnamed(in folder: String) -> ByteFile? {
      guard canLink else { return nil }
      let descriptor = unsafe open(PathText.cString(folder), unnamedFlag | O_RDWR | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return nil }
      _ = flock(descriptor, LOCK_EX | LOCK_NB)
      return ByteFile(path: folder, descriptor: descriptor, closes: true)
    }

    /// Links the file to a name and returns whether that worked; `errno` has the reason if not.
    private func link(to name: String) -> Bool {
      let link = "/proc/self/fd/\(file.descriptor)"
      return unsafe linkat(AT_FDCWD, link, AT_FDCWD, PathText.cString(name), AT_SYMLINK_FOLLOW) == 0
    }
  #else
    private static func unnamed(in folder: String) -> ByteFile? { nil }

    private func link(to name: String) -> Bool { false }
  #endif

  /// Copies the permissions of the file that is to be replaced.
  ///
  /// - Throws: ``FileError`` if the file would be readable by more users than the one it replaces.
  private func keepPermissions(of destination: String) throws(FileError) {
    var (old, new) = (stat(), stat())
    guard unsafe stat(PathText.cString(destination), &old) == 0, old.st_mode & S_IFMT == S_IFREG else {
      return
    }
    guard unsafe fstat(file.descriptor, &new) == 0 else {
      throw FileError(.create, path: destination, errorNumber: errno)
    }
    var permissions = old.st_mode & 0o777
    if old.st_uid != new.st_uid || old.st_gid != new.st_gid {
      let keepsOwner = fchown(file.descriptor, old.st_uid, old.st_gid) == 0
      let keepsGroup =
        keepsOwner || old.st_gid == new.st_gid || fchown(file.descriptor, .max, old.st_gid) == 0
      // Another group gets the rights of the old one only if everybody has them.
      if !keepsGroup { permissions &= 0o707 | (permissions & 0o7) << 3 }
    }
    guard permissions != new.st_mode & 0o777, fchmod(file.descriptor, permissions) != 0 else { return }
    // File systems without permissions refuse this, and then nothing is lost.
    guard new.st_mode & 0o777 & ~permissions != 0 else { return }
    throw FileError(.create, path: destination, errorNumber: errno)
  }
}
