import Testing

@testable import MisfitStreams

@Suite struct SortedBlocksTests {
  @Test func ranksAndOrderEqualThoseOfASortedArray() {
    var blocks = SortedBlocks()
    var plain: [Double] = []
    var generator = SystemRandomNumberGenerator()
    for step in 0..<3000 {
      if step % 3 == 2, let value = plain.randomElement(using: &generator) {
        blocks.remove(value)
        plain.remove(at: plain.firstIndex(of: value)!)
      } else {
        let value = Double(Int.random(in: 0..<500, using: &generator))
        _ = blocks.insert(value, at: blocks.lowerBound(of: value))
        plain.insert(value, at: plain.firstIndex { $0 >= value } ?? plain.count)
      }
    }
    #expect(blocks.values == plain)
    for value in stride(from: -0.5, to: 501, by: 0.5) {
      #expect(blocks.rank(of: blocks.lowerBound(of: value)) == plain.count { $0 < value })
    }
    #expect(SortedBlocks(ascending: plain).values == plain)
  }
}
