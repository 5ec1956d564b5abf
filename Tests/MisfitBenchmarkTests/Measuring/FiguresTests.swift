import Misfit
import Testing

@testable import MisfitBenchmark

@Suite("Figures of a benchmark")
struct FiguresTests {
  @Test(
    "The median is the middle value, or the mean of two", arguments: [([3.0, 1, 2], 2.0), ([4, 1], 2.5)])
  func median(_ values: [Double], _ expected: Double) { #expect(Statistics.median(values) == expected) }

  @Test("Seconds are the median of the runs' medians, and rates follow from them")
  func figures() throws {
    let runs = [[1.0, 2, 3], [4, 4, 4], [1, 1, 9]].map { seconds in
      var run = Measurement("some", seconds: seconds, threadCount: 1, seed: 1)
      run.sampleCount = 100
      run.floatingPointOperations = 1e9
      run.arithmeticLimit = 5e9
      run.peakMemoryBytes = Int(seconds[2])
      return run
    }
    let figures = CaseFigures(runs)
    #expect(figures.medianSeconds == 2 && figures.leastSeconds == 1)
    #expect(figures.samplesPerSecond == 50)
    #expect(figures.shareOfLimit == 0.1)
    #expect(figures.peakMemoryBytes == 9)
    let object = figures.json
    #expect(object["epochSeconds"] == .number(2) && object["runs"] == .integer(3))
    #expect(object["megabytesPerSecond"] == .null)
  }

  @Test("Runs whose losses differ in the last bit are a wrong answer")
  func sameBits() throws {
    var run = Measurement("some", seconds: [1], threadCount: 1, seed: 1)
    run.validationLoss = 0.25
    var other = run
    other.seconds = [2]
    try CaseRuns.checkSameBits([run, other])
    other.validationLoss = (0.25).nextUp
    #expect(throws: BenchmarkError.self) { try CaseRuns.checkSameBits([run, other]) }
  }

  @Test("The arithmetic of an epoch leaves out the first layer's gradient of the input")
  func arithmetic() throws {
    let architecture = try Architecture.dense(inputShape: .row(10), hidden: [3])
    let arithmetic = NetworkArithmetic(architecture)
    #expect(arithmetic.forward == 2 * 60)
    #expect(arithmetic.training == 4 * 30 + 6 * 30)
    #expect(arithmetic.epoch(rowCount: 2, validationRowCount: 1) == 2 * 300 + 120)
  }

  @Test("The probe returns a rate")
  func probe() { #expect(ArithmeticProbe.operationsPerSecond(threadCount: 2) > 1e6) }

  @Test("The peak memory of this process is above 0")
  func memory() { #expect(PeakMemory.bytes > 1 << 20) }

  @Test("A table aligns its first column left and the numbers right")
  func table() {
    #expect(TextTable.lines([["a", "x"], ["bbb", "10"]]) == ["a     x", "bbb  10"])
  }
}
