import MisfitCore

/// A file of a data set that is in its folder.
package struct DatasetCopy: Hashable, Sendable {
  /// The origin of the file.
  package enum Origin: String, Hashable, Sendable {
    case present
    case downloaded
    case copied
  }

  /// The path of the file.
  package var path: String
  /// The checksum of the file.
  package var digest: SHA256.Digest
  /// The origin of the file.
  package var origin: Origin
}
