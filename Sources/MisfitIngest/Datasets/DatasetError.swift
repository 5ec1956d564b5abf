import MisfitCore

/// Why a data set could not be had.
public struct DatasetError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Kind: Hashable, Sendable {
    /// The Debian package with the data is not installed, or files of it are missing.
    case packageMissing(name: String, mirror: String?)
    /// The program `curl` is not there.
    case noDownloader
    /// The server answered with a status other than success.
    case refused(status: Int?)
    /// The address leads to no server: no network, no such host, nobody listening.
    case unreachable
    /// The connection was made and then lost, or nothing came any more.
    case cut(byteCount: Int, expectedByteCount: Int)
    /// The server cannot go on where a download was broken off, and the download did not begin again.
    case notResumable
    /// The secure connection could not be trusted.
    case untrusted
    /// The address is none that can be downloaded from.
    case unusableAddress
    /// What came is not the published file.
    case wrongChecksum(expected: SHA256.Digest, found: SHA256.Digest)
    /// The server sends more than the published file has.
    case tooLong(limit: Int)
    /// A file of the installed package is none that is known.
    case packageAltered(name: String, found: SHA256.Digest)
    /// Another file stands at the place.
    case occupied(expected: SHA256.Digest, found: SHA256.Digest)
    /// The bytes that came could not be written.
    case unwritable
    /// The download was ended by a signal.
    case stopped(signal: Int32)
    /// Something else that `curl` says.
    case downloader(exitStatus: Int32, message: String)
    /// The system refused an operation on a file.
    case file(FileError)
  }

  /// What went wrong.
  public var kind: Kind
  /// The address or path where it did.
  public var position: InputPosition

  /// Makes an error.
  public init(_ kind: Kind, at position: InputPosition) {
    self.kind = kind
    self.position = position
  }

  init(_ kind: Kind, at source: String) { self.init(kind, at: InputPosition(source: source)) }

  /// Does something with files and gives its failure as one of a data set.
  static func wrapping<Value>(_ body: () throws(FileError) -> Value) throws(DatasetError) -> Value {
    do {
      return try body()
    } catch {
      throw DatasetError(.file(error), at: error.path)
    }
  }
}
