#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that appear together: all of them, or none.
///
/// A file that begins in a group is written and then waits; ``commit()`` moves all of them to their paths, in
/// the order in which they were committed. A process that is killed before leaves the previous files. One
/// that is killed between the first and the last leaves no file under the name of the last: if the last
/// file exists, the others belong to it.
///
///     let group = OutputGroup()
///     try OutputFile.write(scores, to: "out/scores.csv", in: group)
///     try OutputFile.write(summary, to: "out/summary.json", in: group)
///     try group.commit()
///
/// Each file stays open until the commit. A group is not safe to use from several threads at once.
package final class OutputGroup {
  private var files: [OutputFile] = []
  /// The folders that were created for the files, outermost first.
  private var newFolders: [String] = []

  /// Creates a group without files.
  package init() {}

  /// Removes the folders that were created and received no file.
  deinit {
    files = []
    for folder in newFolders.reversed() { FileSystem.removeEmptyDirectory(folder) }
  }

  /// Creates a folder for files, and its parents, if they do not exist.
  ///
  /// - Throws: ``FileError``.
  package func makeDirectory(_ path: String) throws(FileError) {
    newFolders += FileSystem.missingDirectories(of: path)
    try FileSystem.makeDirectory(path)
  }

  func add(_ file: OutputFile) { files.append(file) }

  /// Moves all files to their paths.
  ///
  /// - Throws: ``FileError``; the previous files are then restored.
  package func commit() throws(FileError) {
    guard let last = files.last else { return }
    var old: [OldFile] = []
    do throws(FileError) {
      // The old version of the last file goes first, and its new version comes last.
      let moved = OldFile(last.destination, isRemoved: true)
      old.append(moved)
      for file in files {
        if file !== last { old.append(OldFile(file.destination, isRemoved: false)) }
        try file.publish(replacing: file === last ? moved.hidden : nil)
      }
    } catch {
      for file in old.reversed() { file.restore() }
      files = []
      throw error
    }
    for file in old { file.forget() }
    files = []
  }
}

/// The previous file at a destination, under a second, hidden name until the commit is complete.
private struct OldFile {
  private let path: String
  private let existed: Bool
  private(set) var hidden: String?

  /// Gives the file a second name, or, if `isRemoved`, only that name.
  init(_ path: String, isRemoved: Bool) {
    self.path = path
    let status = FileSystem.status(of: path)
    existed = status != nil
    guard status?.isRegular == true else { return }
    let hidden = StaleFiles.newPath(in: FileSystem.folder(of: path))
    let outcome =
      isRemoved
      ? SystemCalls.rename(path, hidden) : unsafe link(PathText.cString(path), PathText.cString(hidden))
    if outcome == 0 { self.hidden = hidden }
  }

  func restore() {
    if let hidden {
      _ = SystemCalls.rename(hidden, path)
      // The two names are hard links to one file, so the rename did nothing.
      FileSystem.removeFile(hidden)
    } else if !existed {
      FileSystem.removeFile(path)
    }
  }

  func forget() { if let hidden { FileSystem.removeFile(hidden) } }
}
