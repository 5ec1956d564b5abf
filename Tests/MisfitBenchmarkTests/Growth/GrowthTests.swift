import Misfit
import Testing

@testable import MisfitBenchmark

@Suite("Growth curves")
struct GrowthTests {
  @Test("A small point trains and scores all of its rows")
  func point() throws {
    let measurement = try GrowthPoint(rowCount: 300, featureCount: 5, threadCount: 2).measure()
    #expect(measurement.seconds.count == 2 && measurement.valueCount == 1500)
  }

  @Test("Only a size whose values take longer than before is reported")
  func bends() {
    let points = [10, 100, 1000].map { GrowthPoint(rowCount: $0, featureCount: 1, threadCount: 1) }
    let seconds: [[Double]] = [[10, 20], [90, 100], [2000, 900]]
    let measurements = seconds.map { Measurement("growth", seconds: $0, threadCount: 1, seed: 42) }
    let figures = GrowthFigures(
      curve: GrowthCurve(title: "rows", points: points), measurements: measurements)
    #expect(figures.secondsPerValue(2, of: 0) == 2)
    #expect(figures.bends.count == 1)
    #expect(figures.bends.first?.contains("training of 1,000 x 1 takes 2.22") == true)
    #expect(figures.lines.count == 1 + 4 + 1)
    #expect(figures.json.count == 3)
  }

  @Test("The curves reach ten million rows only if requested")
  func curves() {
    func largest(_ isLong: Bool) -> Int? {
      GrowthCurve.all(isLong: isLong).flatMap(\.points).map(\.rowCount).max()
    }
    #expect(largest(false) == 1_000_000 && largest(true) == 10_000_000)
  }
}
