import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("DyadicGrid")
struct DyadicGridTests {
  private func grid(_ values: some Sequence<Double>) -> DyadicGrid {
    var grid = DyadicGrid()
    for value in values { grid.add(value) }
    return grid
  }

  /// Ranges that widen a little, a lot, and across 0, in an order that makes the cells wider again and again.
  private static let streams: [[Double]] = [
    [], [0], [-1e-300, 1e300], [5, 5.000001, 4.9, -5, 1e6, 1e6 + 1, -1e12],
    [.leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1], [-1.7e308, 1.7e308, 0, 1],
    (0..<300).map { Double($0 * $0) - 1e4 }, (1...60).map { (($0 % 2 == 0) ? 1 : -1) * Double(1 << $0) },
  ]

  @Test("depends on the values alone, not on their order or how they were split", arguments: streams)
  func merging(values: [Double]) {
    let whole = grid(values)
    #expect(grid(values.reversed()) == whole)
    for cut in 0...values.count {
      var merged = grid(values[cut...])
      merged.merge(grid(values[..<cut]))
      #expect(merged == whole, "cut at \(cut)")
    }
  }

  @Test("finds each order statistic within its cell", arguments: streams)
  func orderStatistics(values: [Double]) {
    let cells = grid(values).cells
    for (index, value) in values.sorted().enumerated() {
      let (middle, width) = cells.value(at: index)
      #expect((middle / 2 - value / 2).magnitude <= width / 4 * 1.000001 || !width.isFinite)
    }
  }

  @Test("has at least 4,096 cells for a range")
  func resolution() {
    let cells = grid([1e9, 1e9 + 1, 1e9 + 0.4999]).cells
    #expect(cells.value(at: 1).width <= 1.0 / 4096)
  }
}
