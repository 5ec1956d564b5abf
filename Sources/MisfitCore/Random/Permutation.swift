/// Random orders of rows, made from a seed.
package enum Permutation {
  /// Returns the numbers `0 ..< count` in random order (Fisher and Yates).
  ///
  /// - Complexity: O(count).
  package static func random(count: Int, using generator: inout SeededGenerator) -> [UInt32] {
    precondition(count <= Int(UInt32.max), "more rows than a permutation can index")
    var order = (0..<UInt32(count)).map { $0 }
    shuffle(&order, using: &generator)
    return order
  }

  /// Shuffles `order` in place.
  ///
  /// The standard library's `shuffle(using:)` may change between versions; this does not.
  package static func shuffle<Element>(_ order: inout [Element], using generator: inout SeededGenerator) {
    guard order.count > 1 else { return }
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, generator.nextIndex(below: last + 1))
    }
  }
}
