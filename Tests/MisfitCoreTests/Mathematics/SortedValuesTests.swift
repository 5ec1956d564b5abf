import MisfitCore
import Testing

@Suite("Quantiles of sorted values") struct SortedValuesTests {
  @Test(
    "are linear between order statistics",
    arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (1, 8)])
  func linear(share: Double, expected: Double) {
    #expect(SortedValues.quantile(share, [1, 2, 3, 8] as [Double]) == expected)
    #expect(SortedValues.quantile(share, [1, 2, 3, 8] as [Float]) == expected)
    let values = [1.0, 2, 3, 8]
    #expect(SortedValues.numPyQuantile(share, count: 4) { values[$0] } == expected)
  }

  @Test("are the value itself for a single one", arguments: [0, 0.3, 1])
  func single(share: Double) {
    #expect(SortedValues.quantile(share, [5.0]) == 5)
    #expect(SortedValues.lowerQuantile(share, ["a"]) == "a")
  }

  @Test(
    "without interpolation are the order statistic at or below",
    arguments: [(0.25, 1), (0.75, 3), (1, 4)] as [(Double, Int)])
  func lower(share: Double, expected: Int) {
    #expect(SortedValues.lowerQuantile(share, [1, 2, 3, 4]) == expected)
  }

  @Test("next to an infinity are the nearer end")
  func infinite() {
    #expect(SortedValues.interpolate(from: 1, to: .infinity, fraction: 0.4) == 1)
    #expect(SortedValues.interpolate(from: 1, to: .infinity, fraction: 0.6) == .infinity)
    #expect(SortedValues.interpolate(from: -.infinity, to: -.infinity, fraction: 0.6) == -.infinity)
  }
}
