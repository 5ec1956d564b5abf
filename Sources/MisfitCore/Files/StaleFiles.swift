import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The hidden names of files that are being written, and the removal of files whose writer has died.
enum StaleFiles {
  private static let prefix = ".misfit-"
  private static let suffix = ".partial"

  /// The folders that this process has already searched.
  private static let seen = Mutex<Set<String>>([])

  /// Returns an unpredictable path in the folder.
  static func newPath(in folder: String) -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return "\(folder)/\(prefix)\(String(repeating: "0", count: 16 - digits.count))\(digits)\(suffix)"
  }

  /// Removes the files of dead writers from a folder, once per folder and process.
  ///
  /// A writer locks its file while it lives. Links and files of other users are never touched.
  static func removeOnce(in folder: String) {
    let isNew = seen.withLock { $0.insert(FileSystem.resolved(folder) ?? folder).inserted }
    if isNew { remove(in: folder) }
  }

  static func remove(in folder: String) {
    let names = (try? FileSystem.allNames(in: folder)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      removeIfStale("\(folder)/\(name)")
    }
  }

  private static func removeIfStale(_ path: String) {
    let descriptor = unsafe open(PathText.cString(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    FileSystem.removeFile(path)
  }
}
