import MisfitCore

/// One file of a data set, with its expected content.
package struct DatasetFile: Hashable, Sendable {
  /// The bytes of one published edition.
  ///
  /// The same content may be compressed in different ways: Debian's packages drop the name and time from the
  /// gzip header.
  package struct Edition: Hashable, Sendable {
    /// The size in bytes.
    package var byteCount: Int
    /// The checksum.
    package var digest: SHA256.Digest

    /// Makes an edition.
    package init(byteCount: Int, digest: SHA256.Digest) {
      self.byteCount = byteCount
      self.digest = digest
    }
  }

  /// The name without a folder.
  package var name: String
  /// The accepted editions; the first is the one that is published for download.
  package var editions: [Edition]

  /// Makes a file.
  ///
  /// - Precondition: there is an edition.
  package init(_ name: String, editions: [Edition]) {
    precondition(!editions.isEmpty, "a file without an edition")
    self.name = name
    self.editions = editions
  }

  /// The size of the published edition in bytes.
  package var byteCount: Int { editions[0].byteCount }

  /// The path of the file in a folder.
  package func path(in folder: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Returns whether a file with this name and an expected size is in a folder, without reading it.
  package func isPresent(in folder: String) -> Bool {
    guard let status = FileSystem.status(of: path(in: folder)), status.isRegular else { return false }
    return editions.contains { $0.byteCount == status.size }
  }

  func accepts(_ digest: SHA256.Digest) -> Bool { editions.contains { $0.digest == digest } }
}
