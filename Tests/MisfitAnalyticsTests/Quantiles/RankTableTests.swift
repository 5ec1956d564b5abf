import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("RankTable")
struct RankTableTests {
  @Test("ranks are counts, however the numbers are spread")
  func counts() {
    var generator = SeededGenerator(seed: 4)
    let uniform = (0..<500).map { _ in generator.nextUnitDouble() }
    let sets: [[Double]] = [
      [], [3], [3, 3, 3], uniform, uniform.map { $0 * 1e-300 }, uniform.map { 1 / ($0 - 0.5) },
      [
        -.greatestFiniteMagnitude, -1, -0.0, 0, .leastNonzeroMagnitude, 1, 1, 1e300, .greatestFiniteMagnitude,
      ],
      (0..<300).map { 1 + Double($0) * 0x1p-52 } + [1e200],
    ]
    for values in sets.map({ $0.sorted() }) {
      let table = RankTable(values.map(OrderedBits.of))
      let others = [-.greatestFiniteMagnitude, -1, -0.0, 0, 0.25, 1, 3, 1e9, .greatestFiniteMagnitude]
      for query in others + values + values.flatMap({ [$0.nextUp, $0.nextDown] }) {
        let key = OrderedBits.of(query)
        #expect(table.count(before: key, orEqual: false) == values.count { $0 < query })
        #expect(table.count(before: key, orEqual: true) == values.count { $0 <= query })
      }
    }
  }

  @Test("infinities are ranked like other 32-bit floats")
  func infinities() {
    let values: [Float] = [-.infinity, -2, -0.0, 0, 1, 1, .greatestFiniteMagnitude, .infinity, .infinity]
    let table = RankTable(values.map(OrderedBits.of))
    for query in values + [-3, 0.5, 2] {
      #expect(table.count(before: OrderedBits.of(query), orEqual: false) == values.count { $0 < query })
      #expect(table.count(before: OrderedBits.of(query), orEqual: true) == values.count { $0 <= query })
    }
  }

  @Test("a distribution has the same ranks with a table as without", arguments: [100, 10_000])
  func distribution(count: Int) {
    var (sketch, generator) = (QuantileSketch(), SeededGenerator(seed: 6))
    for _ in 0..<count { sketch.update(1 / (generator.nextUnitDouble() - 0.4)) }
    sketch.update(.infinity)
    let searched = sketch.distribution()
    let table = searched.withRankTable()
    for _ in 0..<500 {
      let query = 1 / (generator.nextUnitDouble() - 0.4)
      #expect(table.count(atOrBelow: query) == searched.count(atOrBelow: query))
      #expect(table.count(atOrAbove: query) == searched.count(atOrAbove: query))
    }
    #expect(table.count(atOrAbove: .infinity) == 1 && table.count(atOrBelow: -.infinity) == 0)
  }
}
