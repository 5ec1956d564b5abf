/// The SHA-256 checksum of bytes that arrive in chunks.
///
/// FIPS 180-4, sections 5 and 6.2. For checksums of files; its timing depends on the data.
///
///     var checksum = SHA256()
///     checksum.update(Array("ab".utf8).span)
///     checksum.update(Array("c".utf8).span)
///     print(checksum.digest)  // ba7816bf…
package struct SHA256: Sendable {
  private var state = SHA256State()
  /// The bytes that do not fill a block yet; fewer than 64.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Makes the checksum of no bytes.
  package init() {}

  /// Adds bytes; the boundaries of the chunks make no difference.
  ///
  /// - Complexity: O(n), no allocation but for bytes that do not fill a block.
  package mutating func update(_ bytes: Span<UInt8>) {
    byteCount += UInt64(bytes.count)
    var index = 0
    if !pending.isEmpty {
      while pending.count < SHA256State.blockByteCount, index < bytes.count {
        pending.append(bytes[index])
        index += 1
      }
      guard pending.count == SHA256State.blockByteCount else { return }
      let block = pending
      pending = []
      state.add(blockAt: 0, of: block.span)
    }
    while bytes.count - index >= SHA256State.blockByteCount {
      state.add(blockAt: index, of: bytes)
      index += SHA256State.blockByteCount
    }
    while index < bytes.count {
      pending.append(bytes[index])
      index += 1
    }
  }

  /// The checksum of all bytes so far; more may be added.
  package var digest: Digest {
    var last = pending
    last.append(0x80)
    // The length in bits takes the last 8 bytes of a block.
    while last.count % SHA256State.blockByteCount != SHA256State.blockByteCount - 8 { last.append(0) }
    let bitCount = byteCount &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      last.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    var state = state
    for start in stride(from: 0, to: last.count, by: SHA256State.blockByteCount) {
      state.add(blockAt: start, of: last.span)
    }
    return Digest(state.bytes)
  }

  /// Returns the checksum of a whole file, read in chunks.
  ///
  /// - Throws: ``FileError``.
  package static func digest(ofFileAt path: String) throws(FileError) -> Digest {
    let file = try ByteFile.reading(path)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var checksum = SHA256()
    while true {
      let count = try file.read(into: &buffer, startingAt: 0)
      guard count > 0 else { return checksum.digest }
      checksum.update(buffer.span.extracting(0..<count))
    }
  }
}
