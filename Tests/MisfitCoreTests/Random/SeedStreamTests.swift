import MisfitCore
import Testing

@Suite("Seed streams") struct SeedStreamTests {
  @Test("no two streams share a value")
  func disjoint() {
    let ranges = SeedStream.all.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
    for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound <= next.lowerBound) }
    #expect(!ranges.contains { $0.contains(0) }, "0 is the stream of a seed that is not split")
  }

  @Test("values never change, since they decide the results of a seed")
  func values() {
    #expect(
      SeedStream.all.map(\.value) == [
        4, 0x100, 0x200, 0x201, 0x203, 0x204, 0x202, 0x300, 0x1001, 0x1002, 0x1003, 0x1004, 0x10000, 0x20000,
        0x1_0000_0000,
      ])
    #expect(SeedStream.shuffle[7] == 0x1_0000_0007)
  }
}
