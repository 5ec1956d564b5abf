/// Gzip data without compression, for tests that need no other program.
package enum StoredGzip {
  /// One member that holds `bytes` in stored blocks (RFC 1951, section 3.2.4).
  package static func member(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    var start = 0
    repeat {
      let end = min(start + 0xffff, bytes.count)
      result.append(end == bytes.count ? 1 : 0)
      result += littleEndian(UInt32(end - start), count: 2) + littleEndian(~UInt32(end - start), count: 2)
      result += bytes[start..<end]
      start = end
    } while start < bytes.count
    return result + littleEndian(checksum(bytes), count: 4)
      + littleEndian(UInt32(truncatingIfNeeded: bytes.count), count: 4)
  }

  /// CRC-32 as gzip, ZIP and PNG have it.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(truncatingIfNeeded: ($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : 0xedb8_8320 ^ value >> 1 }
  }

  private static func littleEndian(_ value: UInt32, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }
}
