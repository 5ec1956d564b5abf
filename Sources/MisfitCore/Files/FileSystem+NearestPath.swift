extension FileSystem {
  /// Returns the path in the same folder whose name is most similar to that of a missing path; nil if none is
  /// similar.
  ///
  /// Only names are compared: a long folder path would make all of its files look alike.
  package static func nearestPath(to path: String) -> String? {
    let name = lastComponent(of: path)
    let folder = String(path.dropLast(name.count))
    guard let names = try? names(in: folder.isEmpty ? "." : folder) else { return nil }
    return NearestSpelling.of(name, among: names).map { folder + $0 }
  }
}
