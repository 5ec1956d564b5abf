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
    let parent = FileSystem.temporaryDirectory
    var template = Array("\(parent)/misfit-XXXXXX".utf8CString)
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return unsafe mkdtemp(start) != nil
    }
    guard isMade else { throw FileError(.create, path: parent, errorNumber: errno) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
