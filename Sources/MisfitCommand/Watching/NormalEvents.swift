import MisfitCore

/// The file of events that were normal, which may change during a run.
struct NormalEvents {
  private let path: String
  private var version: Version?

  /// What changes with the file.
  private struct Version: Hashable {
    var status: FileSystem.Status?
    var identity: FileIdentity?
  }

  /// Creates the file as it is now.
  init(_ path: String) {
    self.path = path
    version = current
  }

  private var current: Version {
    Version(status: FileSystem.status(of: path), identity: FileSystem.identity(of: path))
  }

  /// Returns the events if the file changed since the last call; nil if it did not, or is gone at the moment.
  mutating func changed() -> Set<String>? {
    let current = current
    guard current != version, current.status != nil, let events = try? Self.read(path) else { return nil }
    version = current
    return events
  }

  /// Reads the lines of a file.
  ///
  /// - Throws: ``FileError``.
  static func read(_ path: String) throws -> Set<String> {
    let file = try ByteFile.reading(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {}
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return Set(lines.map { String($0) })
  }
}
