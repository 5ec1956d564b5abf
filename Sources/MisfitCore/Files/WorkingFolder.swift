#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A folder for files that only one run needs.
public enum WorkingFolder {
  /// Makes an empty folder under a name of its own, in `TMPDIR`, else `/tmp`, and gives its path.
  ///
  /// - Throws: ``FileError``.
  public static func make() throws(FileError) -> String {
    unsafe try TemporaryName.make { name in unsafe mkdtemp(name) == nil ? nil : () }.path
  }

  /// Removes a folder with all that is in it; what cannot be removed stays.
  ///
  /// Links are removed, not followed.
  public static func remove(_ path: String) {
    for name in (try? FileSystem.names(in: path)) ?? [] {
      let child = "\(path)/\(name)"
      if unsafe unlink(child) != 0 { remove(child) }
    }
    unsafe _ = rmdir(path)
  }
}
