#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A temporary folder for the files of one run.
package enum WorkingFolder {
  /// Creates an empty folder with a unique name in `TMPDIR`, or `/tmp` if that is unset, and returns its
  /// path.
  ///
  /// - Throws: ``FileError``.
  package static func make() throws(FileError) -> String {
    unsafe try TemporaryName.make { name in unsafe mkdtemp(name) == nil ? nil : () }.path
  }

  /// Removes a folder and its content; skips what cannot be removed.
  ///
  /// Links are removed, not followed.
  package static func remove(_ path: String) {
    for name in (try? FileSystem.names(in: path)) ?? [] {
      let child = "\(path)/\(name)"
      if unsafe unlink(child) != 0 { remove(child) }
    }
    unsafe _ = rmdir(path)
  }
}
