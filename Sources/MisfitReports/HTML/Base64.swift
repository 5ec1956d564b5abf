/// The Base64 encoding (RFC 4648, section 4) for `data:` URIs.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// Returns the encoding of some bytes, padded to a multiple of four characters.
  static func text(of bytes: some Collection<UInt8>) -> String {
    var characters: [UInt8] = []
    characters.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var held = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      held += 1
      guard held == 3 else { continue }
      append(group, characterCount: 4, to: &characters)
      (group, held) = (0, 0)
    }
    if held > 0 { append(group << UInt32(8 * (3 - held)), characterCount: held + 1, to: &characters) }
    return String(decoding: characters, as: UTF8.self)
  }

  private static func append(_ group: UInt32, characterCount: Int, to characters: inout [UInt8]) {
    for place in 0..<4 {
      let index = Int(group >> UInt32(18 - 6 * place) & 63)
      characters.append(place < characterCount ? alphabet[index] : padding)
    }
  }
}
