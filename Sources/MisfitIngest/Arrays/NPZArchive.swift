import MisfitCore

/// Arrays that NumPy saved together: a zip archive of NPY files, addressed as `table.npz:X`.
enum NPZArchive {
  /// Splits `table.npz:X` into the archive and the array; nil for any other text.
  ///
  /// A text that is the path of an existing file is not split.
  static func split(_ text: String) -> (path: String, array: String?)? {
    if FileSystem.status(of: text)?.isRegular == true {
      return text.hasSuffix(".npz") ? (text, nil) : nil
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let path = String(text[..<colon])
    let array = String(text[text.index(after: colon)...])
    guard !array.isEmpty, FileSystem.status(of: path)?.isRegular == true else { return nil }
    return (path, array)
  }

  /// Opens one array; the only one if no name is given.
  ///
  /// - Throws: ``IngestError`` that lists the arrays if that one does not exist.
  static func open(
    _ path: String, array: String?, labelsPath: String? = nil,
    memoryLimitBytes: Int = MachineMemory.defaultLimitBytes
  ) throws(IngestError) -> ArraySource {
    let archive = try ZipArchive(path)
    let names = archive.members.map { Self.arrayName($0.name) }
    let index = array.map { names.firstIndex(of: $0) } ?? (names.count == 1 ? 0 : nil)
    guard let index else {
      throw IngestError(
        .noSuchArray(array, among: names), at: InputPosition(source: path))
    }
    return try ArraySource(
      npy: archive.input(archive.members[index]), labelsPath: labelsPath, memoryLimitBytes: memoryLimitBytes)
  }

  private static func arrayName(_ member: String) -> String {
    member.hasSuffix(".npy") ? String(member.dropLast(4)) : member
  }
}
