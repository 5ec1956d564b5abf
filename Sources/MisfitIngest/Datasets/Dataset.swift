/// A published data set: its files, and where they come from.
///
///     let folder = Dataset.fashionMNIST.folder(among: ["data/fashion-mnist"])
public struct Dataset: Hashable, Sendable {
  /// A Debian package that holds the files.
  public struct Package: Hashable, Sendable {
    /// The name for `apt-get install`.
    public var name: String
    /// Where it puts the files.
    public var folder: String

    /// Makes a package.
    public init(name: String, folder: String) {
      self.name = name
      self.folder = folder
    }
  }

  /// The name on the command line.
  public var name: String
  /// What is in it, in a few words.
  public var summary: String
  /// The licence of the data.
  public var licence: String
  /// The files.
  public var files: [DatasetFile]
  /// Folders on the web that hold the files, each tried in turn.
  public var mirrors: [String]
  /// The package with the files, where there is one.
  public var package: Package?

  /// Makes a data set.
  public init(
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
  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }

  /// The first folder in which all files stand, judged by name and size; that of the package comes after
  /// those given.
  public func folder(among folders: [String]) -> String? {
    (folders + (package.map { [$0.folder] } ?? [])).first { folder in
      files.allSatisfy { $0.isPresent(in: folder) }
    }
  }
}
