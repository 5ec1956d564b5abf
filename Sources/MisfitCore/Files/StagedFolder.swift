#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that are written into a hidden folder and moved to their paths together.
///
/// Unlike the files of an ``OutputGroup``, they are not open while they wait, so there may be any number of
/// them. A process that is stopped by an error removes the folder; the folder of one that was killed is
/// removed when the next one begins. Files may be written from several threads at once.
package final class StagedFolder: Sendable {
  /// The folder that the files are moved into.
  private let target: String
  private let hidden: String
  /// Open and locked while this object lives.
  private let descriptor: Int32

  private static let prefix = ".misfit-"
  private static let suffix = ".pictures"

  /// Creates the hidden folder in `target`, which exists, and removes those of writers that were killed.
  ///
  /// - Throws: ``FileError``.
  package init(in target: String) throws(FileError) {
    self.target = target
    Self.removeStale(in: target)
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    hidden = "\(target)/\(Self.prefix)\(digits)\(Self.suffix)"
    try FileSystem.makeDirectory(hidden)
    guard let descriptor = Self.locked(hidden) else {
      throw FileError(.create, path: target, errorNumber: errno)
    }
    self.descriptor = descriptor
  }

  deinit {
    discard()
    close(descriptor)
  }

  /// Removes the files that are not published; no more can be written.
  package func discard() { FileSystem.removeTree(hidden) }

  /// Writes a file, whose path below the target folder is `name`; its folders are created.
  ///
  /// - Throws: ``FileError``.
  package func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    let path = "\(hidden)/\(name)"
    do throws(FileError) {
      try FileSystem.makeDirectory(FileSystem.folder(of: path))
      let file = try ByteFile.writing(path)
      try file.write(bytes)
    } catch {
      throw FileError(error.operation, path: "\(target)/\(name)", errorNumber: error.errorNumber)
    }
  }

  /// Moves files to the target folder, replacing those of the same names.
  ///
  /// - Throws: ``FileError``.
  package func publish(_ names: [String]) throws(FileError) {
    var folders: Set<String> = []
    for name in names {
      let path = "\(target)/\(name)"
      let folder = FileSystem.folder(of: path)
      if folders.insert(folder).inserted { try FileSystem.makeDirectory(folder) }
      try FileSystem.rename("\(hidden)/\(name)", to: path)
    }
  }

  /// Returns the open descriptor of a folder that this process alone has locked.
  private static func locked(_ folder: String) -> Int32? {
    let descriptor = unsafe open(
      PathText.cString(folder), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  private static func removeStale(in target: String) {
    let names = (try? FileSystem.allNames(in: target)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let folder = "\(target)/\(name)"
      guard let descriptor = locked(folder) else { continue }
      FileSystem.removeTree(folder)
      close(descriptor)
    }
  }
}

extension FileSystem {
  /// Removes a folder with all files and folders in it; links are removed, not followed.
  ///
  /// Whatever cannot be removed stays.
  static func removeTree(_ folder: String) {
    for name in (try? allNames(in: folder)) ?? [] {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard unsafe lstat(PathText.cString(path), &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR { removeTree(path) } else { removeFile(path) }
    }
    removeEmptyDirectory(folder)
  }
}
