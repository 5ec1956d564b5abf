import Foundation
import MisfitCore
import Testing
import _TestSupport

/// The output of `make_generator.py`.
struct GeneratorCase: Decodable, Sendable {
  var seed: String
  var stream: String
  var values: [String]
  var permutation: [UInt32]

  static func all() throws -> [GeneratorCase] { try Fixture.json("generator.json", as: [GeneratorCase].self) }

  func generator() throws -> SeededGenerator {
    SeededGenerator(seed: try #require(UInt64(seed)), stream: try #require(UInt64(stream)))
  }
}

@Suite struct SeededGeneratorTests {
  private func generator(state: [UInt64]) throws -> SeededGenerator {
    let text = zip(["s0", "s1", "s2", "s3"], state).map { "\"\($0)\": \($1)" }.joined(separator: ",")
    return try JSONDecoder().decode(SeededGenerator.self, from: Data("{\(text)}".utf8))
  }

  @Test("a seed and a stream give the same numbers as another implementation")
  func knownValues() throws {
    for known in try GeneratorCase.all() {
      var generator = try known.generator()
      #expect(known.values.map { _ in String(generator.next()) } == known.values, "seed \(known.seed)")
    }
  }

  @Test("the state 1, 2, 3, 4 gives the numbers published for xoshiro256**")
  func published() throws {
    var generator = try generator(state: [1, 2, 3, 4])
    let values = (0..<4).map { _ in generator.next() }
    #expect(values == [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240])
  }

  @Test("streams of one seed, and seeds of one stream, share no number")
  func streamsDiffer() {
    var seen = Set<UInt64>()
    for seed in UInt64(0)..<20 {
      for stream in UInt64(0)..<20 {
        var generator = SeededGenerator(seed: seed, stream: stream)
        for _ in 0..<10 { seen.insert(generator.next()) }
      }
    }
    #expect(seen.count == 4000)
  }

  @Test("a coded generator continues the sequence", arguments: [UInt64(0), 42, .max])
  func roundTrip(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1000 { _ = generator.next() }
    var copy = try JSONDecoder().decode(SeededGenerator.self, from: JSONEncoder().encode(generator))
    #expect(copy == generator)
    #expect((0..<100).map { _ in copy.next() } == (0..<100).map { _ in generator.next() })
  }

  @Test("the all-zero state, which would give only zeros, is refused")
  func allZeros() {
    #expect(throws: DecodingError.self) { try generator(state: [0, 0, 0, 0]) }
  }

  @Test("unit numbers are in 0 ..< 1 and fill it evenly")
  func units() {
    var generator = SeededGenerator(seed: 3)
    var (floats, doubles) = (0.0, 0.0)
    for _ in 0..<20_000 {
      let (float, double) = (generator.nextUnitFloat(), generator.nextUnitDouble())
      #expect((0..<1).contains(float) && (0..<1).contains(double))
      floats += Double(float)
      doubles += double
    }
    // Five standard deviations of a mean of 20,000.
    let bound = 5 * (1.0 / 12 / 20_000).squareRoot()
    #expect(abs(floats / 20_000 - 0.5) < bound)
    #expect(abs(doubles / 20_000 - 0.5) < bound)
  }

  /// The bound is the mean of a chi-square plus six of its standard deviations: one false alarm in many
  /// millions, if the seed were not fixed.
  @Test("indices are even by chi-square", arguments: [2, 3, 7, 10, 64, 100])
  func evenIndices(_ bound: Int) {
    var generator = SeededGenerator(seed: 5)
    let draws = 50_000
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[generator.nextIndex(below: bound)] += 1 }
    let expected = Double(draws) / Double(bound)
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let freedom = Double(bound - 1)
    #expect(chiSquare < freedom + 6 * (2 * freedom).squareRoot())
  }

  /// The bound is 3/8 of all numbers: the high half of the product alone would give every third index 3/8 of
  /// the time, not 1/3.
  @Test("indices are even for a bound that is a large share of all numbers")
  func evenIndicesBelowLargeBound() {
    var generator = SeededGenerator(seed: 6)
    let bound = 3 << 61
    var multiplesOfThree = 0
    for _ in 0..<30_000 where generator.nextIndex(below: bound) % 3 == 0 { multiplesOfThree += 1 }
    #expect(abs(multiplesOfThree - 10_000) < 6 * 82)
  }

  @Test("an index below 1 is always 0, and one below 0 a precondition failure")
  func boundsOfIndices() async {
    var generator = SeededGenerator(seed: 6)
    #expect((0..<10).allSatisfy { _ in generator.nextIndex(below: 1) == 0 })
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(seed: 6)
      _ = generator.nextIndex(below: 0)
    }
  }
}
