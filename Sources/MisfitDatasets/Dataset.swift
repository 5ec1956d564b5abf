import MisfitCore

/// A published data set: its files and their addresses.
///
///     let folder = Dataset.fashionMNIST.folder(among: ["data/fashion-mnist"])
package struct Dataset: Hashable, Sendable {
  /// A Debian package with the files.
  package struct Package: Hashable, Sendable {
    /// The name for `apt-get install`.
    package var name: String
    /// The folder that it installs the files in.
    package var folder: String

    /// Makes a package.
    package init(name: String, folder: String) {
      self.name = name
      self.folder = folder
    }
  }

  /// The name in commands.
  package var name: String
  /// The content in a few words.
  package var summary: String
  /// The license of the data.
  package var licence: String
  /// The files.
  package var files: [DatasetFile]
  /// Addresses of folders with the files, which are tried in turn.
  package var mirrors: [String]
  /// The package with the files; nil if there is none.
  package var package: Package?

  /// Makes a data set.
  package init(
    name: String, summary: String, licence: String, files: [DatasetFile], mirrors: [String],
    package: Package? = nil
  ) {
    self.name = name
    self.summary = summary
    self.licence = licence
    self.files = files
    self.mirrors = mirrors
    self.package = package
  }

  /// The size of all files in bytes, as published.
  package var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// Returns the first folder that contains all files, by name and size; the folder of the package comes
  /// last.
  package func folder(among folders: [String]) -> String? {
    (folders + (package.map { [$0.folder] } ?? [])).first { folder in
      files.allSatisfy { $0.isPresent(in: folder) }
    }
  }
}
