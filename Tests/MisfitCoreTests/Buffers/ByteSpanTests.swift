import Testing

@testable import MisfitCore

@Suite("Searching bytes") struct ByteSpanTests {
  private let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }

  @Test("a word is the eight bytes from an offset on, with zeros past the end", arguments: 0...20)
  func word(_ count: Int) {
    let part = Array(bytes[..<count])
    for place in 0...count {
      let expected = (0..<8).reduce(UInt64(0)) { sum, offset in
        place + offset < count ? sum | UInt64(part[place + offset]) << UInt64(8 * offset) : sum
      }
      #expect(part.span.word(at: place) == expected)
    }
  }

  @Test("the first occurrence of a byte is found from any offset", arguments: [0, 1, 7, 63, 64, 100])
  func firstIndex(_ count: Int) {
    let part = Array(bytes[..<count])
    for byte in [UInt8(11), 48, 85, 200] {
      for start in 0...count {
        #expect(part.span.firstIndex(of: byte, from: start) == part[start...].firstIndex(of: byte))
      }
    }
  }
}
