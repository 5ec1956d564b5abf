import MisfitCore

/// The files of a folder by the names of the images that they annotate.
///
/// The key of a file is its path below the folder without the ending and without `_mask`: `crack/000` for
/// `crack/000_mask.png`.
struct AnnotationFiles {
  private var paths: [String: String] = [:]
  /// The keys by their last component.
  private var keys: [String: [String]] = [:]

  /// Lists a folder and its sub-folders, two levels deep.
  ///
  /// - Throws: ``IngestError``; also if two files annotate the same image.
  init(_ folder: String, endings: Set<String>) throws(IngestError) {
    try add(folder, prefix: "", depth: 0, endings)
  }

  /// The paths of all files, sorted by key.
  var all: [String] { paths.sorted { $0.key < $1.key }.map(\.value) }

  /// Returns the file for an image; nil if there is none.
  ///
  /// A file with the folders of the image comes before one with fewer. That of an image known to be `good`
  /// must have its folder: `good/7.png` is not annotated by `7.png`, which belongs to `defect/7.png`.
  func path(ofImage id: String, isGood: Bool) -> String? {
    var name = Self.withoutEnding(id)[...]
    while true {
      if let path = paths[String(name)] { return path }
      guard let slash = name.firstIndex(of: "/") else { break }
      name = name[name.index(after: slash)...]
      if isGood, !name.contains("/") { return nil }
    }
    guard !id.contains("/") else { return nil }
    // Of an image without a folder, the name alone decides if it is unique.
    let matches = keys[String(name)] ?? []
    return matches.count == 1 ? paths[matches[0]] : nil
  }

  private mutating func add(
    _ folder: String, prefix: String, depth: Int, _ endings: Set<String>
  ) throws(IngestError) {
    let names: [String]
    do { names = try FileSystem.names(in: folder) } catch { throw IngestError(error) }
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if FileSystem.status(of: path)?.isDirectory == true {
        if depth < 2 { try add(path, prefix: "\(prefix)\(name)/", depth: depth + 1, endings) }
        continue
      }
      guard let ending = name.split(separator: ".").last?.lowercased(), endings.contains(ending) else {
        continue
      }
      let base = Self.withoutMask(Self.withoutEnding(name))
      let key = prefix + base
      keys[base, default: []].append(key)
      if let other = paths.updateValue(path, forKey: key) {
        throw IngestError(
          .annotation("two files annotate the same image: \(other)", remedy: "remove one of them"),
          at: InputPosition(source: path))
      }
    }
  }

  private static func withoutEnding(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return name }
    return String(name[..<dot])
  }

  private static func withoutMask(_ name: String) -> String {
    name.hasSuffix("_mask") ? String(name.dropLast(5)) : name
  }
}
