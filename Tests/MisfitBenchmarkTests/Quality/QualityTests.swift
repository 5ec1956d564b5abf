import Misfit
import Testing
import _TestSupport

@testable import MisfitBenchmark

@Suite("Quality")
struct QualityTests {
  @Test("Random numbers are those of NumPy's default_rng")
  func numbers() {
    // numpy.random.default_rng(42).bit_generator.random_raw(3), NumPy 2.4.6
    var generator = NumPyGenerator(seed: 42)
    #expect(
      (0..<3).map { _ in generator.next64() } == [
        14276969152011380360, 8095878257575067585, 15838336090824644132,
      ])
    generator = NumPyGenerator(seed: 7)
    #expect(generator.permutation(Array(0..<12)) == [4, 6, 10, 0, 1, 3, 8, 7, 2, 5, 9, 11])
    generator = NumPyGenerator(seed: 7)
    #expect(generator.choice(Array(0..<100), 6) == [57, 66, 87, 89, 60, 77])
    // Many of more than 10,000 are taken from the end of a shuffle.
    generator = NumPyGenerator(seed: 7)
    #expect(Array(generator.choice(Array(0..<20_000), 9_000).prefix(5)) == [14692, 555, 422, 17436, 5047])
  }

  @Test("A table above the limit keeps its share of anomalies, and a split takes half of the normal rows")
  func sampling() {
    let count = 25_000
    let table = QualityTable(
      rows: (0..<count).map { [Double($0)] }, isAnomaly: (0..<count).map { $0 % 50 == 0 })
    let sample = table.sampled(seed: 1)
    #expect(sample.rows.count == 10_000 && sample.isAnomaly.count { $0 } == 200)
    #expect(sample.rows.map { $0[0] } == sample.rows.map { $0[0] }.sorted())
    let (training, rest) = sample.split(seed: 1)
    #expect(training.rows.count == 4_900 && training.isAnomaly.allSatisfy { !$0 })
    #expect(rest.rows.count == 5_100 && rest.isAnomaly.count { $0 } == 200)
    #expect(Set(training.rows).isDisjoint(with: rest.rows))
    let (dirty, left) = sample.split(seed: 1, plantedShare: 0.01)
    #expect(dirty.rows.count == 4_949 && dirty.isAnomaly.count { $0 } == 49)
    #expect(left.isAnomaly.count { $0 } == 151)
  }

  @Test("Anomalies of a small table are found by either protocol", arguments: ["one-class", "transductive"])
  func smallTable(splitting: String) throws {
    var generator = SeededGenerator(seed: 3)
    let rows = (0..<120).map { row in
      (0..<3).map { _ in generator.nextUnitDouble() + (row < 6 ? 3 : 0) }
    }
    let table = QualityTable(rows: rows, isAnomaly: (0..<120).map { $0 < 6 })
    let run = QualityRun(arguments: try QualityArguments(["folder", "--protocol", splitting]))
    #expect((try run.evaluation(of: table, seed: 0).areaUnderROC ?? 0) > 0.99)
  }

  @Test("Arguments are parsed, and invalid ones are refused")
  func arguments() throws {
    let arguments = try QualityArguments([
      "tables", "--protocol", "transductive", "--json", "--model", "pca", "--seeds", "2",
      "--planted", "0.05",
    ])
    #expect(arguments.folder == "tables" && arguments.splitting == .transductive && arguments.writesJSON)
    #expect(arguments.model == .principalComponents && arguments.seedCount == 2)
    #expect(arguments.plantedShare == 0.05)
    for words in [
      [], ["a", "b"], ["a", "--protocol", "x"], ["a", "--seeds", "0"], ["a", "--magic"],
      ["a", "--planted", "1"],
    ] {
      #expect(throws: BenchmarkError.self) { try QualityArguments(words) }
    }
  }
}
