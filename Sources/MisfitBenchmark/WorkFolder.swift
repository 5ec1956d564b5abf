import Misfit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A temporary folder that is removed with its content.
final class WorkFolder {
  let path: String

  /// Creates the folder.
  ///
  /// - Throws: ``FileError``.
  init() throws(FileError) {
    path = "\(FileSystem.temporaryDirectory)/misfit-benchmark-\(UUID().uuidString)"
    try FileSystem.makeDirectory(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
