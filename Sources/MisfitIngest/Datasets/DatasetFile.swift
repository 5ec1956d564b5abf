import MisfitCore

/// One file of a data set: its name, and what it must hold.
public struct DatasetFile: Hashable, Sendable {
  /// The bytes as one source gives them.
  ///
  /// The same content may be compressed in different ways: Debian's packages drop the name and time from the
  /// gzip header.
  public struct Edition: Hashable, Sendable {
    /// The size in bytes.
    public var byteCount: Int
    /// The checksum.
    public var digest: SHA256.Digest

    /// Makes an edition.
    public init(byteCount: Int, digest: SHA256.Digest) {
      self.byteCount = byteCount
      self.digest = digest
    }
  }

  /// The name without a folder.
  public var name: String
  /// What the file may hold; the first is the one that is published for download.
  public var editions: [Edition]

  /// Makes a file.
  ///
  /// - Precondition: there is an edition.
  public init(_ name: String, editions: [Edition]) {
    precondition(!editions.isEmpty, "a file without an edition")
    self.name = name
    self.editions = editions
  }

  /// The size of the published edition in bytes.
  public var byteCount: Int { editions[0].byteCount }

  /// The path of the file in a folder.
  public func path(in folder: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Whether a file of this name and of a right size is in a folder; its bytes are not read.
  public func isPresent(in folder: String) -> Bool {
    guard let status = FileSystem.status(of: path(in: folder)), status.isRegular else { return false }
    return editions.contains { $0.byteCount == status.size }
  }

  func accepts(_ digest: SHA256.Digest) -> Bool { editions.contains { $0.digest == digest } }
}
