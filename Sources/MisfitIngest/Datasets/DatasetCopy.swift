/// A file of a data set that is in its folder.
public struct DatasetCopy: Hashable, Sendable {
  /// The origin of the file.
  public enum Origin: String, Hashable, Sendable {
    case present
    case downloaded
    case copied
  }

  /// The path of the file.
  public var path: String
  /// The checksum of the file.
  public var digest: SHA256.Digest
  /// The origin of the file.
  public var origin: Origin
}
