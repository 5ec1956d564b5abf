import MisfitCore

/// The search for a file that was rotated: renamed to any name in its folder, or copied there and emptied.
enum RotatedFile {
  /// Returns the path of a file with an identity: the path itself, the usual names of rotated files, or any
  /// other in the folder.
  static func path(of identity: FileIdentity, from path: String) -> String? {
    let usual = [path, path + ".1", path + ".0"]
    return (usual + others(beside: path)).first { FileSystem.identity(of: $0) == identity }
  }

  /// Opens a copy of a file that was read up to `byteOffset` and has been emptied since; nil without one.
  static func copy(of head: FileHead, from path: String, byteOffset: Int) -> ByteFile? {
    for candidate in others(beside: path) where candidate != path {
      guard let status = FileSystem.status(of: candidate), status.isRegular, status.size >= byteOffset,
        let file = try? ByteFile.reading(candidate), head.isCopied(in: file)
      else { continue }
      return file
    }
    return nil
  }

  /// Returns the paths of the files in a folder, those whose names begin as that of the path first.
  private static func others(beside path: String) -> [String] {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let prefix = slash.map { String(path[...$0]) } ?? ""
    let name = FileSystem.lastComponent(of: path)
    let stem = name.split(separator: ".").first.map { String($0) } ?? name
    let names = ((try? FileSystem.names(in: folder)) ?? []).sorted()
    return (names.filter { $0.hasPrefix(stem) } + names.filter { !$0.hasPrefix(stem) }).map { prefix + $0 }
  }
}
