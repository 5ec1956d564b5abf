import Testing

@testable import MisfitBenchmark

@Suite struct SeriesAlarmsTests {
  @Test("values have variance1 and the correlation of their coefficient", arguments: [0, 0.5, 0.9])
  func valuesHaveVariance1AndTheCorrelationOfTheirCoefficient(
    coefficient: Double
  ) {
    let values = SeriesAlarms.values(count: 40_000, coefficient: coefficient, seed: 1, stream: 1)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let covariance = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / count
    #expect(abs(variance - 1) < 0.1)
    #expect(abs(covariance / variance - coefficient) < 0.03)
  }

  @Test("few fresh rows are flagged") func fewFreshRowsAreFlagged() throws {
    let run = try AlarmRun([
      "--data", "series", "--model", "pca", "--rows", "500", "--fresh", "300", "--coefficient", "0.5",
    ])
    #expect(run.isOfSeries)
    let alarms = try SeriesAlarms(run, seed: 3)
    #expect(alarms.rowShare < 0.5)
    let again = try SeriesAlarms(run, seed: 3)
    #expect(alarms == again)
  }

  @Test("a coefficient is at least0 and below1", arguments: ["1", "-0.1", "x"])
  func aCoefficientIsAtLeast0AndBelow1(text: String) {
    #expect(throws: BenchmarkError.self) { try AlarmRun(["--data", "series", "--coefficient", text]) }
  }
}
