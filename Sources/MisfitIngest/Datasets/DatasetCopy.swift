/// A file of a data set that is in its place.
public struct DatasetCopy: Hashable, Sendable {
  /// How it came there.
  public enum Origin: String, Hashable, Sendable {
    case present
    case downloaded
    case copied
  }

  /// Where the file is.
  public var path: String
  /// Its checksum.
  public var digest: SHA256.Digest
  /// How it came there.
  public var origin: Origin
}
