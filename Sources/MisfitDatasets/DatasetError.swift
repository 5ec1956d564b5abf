import MisfitCore

/// An error in getting a data set.
package struct DatasetError: Error, Hashable, Sendable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The Debian package with the data is not installed, or files of it are missing.
    case packageMissing(name: String, mirror: String?)
    /// The program `curl` is not installed.
    case noDownloader
    /// The server answered with a status other than success.
    case refused(status: Int?)
    /// The address leads to no server: no network, no such host, or no program that listens.
    case unreachable
    /// The connection was lost, or no more data arrived.
    case cut(byteCount: Int, expectedByteCount: Int)
    /// The server cannot resume the download, and starting again failed.
    case notResumable
    /// The secure connection could not be trusted.
    case untrusted
    /// The address is not one to download from.
    case unusableAddress
    /// The data is not that of the published file.
    case wrongChecksum(expected: SHA256.Digest, found: SHA256.Digest)
    /// The server sends more than the published file has.
    case tooLong(limit: Int)
    /// A file of the installed package is not a known edition.
    case packageAltered(name: String, found: SHA256.Digest)
    /// Another file has the path.
    case occupied(expected: SHA256.Digest, found: SHA256.Digest)
    /// The data could not be written.
    case unwritable
    /// The download was stopped by a signal.
    case stopped(signal: Int32)
    /// Another error that `curl` reports.
    case downloader(exitStatus: Int32, message: String)
    /// The system refused an operation on a file.
    case file(FileError)
  }

  /// The kind of the error.
  package var kind: Kind
  /// The address or path of the error.
  package var position: InputPosition?

  /// Makes an error.
  package init(_ kind: Kind, at position: InputPosition) {
    self.kind = kind
    self.position = position
  }

  init(_ kind: Kind, at source: String) { self.init(kind, at: InputPosition(source: source)) }

  /// Calls `body` and converts its failure.
  static func wrapping<Value>(_ body: () throws(FileError) -> Value) throws(DatasetError) -> Value {
    do {
      return try body()
    } catch {
      throw DatasetError(.file(error), at: error.path)
    }
  }
}
