#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that appear together: all of them, or none.
///
/// A file that begins in a group waits, written out, when it is committed; ``commit()`` then puts all of them in
/// their places, in the order in which they were committed. A process that is killed before leaves what was
/// there, and one that is killed between the first and the last leaves no file under the name of the last: so
/// where the last file exists, the others belong to it.
///
///     let group = OutputGroup()
///     try OutputFile.write(scores, to: "out/scores.csv", in: group)
///     try OutputFile.write(summary, to: "out/summary.json", in: group)
///     try group.commit()
///
/// Each file stays open until then. Not for several threads at once.
public final class OutputGroup {
  private var files: [OutputFile] = []
  /// Folders that were made for the files, the outer ones first.
  private var newFolders: [String] = []

  /// A group without files.
  public init() {}

  /// Folders that were made and got no file go away again.
  deinit {
    files = []
    for folder in newFolders.reversed() { FileSystem.removeEmptyDirectory(folder) }
  }

  /// Makes a folder for files, and those above it; one that is there already is fine.
  ///
  /// - Throws: ``FileError``.
  public func makeDirectory(_ path: String) throws(FileError) {
    newFolders += FileSystem.missingDirectories(of: path)
    try FileSystem.makeDirectory(path)
  }

  func add(_ file: OutputFile) { files.append(file) }

  /// Puts all files in their places.
  ///
  /// - Throws: ``FileError``; what was in all of the places before is then there again.
  public func commit() throws(FileError) {
    guard let last = files.last else { return }
    var old: [OldFile] = []
    do throws(FileError) {
      // The first to go and the last to come.
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

/// What was at a destination, under a second, hidden name until all is done.
private struct OldFile {
  private let path: String
  private let existed: Bool
  private(set) var hidden: String?

  /// Gives the file a second name, or, where `isRemoved`, no other than that.
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
      // Two names of one file: then the rename did nothing.
      FileSystem.removeFile(hidden)
    } else if !existed {
      FileSystem.removeFile(path)
    }
  }

  func forget() { if let hidden { FileSystem.removeFile(hidden) } }
}
