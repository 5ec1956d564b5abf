import MisfitCore
import MisfitImages

/// The files that a user names: single files, the files of a folder, and the matches of a pattern.
struct FileSet {
  /// A file, and the identifier that its records are named by.
  struct File {
    var path: String
    var id: String
  }

  /// The name of all of them in messages.
  let name: String
  let files: [File]
  /// Notes for the user.
  private(set) var notes: [MessageText] = []
  /// Whether they are images, or a folder of images is among them.
  let areImages: Bool

  /// Looks up the files of each text; a text that names no file is kept as the name of a built-in source.
  ///
  /// - Throws: ``IngestError`` for a pattern without a match, a folder without images and tables, and
  ///   standard input named twice.
  init(_ texts: [String]) throws(IngestError) {
    guard texts.count(where: { $0 == "-" }) < 2 else { throw IngestError(.standardInputTwice) }
    var files: [File] = []
    var notes: [MessageText] = []
    var hasImageFolder = false
    for text in texts {
      guard FileSystem.status(of: text) == nil, PathPattern.isPattern(text) else {
        try Self.add(text, to: &files, &hasImageFolder, &notes)
        continue
      }
      let matches = try PathPattern.matches(of: text)
      guard !matches.isEmpty else { throw IngestError(.noMatch(text), at: InputPosition(source: text)) }
      for match in matches { try Self.add(match, to: &files, &hasImageFolder, &notes) }
    }
    areImages = hasImageFolder || (files.first.map { Self.isImage($0.path) } ?? false)
    self.files = Self.withShortIDs(files)
    self.notes = notes + Self.repetitions(files)
    let more = texts.count - 1
    name = more > 0 ? "\(texts[0]) and \(more) more" : texts[0]
  }

  private static func add(
    _ path: String, to files: inout [File], _ hasImageFolder: inout Bool, _ notes: inout [MessageText]
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
      if let note = try TableFolder.note(onOtherFilesIn: path) { notes.append(MessageText(note)) }
    }
  }

  /// Returns a note on a file that is named more than once.
  private static func repetitions(_ files: [File]) -> [MessageText] {
    var seen: Set<String> = []
    let repeated = files.first { !seen.insert(FileSystem.resolved($0.path) ?? $0.path).inserted }
    return repeated.map { ["\($0.path) is named more than once, and its rows count as often"] } ?? []
  }

  /// Returns the files with their last path components as identifiers if those differ.
  private static func withShortIDs(_ files: [File]) -> [File] {
    let names = files.map { FileSystem.lastComponent(of: $0.path) }
    guard Set(names).count == names.count else { return files }
    return zip(files, names).map { File(path: $0.path, id: $1) }
  }

  /// Whether a file begins as an image does.
  private static func isImage(_ path: String) -> Bool {
    guard FileSystem.status(of: path)?.isRegular == true else { return false }
    return (try? ImageDecoder.header(ofFile: path)) != nil
  }
}

/// Folders of tables.
enum TableFolder {
  /// The tables in a folder, sorted by their names; none if it holds images.
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

  /// Returns `3 other files in day skipped (2 .parquet, 1 .txt)`; nil if there are none.
  static func note(onOtherFilesIn folder: String) throws(IngestError) -> String? {
    let names: [String]
    do { names = try FileSystem.names(in: folder) } catch { throw IngestError(error) }
    let others = names.filter { !isCalledTable($0) }
    guard !others.isEmpty else { return nil }
    var counts: [String: Int] = [:]
    for name in others { counts[ending(of: name), default: 0] += 1 }
    let shown = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map {
      "\($0.value) \($0.key)"
    }
    let more = counts.count > 3 ? ", ..." : ""
    let kinds = shown.joined(separator: ", ") + more
    return "\(CountText.of(others.count, "other file")) in \(folder) skipped (\(kinds))"
  }

  private static func ending(of name: String) -> String {
    let parts = name.split(separator: ".")
    return parts.count > 1 ? ".\(parts[parts.count - 1])" : "without an extension"
  }

  /// Whether a folder contains images, damaged ones included.
  private static func holdsImages(_ folder: String) -> Bool {
    do { return try !ImageListing(folder).entries.isEmpty } catch { return true }
  }

  private static let endings: Set = [
    "csv", "tsv", "psv", "tab", "json", "jsonl", "ndjson", "arrow", "arrows", "feather",
  ]

  private static func isCalledTable(_ name: String) -> Bool {
    var parts = name.lowercased().split(separator: ".")
    if parts.count > 2, ["gz", "bz2", "xz", "zst", "lz4", "zip"].contains(parts[parts.count - 1]) {
      parts.removeLast()
    }
    return parts.count > 1 && parts.last.map { endings.contains(String($0)) } ?? false
  }
}
