import MisfitCore
import Testing
import _TestSupport

@Suite struct PermutationTests {
  @Test("a seed gives the same order as another implementation")
  func knownOrder() throws {
    for known in try GeneratorCase.all() {
      var generator = try known.generator()
      #expect(Permutation.random(count: 12, using: &generator) == known.permutation)
    }
  }

  @Test("every number occurs once", arguments: [0, 1, 2, 17, 1000])
  func isPermutation(_ count: Int) {
    var generator = SeededGenerator(seed: 1)
    let order = Permutation.random(count: count, using: &generator)
    #expect(order.sorted() == (0..<UInt32(count)).map { $0 })
  }

  @Test("all orders of four are equally likely")
  func even() {
    var generator = SeededGenerator(seed: 2)
    var counts: [[UInt32]: Int] = [:]
    for _ in 0..<24_000 { counts[Permutation.random(count: 4, using: &generator), default: 0] += 1 }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    // 23 degrees of freedom: mean 23, standard deviation 6.8.
    #expect(chiSquare < 23 + 6 * 6.8)
  }

  @Test("a shuffle keeps its elements")
  func shuffle() {
    var generator = SeededGenerator(seed: 3)
    var words = ["a", "b", "c", "d", "e", "f", "g", "h"]
    Permutation.shuffle(&words, using: &generator)
    #expect(words != ["a", "b", "c", "d", "e", "f", "g", "h"])
    #expect(words.sorted() == ["a", "b", "c", "d", "e", "f", "g", "h"])
  }
}
