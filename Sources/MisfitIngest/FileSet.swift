import MisfitCore
import MisfitImages

/// The files that a user names: single ones, those in a folder, those that a pattern matches.
struct FileSet {
  /// A file, and what its records are called by.
  struct File {
    var path: String
    var id: String
  }

  /// What messages call all of them.
  let name: String
  let files: [File]
  /// Whether they are images, or a folder of images is among them.
  let areImages: Bool

  /// Looks up what stands at each text; where nothing does, the text is kept as the name of something built in.
  ///
  /// - Throws: ``IngestError`` for a pattern without a match, and a folder without images and tables.
  init(_ texts: [String]) throws(IngestError) {
    var files: [File] = []
    var hasImageFolder = false
    for text in texts {
      guard FileSystem.status(of: text) == nil, PathPattern.isPattern(text) else {
        try Self.add(text, to: &files, &hasImageFolder)
        continue
      }
      let matches = try PathPattern.matches(of: text)
      guard !matches.isEmpty else { throw IngestError(.noMatch(text), at: InputPosition(source: text)) }
      for match in matches { try Self.add(match, to: &files, &hasImageFolder) }
    }
    areImages = hasImageFolder || (files.first.map { Self.isImage($0.path) } ?? false)
    self.files = texts.count == 1 && files.count == 1 ? files : Self.withShortIDs(files)
    let more = texts.count - 1
    name = more > 0 ? "\(texts[0]) and \(more) more" : texts[0]
  }

  private static func add(
    _ path: String, to files: inout [File], _ hasImageFolder: inout Bool
  ) throws(IngestError) {
    guard FileSystem.status(of: path)?.isDirectory == true else {
      files.append(File(path: path, id: path))
      return
    }
    let tables = try TableFolder.tables(in: path)
    if tables.isEmpty {
      hasImageFolder = true
      files.append(File(path: path, id: path))
    } else {
      files += tables.map { File(path: $0, id: $0) }
    }
  }

  /// Files by their last names, where those differ.
  private static func withShortIDs(_ files: [File]) -> [File] {
    let names = files.map { FileSystem.lastComponent(of: $0.path) }
    guard Set(names).count == names.count else { return files }
    return zip(files, names).map { File(path: $0.path, id: $1) }
  }

  /// Whether a file begins as a PNG or JPEG image does.
  private static func isImage(_ path: String) -> Bool {
    guard FileSystem.status(of: path)?.isRegular == true else { return false }
    return (try? ImageDecoder.header(ofFile: path)) != nil
  }
}

/// Folders of tables.
enum TableFolder {
  /// The tables in a folder, sorted by their names; none where it holds images.
  ///
  /// Tables are known by the endings of their names.
  ///
  /// - Throws: ``IngestError``.
  static func tables(in folder: String) throws(IngestError) -> [String] {
    let names: [String]
    do { names = try FileSystem.names(in: folder) } catch { throw IngestError(error) }
    let plain = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let tables = names.filter { isCalledTable($0) }.map { "\(plain)/\($0)" }
      .filter { FileSystem.status(of: $0)?.isRegular == true }
    return tables.isEmpty || holdsImages(folder) ? [] : tables
  }

  /// Whether images lie in a folder, damaged ones too.
  private static func holdsImages(_ folder: String) -> Bool {
    do { return try !ImageListing(folder).entries.isEmpty } catch { return true }
  }

  private static let endings: Set = ["csv", "tsv", "psv", "tab", "json", "jsonl", "ndjson"]

  private static func isCalledTable(_ name: String) -> Bool {
    var parts = name.lowercased().split(separator: ".")
    if parts.count > 2, ["gz", "bz2", "xz", "zst", "zip"].contains(parts[parts.count - 1]) {
      parts.removeLast()
    }
    return parts.count > 1 && parts.last.map { endings.contains(String($0)) } ?? false
  }
}
