import MisfitCore
import Testing

@Suite("FNV-1a") struct FNVHashTests {
  /// The published test vectors of FNV-1a, 64 bits.
  @Test(
    "has the published values",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)]
      as [(String, UInt64)])
  func published(text: String, expected: UInt64) {
    var hash = FNVHash()
    for byte in text.utf8 { hash.add(UInt64(byte)) }
    #expect(hash.value == expected)
  }
}
