/// The checksum of TensorBoard's records: CRC-32C (Castagnoli; RFC 3720, appendix B.4), masked.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ (value >> 1) : value >> 1 }
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      remainder = table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] ^ (remainder >> 8)
    }
    return ~remainder
  }

  /// Returns the masked checksum: rotated by 15 bits and offset, since checksums of data that contains
  /// checksums are weak (TensorFlow, `tsl/lib/hash/crc32c.h`).
  static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = of(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
