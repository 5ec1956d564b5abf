import MisfitCore

/// A ZIP archive with one table, or a named member of one: `orders.zip:may.csv`.
enum ZipTable {
  /// Returns the member that is a table; nil if the archive contains arrays of NumPy.
  ///
  /// Folders, and the files that macOS adds, are ignored.
  ///
  /// - Throws: ``IngestError`` for a spreadsheet or another document, and for no file or several.
  static func input(of path: String, member name: String? = nil) throws(IngestError) -> (any ByteInput)? {
    let archive = try ZipArchive(path)
    let place = InputPosition(source: path)
    let files = archive.members.filter { !$0.name.hasSuffix("/") && !$0.name.hasPrefix("__MACOSX/") }
    if let name, let member = files.first(where: { $0.name == name }) { return try archive.input(member) }
    if !files.isEmpty, files.allSatisfy({ $0.name.hasSuffix(".npy") }) { return nil }
    if let document = document(files.map(\.name)) { throw IngestError(.foreignFile(document), at: place) }
    if let name, !files.isEmpty { throw IngestError(.noSuchArray(name, among: files.map(\.name)), at: place) }
    guard files.count == 1 else { throw IngestError(.zipMembers(files.map(\.name)), at: place) }
    return try archive.input(files[0])
  }

  /// Returns the kind of a document that is a ZIP archive itself, by the names in it.
  private static func document(_ names: [String]) -> ForeignFormat? {
    let names = Set(names)
    if names.contains("xl/workbook.xml") || names.contains("xl/workbook.bin") { return .excel }
    if names.contains("content.xml"), names.contains("mimetype") { return .openDocument }
    if names.contains("word/document.xml") { return .named("a Word document", conversion: nil) }
    if names.contains("[Content_Types].xml") { return .named("an Office document", conversion: nil) }
    if names.contains("META-INF/MANIFEST.MF") { return .named("a Java archive", conversion: nil) }
    return nil
  }
}
