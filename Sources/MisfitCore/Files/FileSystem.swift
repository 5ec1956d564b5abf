#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Operations on folders and paths.
package enum FileSystem {
  /// The status of a path.
  package struct Status: Hashable, Sendable {
    /// Whether it is a folder.
    package var isDirectory: Bool
    /// Whether it is a file with a size, not a pipe or a device.
    package var isRegular: Bool
    /// The size in bytes.
    package var size: Int

    init(_ status: stat) {
      isDirectory = status.st_mode & S_IFMT == S_IFDIR
      isRegular = status.st_mode & S_IFMT == S_IFREG
      size = Int(status.st_size)
    }
  }

  /// What changes when a file is written or replaced.
  package struct Stamp: Hashable, Sendable {
    /// The size in bytes.
    package var size: Int
    /// The number of the file on its disk.
    private let number: UInt64
    /// The time of the last change.
    private let seconds: Int
    private let nanoseconds: Int

    init(_ status: stat) {
      size = Int(status.st_size)
      number = UInt64(status.st_ino)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec)
    }
  }

  /// Returns the stamp of a regular file (links followed); nil for anything else.
  package static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard unsafe stat(PathText.cString(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Stamp(status)
  }

  /// The folder of temporary files: `TMPDIR`, or `/tmp` if that is unset.
  package static var temporaryDirectory: String { environment("TMPDIR") ?? "/tmp" }

  /// Returns an environment variable, or nil if it is unset or empty.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
    return unsafe String(cString: value)
  }

  /// Returns the status of a path (links followed), or nil if nothing exists there or it cannot be reached.
  package static func status(of path: String) -> Status? {
    var status = stat()
    guard unsafe stat(PathText.cString(path), &status) == 0 else { return nil }
    return Status(status)
  }

  /// Returns the absolute path with all links followed, or nil if nothing exists there.
  package static func resolved(_ path: String) -> String? {
    guard let resolved = unsafe realpath(PathText.cString(path), nil) else { return nil }
    defer { unsafe free(resolved) }
    let bytes = unsafe (0..<strlen(resolved)).map { unsafe UInt8(bitPattern: resolved[Int($0)]) }
    return PathText.string(decoding: bytes)
  }

  /// Returns the path of the file that a write to `path` creates or replaces: links are followed, dangling
  /// ones too.
  ///
  /// - Throws: ``FileError`` if the name is too long, or symbolic links form a cycle.
  static func destination(of path: String) throws(FileError) -> String {
    if let resolved = resolved(path) { return resolved }
    guard path.last != "/" else { throw FileError(.create, path: path, errorNumber: EISDIR) }
    var current = path
    for _ in 0..<40 {
      var status = stat()
      if unsafe lstat(PathText.cString(current), &status) != 0 {
        guard errno == ENAMETOOLONG else { return current }
        throw FileError(.create, path: path, errorNumber: errno)
      }
      guard let target = linkTarget(of: current) else { return current }
      current = target.hasPrefix("/") ? target : "\(folder(of: current))/\(target)"
    }
    throw FileError(.create, path: path, errorNumber: ELOOP)
  }

  private static func linkTarget(of path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(PathText.cString(path), &bytes, bytes.count)
    guard count >= 0 else { return nil }
    return PathText.string(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) })
  }

  /// Returns the parent folder of a path: `a` for `a/b.csv`, `.` for `b.csv`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Returns the names in a folder, sorted by their bytes, without hidden ones.
  ///
  /// - Throws: ``FileError``.
  package static func names(in folder: String) throws(FileError) -> [String] {
    try allNames(in: folder).filter { !$0.hasPrefix(".") }
  }

  /// Returns all names in a folder, sorted by their bytes.
  ///
  /// - Throws: ``FileError``.
  static func allNames(in folder: String) throws(FileError) -> [String] {
    guard let directory = unsafe opendir(PathText.cString(folder)) else {
      throw FileError(.list, path: folder, errorNumber: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe PathText.string(decoding: Array(bytes.prefix { $0 != 0 }))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Creates a folder and its parents, if they do not exist.
  ///
  /// - Throws: ``FileError``.
  package static func makeDirectory(_ path: String) throws(FileError) {
    guard !path.isEmpty, status(of: path)?.isDirectory != true else { return }
    if unsafe mkdir(PathText.cString(path), 0o777) == 0 { return }
    let reason = errno
    // Another thread may have created it since it was looked for.
    if reason == EEXIST, status(of: path)?.isDirectory == true { return }
    guard reason == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw FileError(.makeDirectory, path: path, errorNumber: reason == EEXIST ? ENOTDIR : reason)
    }
    let parent = String(path[..<slash])
    try makeDirectory(parent)
    if path.hasSuffix("/") { return }
    guard unsafe mkdir(PathText.cString(path), 0o777) == 0 || errno == EEXIST else {
      throw FileError(.makeDirectory, path: path, errorNumber: errno)
    }
  }

  /// Returns the folders that ``makeDirectory(_:)`` would create for a path, outermost first.
  static func missingDirectories(of path: String) -> [String] {
    guard !path.isEmpty, path != ".", path != "/", status(of: path) == nil else { return [] }
    return missingDirectories(of: folder(of: path)) + [path]
  }

  /// Removes an empty folder.
  static func removeEmptyDirectory(_ path: String) { unsafe _ = rmdir(path) }

  /// Removes a file if it exists.
  package static func removeFile(_ path: String) { unsafe _ = unlink(PathText.cString(path)) }

  /// Moves the file at `source` to `destination`, atomically replacing what is there.
  ///
  /// - Throws: ``FileError``.
  package static func rename(_ source: String, to destination: String) throws(FileError) {
    let outcome = SystemCalls.rename(source, destination)
    guard outcome == 0 else { throw FileError(.rename, path: destination, errorNumber: errno) }
  }

  /// Returns the last component of a path: `b.csv` for `a/b.csv`.
  package static func lastComponent(of path: String) -> String {
    String(path.split(separator: "/").last ?? Substring(path))
  }
}
