extension FileSystem {
  /// The path in the same folder whose name is nearest to that of a path where nothing stands; nil where none
  /// is near.
  ///
  /// Only names are compared: a long folder before them would make all of its files look alike.
  package static func nearestPath(to path: String) -> String? {
    let name = lastComponent(of: path)
    let folder = String(path.dropLast(name.count))
    guard let names = try? names(in: folder.isEmpty ? "." : folder) else { return nil }
    return NearestSpelling.of(name, among: names).map { folder + $0 }
  }
}
