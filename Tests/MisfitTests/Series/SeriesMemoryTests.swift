import MisfitCore
import Testing

@testable import Misfit

@Suite struct SeriesMemoryTests {
  @Test("numbers beyond the limit are in a file, and keep their values when their memory is freed")
  func numbersBeyondTheLimitAreInAFile() throws {
    let floats = SeriesMemory.floats(count: 10_000, limit: 9_999)
    try #require(floats.buffer.isInFile)
    for index in 0..<10_000 { floats[index] = Float(index) }
    floats.buffer.release()
    #expect((0..<10_000).allSatisfy { floats[$0] == Float($0) })
    #expect(!SeriesMemory.floats(count: 10_000, limit: 10_000).buffer.isInFile)
  }

  @Test("a file that cannot be mapped is refused") func aFileThatCannotBeMappedIsRefused() {
    #expect(FloatBuffer(inTemporaryFile: 0) == nil)
    #expect(FloatBuffer(inTemporaryFile: 1 << 50) == nil)
  }

  @Test("doubles keep all of their bits")
  func doublesKeepAllOfTheirBits() {
    let values: [Double] = [
      0, -0.0, 1.0 / 3, -1e300, .pi, .infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      Double(bitPattern: 0x7FF0_0000_7FA0_0001), Double(bitPattern: 0x3FF0_0000_7F80_0001),
    ]
    let stored = StoredDoubles(values)
    #expect(stored.map(\.bitPattern) == values.map(\.bitPattern))
    var chunked = ChunkedDoubles()
    for value in values { chunked.append(value) }
    #expect(values.indices.map { chunked[$0].bitPattern } == values.map(\.bitPattern))
  }

  @Test(
    "chunked floats are the same in memory and in files",
    arguments: [(0, 0), (1, 0), (65_536, 65_536), (65_537, 65_536), (140_000, 1), (140_000, 1 << 24)])
  func chunkedFloatsAreTheSame(count: Int, limit: Int) {
    var chunked = ChunkedFloats(limit: limit)
    for index in 0..<count { chunked.append(Float(index)) }
    chunked.release()
    #expect(chunked.count == count)
    #expect((0..<count).allSatisfy { chunked[$0] == Float($0) })
    let moved = FloatBuffer(count: count).all
    chunked.move(to: moved)
    #expect((0..<count).allSatisfy { moved[$0] == Float($0) })
    #expect(chunked.count == 0)
  }
}
