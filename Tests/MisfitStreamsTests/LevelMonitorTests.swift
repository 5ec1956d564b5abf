import Testing

@testable import MisfitStreams

/// The stated bound on false reports of moved levels.
@Suite struct LevelMonitorTests {
  /// While blocks are exchangeable, at least 1 / rate of them are expected until a false report: in n blocks
  /// at most n * rate reports, here with three deviations of a Poisson number to spare.
  @Test(arguments: [0.02, 0.005]) func falseReportsAreWithinTheirBound(rate: Double) {
    var monitor = LevelMonitor()
    var noise = WatcherTests.Noise(11)
    let blockCount = 3000
    var reportCount = 0
    for row in 0..<blockCount * LevelMonitor.blockLength {
      if monitor.observe(noise.uniform(), at: Double(row), rate: rate) != nil { reportCount += 1 }
    }
    let bound = Double(blockCount) * rate
    #expect(Double(reportCount) <= bound + 3 * bound.squareRoot(), "\(reportCount) reports")
  }

  @Test func repeatedValuesAreNeverReported() {
    var monitor = LevelMonitor()
    for row in 0..<20_000 {
      #expect(monitor.observe(Double(row % 2), at: nil, rate: 0.1) == nil)
    }
  }

  @Test(arguments: [-3.0, 3]) func aMoveIsReportedInItsDirection(step: Double) throws {
    var monitor = LevelMonitor()
    var noise = WatcherTests.Noise(12)
    var change: LevelMonitor.Change?
    for row in 0..<3000 {
      let value = noise.normal() + (row >= 2000 ? step : 0)
      change = change ?? monitor.observe(value, at: Double(row), rate: 1e-4)
    }
    let found = try #require(change)
    #expect(abs(found.after - found.before - step) < 0.5 && abs((found.seconds ?? 0) - 2000) <= 50)
  }
}
