import MisfitCore

/// The bytes of a stream: standard input, or a file, which may grow and be replaced while it is read.
package final class StreamInput {
  /// What came of an attempt to read.
  package enum Outcome {
    /// Bytes.
    case bytes([UInt8])
    /// Nothing yet.
    case idle
    /// Another file has taken the place of the file, or the file was emptied: what was read is complete, and
    /// ``openReplacement()`` continues.
    case replaced
    /// The end of the input.
    case end
  }

  /// The path; `-` is standard input.
  package let path: String
  /// Whether a file is read on as it grows.
  package let follows: Bool
  /// The number of bytes read of the current file.
  package private(set) var byteOffset = 0
  /// The identity of the current file; nil for standard input.
  package private(set) var identity: FileIdentity?
  private var file: ByteFile?
  /// Whether the current file is an older one, which was renamed.
  private var isOlder = false
  /// Whether another file was seen at the path: the old one is read once more before it is left.
  private var hasSeenReplacement = false
  /// The bytes by which a copy of the current file is recognized; nil before the first read.
  private var mark: FileHead?

  /// The number of bytes of one read.
  private static let readByteCount = 1 << 16
  /// The milliseconds between two looks at a file that does not grow.
  private static let pauseMilliseconds = 100

  /// Opens the input at a position.
  ///
  /// With an `identity`, the position counts in that file, which may have another name in the same folder
  /// since. If it is gone, was emptied, or does not begin with `head`, the position counts in a copy of it in
  /// the folder; without one, reading begins at the start of the file at the path.
  ///
  /// - Throws: ``FileError``.
  package init(
    _ path: String, follows: Bool, byteOffset: Int = 0, identity: FileIdentity? = nil,
    head: FileHead? = nil
  ) throws(FileError) {
    self.path = path
    self.follows = follows && path != "-"
    if path == "-" {
      try openStandardInput(at: byteOffset, of: identity, head)
      return
    }
    if let identity, try openKnown(identity, head, at: byteOffset) { return }
    try open()
  }

  /// Opens the file with an identity, or a copy of it, and returns whether one has the position.
  private func openKnown(
    _ identity: FileIdentity, _ head: FileHead?, at byteOffset: Int
  ) throws(FileError) -> Bool {
    if let found = RotatedFile.path(of: identity, from: path),
      (FileSystem.status(of: found)?.size ?? 0) >= byteOffset
    {
      let file = try ByteFile.reading(found)
      if head?.begins(file) != false {
        self.file = file
        (self.byteOffset, self.identity, isOlder) = (byteOffset, identity, found != path)
        return true
      }
    }
    guard let head, let copy = RotatedFile.copy(of: head, from: path, byteOffset: byteOffset) else {
      return false
    }
    readCopy(copy, from: byteOffset)
    return true
  }

  /// Opens standard input; if that is a file, its position is kept as that of other files.
  private func openStandardInput(
    at byteOffset: Int, of identity: FileIdentity?, _ head: FileHead?
  ) throws(FileError) {
    let file = ByteFile.standardInput
    self.file = file
    guard let size = try file.regularFileSize() else { return }
    self.identity = file.identity
    let isContinued =
      identity != nil && identity == self.identity && size >= byteOffset && head?.begins(file) != false
    self.byteOffset = isContinued ? byteOffset : file.currentByteOffset
  }

  /// Returns the first bytes of the current file, of those before a position; nil for a pipe.
  package func head(upTo byteOffset: Int) -> FileHead? {
    guard let file, identity != nil else { return nil }
    return FileHead(file, upTo: byteOffset)
  }

  /// Whether reading continues at the position that was asked for.
  package func isContinued(at byteOffset: Int) -> Bool { self.byteOffset == byteOffset }

  /// Opens the file that has taken the place of the one that was read, at its start.
  ///
  /// - Throws: ``FileError``.
  package func openReplacement() throws(FileError) { try open() }

  private func open() throws(FileError) {
    // A file that is followed may not exist yet, or not at the moment.
    if follows, FileSystem.status(of: path) == nil {
      file = nil
      return
    }
    let file = try ByteFile.reading(path)
    (self.file, byteOffset, identity, isOlder) = (file, 0, file.identity, false)
    (hasSeenReplacement, mark) = (false, nil)
  }

  /// Continues in a copy of a file that was emptied; then the file at the path follows.
  private func readCopy(_ copy: ByteFile, from byteOffset: Int) {
    (file, self.byteOffset, identity, isOlder) = (copy, byteOffset, copy.identity, true)
  }

  /// Reads what there is, and waits a moment if there is nothing.
  ///
  /// - Throws: ``FileError``.
  package func next() throws(FileError) -> Outcome {
    guard let file else {
      FileSystem.pause(milliseconds: Self.pauseMilliseconds)
      try open()
      return .idle
    }
    return try file.regularFileSize() == nil ? nextOfPipe(file) : nextOfFile(file)
  }

  private func nextOfFile(_ file: ByteFile) throws(FileError) -> Outcome {
    var bytes = [UInt8](repeating: 0, count: Self.readByteCount)
    let count = try file.read(into: &bytes, 0, bytes.count, atByteOffset: byteOffset)
    if count > 0 {
      byteOffset += count
      bytes.removeLast(bytes.count - count)
      if follows { mark = FileHead(file, upTo: byteOffset) }
      return .bytes(bytes)
    }
    if isOlder { return .replaced }
    guard follows else { return .end }
    let size = try file.regularFileSize() ?? 0
    let current = FileSystem.identity(of: path)
    if size < byteOffset {
      guard let mark, let copy = RotatedFile.copy(of: mark, from: path, byteOffset: byteOffset) else {
        return .replaced
      }
      readCopy(copy, from: byteOffset)
      return .idle
    }
    let isReplaced = current != nil && current != identity
    // What was written after the last read and before the rename is still in the old file.
    if isReplaced, hasSeenReplacement { return .replaced }
    hasSeenReplacement = isReplaced
    FileSystem.pause(milliseconds: Self.pauseMilliseconds)
    return .idle
  }

  /// Reads a pipe, a terminal or a device.
  private func nextOfPipe(_ file: ByteFile) throws(FileError) -> Outcome {
    guard file.waitForInput(milliseconds: 1000) else { return .idle }
    var bytes: [UInt8] = []
    let count = try file.read(upTo: Self.readByteCount, appendingTo: &bytes)
    byteOffset += count
    return count > 0 ? .bytes(bytes) : .end
  }
}
