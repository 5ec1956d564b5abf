import MisfitCore
import Testing

@testable import MisfitBenchmark

@Suite struct SKABFileTests {
  /// Two columns that move together; from row 500 on, one of them does not.
  private var text: String {
    var generator = SeededGenerator(seed: 8)
    var text = "datetime;a;b;anomaly;changepoint\n"
    for row in 0..<600 {
      let base = Mathematics.sin(Double(row) / 5)
      let (a, b) = (base + 0.05 * Double(generator.nextUnitFloat()), row < 500 ? base : -base)
      let minute = row / 60
      text += "2024-01-01 10:\(minute < 10 ? "0" : "")\(minute):\(row % 60 < 10 ? "0" : "")\(row % 60);"
      text += "\(a);\(b);\(row < 500 ? "0.0" : "1.0");0.0\n"
    }
    return text
  }

  @Test("the first rows are learned and the others counted") func theFirstRowsAreLearnedAndTheOthersCounted()
    throws
  {
    let file = try SKABFile(name: "two", text: text)
    #expect(file.isAnomaly.count { $0 } == 100)
    let counts = try SeriesRun(["--data", "-", "--threads", "1"]).counts(of: file)
    #expect(counts.hits + counts.misses == 100)
    #expect(counts.falseAlarms + counts.quiet == 100)
    #expect(try #require(counts.f1) > 0.8)
  }

  @Test(
    "a file without labels or with few rows is refused",
    arguments: ["", "datetime;a\n", "datetime;a;anomaly;changepoint\n1;2;0;0\n"])
  func aFileWithoutLabelsOrWithFewRowsIsRefused(text: String) {
    #expect(throws: BenchmarkError.self) { try SKABFile(name: "bad", text: text) }
  }

  /// 2 hits, 1 miss, 1 false alarm, 3 quiet rows.
  @Test("counts are pooled") func countsArePooled() throws {
    var counts = FlagCounts(
      flags: [true, true, false, true], isAnomaly: [true, true, true, false])
    counts.add(FlagCounts(flags: [false, false, false], isAnomaly: [false, false, false]))
    #expect(abs(try #require(counts.f1) - 2.0 / 3) < 1e-12)
    #expect(counts.falseAlarmRate == 0.25)
    #expect(abs(try #require(counts.missedAlarmRate) - 1.0 / 3) < 1e-12)
    #expect(FlagCounts().f1 == nil)
    #expect(FlagCounts().line(named: "none") == "none: F1 -, false alarm rate - %, missed alarm rate - %")
  }
}
