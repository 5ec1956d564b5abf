import Foundation
import MisfitCore
import Testing

@testable import MisfitAnalytics

@Suite("QuantileSketch")
struct QuantileSketchTests {
  private func sketch(_ values: [Double]) -> QuantileSketch {
    var sketch = QuantileSketch()
    sketch.update(contentsOf: values)
    return sketch
  }

  /// Values over many powers of ten and both signs, more than the exact limit.
  private func wideValues(_ count: Int = 20_000) -> [Double] {
    var generator = SeededGenerator(seed: 9)
    return (0..<count).map { index in
      let magnitude = pow(10, generator.nextUnitDouble() * 12 - 6)
      return index % 50 == 0 ? 0 : index % 3 == 0 ? -magnitude : magnitude
    }
  }

  @Test("has NumPy's quantiles to the bit while it is exact", arguments: DistributionCase.all)
  func oracle(expected: DistributionCase) {
    let sketch = sketch(expected.values)
    #expect(sketch.isExact)
    #expect(sketch.quantiles(DistributionCase.probabilities) == expected.quantiles)
  }

  @Test("is within 0.1 % of the order statistics beyond the limit")
  func relativeAccuracy() throws {
    let values = wideValues()
    let sorted = values.sorted()
    let distribution = sketch(values).distribution()
    #expect(!distribution.isExact)
    for index in sorted.indices {
      let error = (distribution.value(at: index) - sorted[index]).magnitude
      #expect(error <= QuantileSketch.relativeAccuracy * sorted[index].magnitude)
    }
    #expect(distribution.quantile(0) == sorted.first)
    #expect(distribution.quantile(1) == sorted.last)
  }

  @Test("is close to NumPy's definition beyond the limit", arguments: DistributionCase.probabilities)
  func quantilesBeyondLimit(p: Double) throws {
    let values = Numbers.uniform.make(10_000).map { $0 + 0.5 }
    let sorted = values.sorted()
    let exact = SortedValues.numPyQuantile(p, count: sorted.count) { sorted[$0] }
    #expect(agree(try #require(sketch(values).quantile(p)), exact, within: 0.001))
  }

  @Test("ranks values by counting those below or equal")
  func ranks() {
    let sketch = sketch([1, 2, 2, 3, .infinity, -.infinity, .nan])
    #expect(sketch.rank(of: 2) == 4.0 / 6)
    #expect(sketch.rank(of: 1.9) == 2.0 / 6)
    #expect(sketch.rank(of: -.infinity) == 1.0 / 6)
    #expect(sketch.rank(of: .infinity) == 1)
    #expect(sketch.count(above: 2) == 2)
    #expect(sketch.count(above: 3) == 1)
    #expect(sketch.distribution().count(atOrAbove: 2) == 4)
    #expect(sketch.distribution().count(atOrAbove: -.infinity) == 6)
    #expect(sketch.distribution().count(atOrAbove: .infinity) == 1)
    #expect(sketch.rank(of: .nan) == nil && sketch.count(above: .nan) == nil)
  }

  @Test("ranks within the ties of one bucket beyond the limit")
  func ranksBeyondLimit() throws {
    let values = wideValues()
    let distribution = sketch(values).distribution()
    for probe in [-1e5, -3.7, -0.001, 0, 0.002, 1, 42, 1e5] {
      let (lower, upper) = LogLinearBuckets.bounds(ofKey: LogLinearBuckets.key(of: probe))
      let below = try #require(distribution.count(atOrBelow: probe))
      #expect(below >= values.count { $0 <= probe })
      #expect(below <= values.count { $0 <= max(lower, upper) })
      let above = try #require(distribution.count(atOrAbove: probe))
      #expect(above >= values.count { $0 >= probe })
      #expect(above <= values.count { $0 >= min(lower, upper) })
    }
    #expect(distribution.count(atOrBelow: 1e9) == values.count)
    #expect(distribution.count(atOrBelow: -1e9) == 0)
  }

  @Test("has buckets that ascend with values and contain them")
  func buckets() {
    let magnitudes: [Double] = [
      0, .leastNonzeroMagnitude, 0x1p-1030, 1e-300, 1e-5, 0.999, 1, 1.0009, 3, 1e9, .greatestFiniteMagnitude,
    ]
    let ascending = magnitudes.reversed().map { -$0 } + magnitudes
    let keys = ascending.map(LogLinearBuckets.key(of:))
    #expect(keys == keys.sorted())
    for value in ascending {
      let bounds = LogLinearBuckets.bounds(ofKey: LogLinearBuckets.key(of: value))
      #expect(bounds.lower <= value && value <= bounds.upper)
    }
  }

  @Test("counts both zeros as one value")
  func zeros() {
    #expect(sketch([0, -0.0]) == sketch([-0.0, 0]))
    #expect(sketch([-0.0]).minimum?.sign == .plus)
  }

  @Test("interpolates between infinities by taking the nearer end")
  func infinities() {
    let sketch = sketch([-.infinity, 1, .infinity])
    #expect(
      sketch.quantiles([0, 0.2, 0.3, 0.5, 0.7, 0.8, 1]) == [
        -.infinity, -.infinity, 1, 1, 1, .infinity, .infinity,
      ])
    #expect(self.sketch([.infinity]).value == .infinity)
  }

  @Test("survives a round trip through JSON", arguments: Numbers.allCases, [0, 1, 17, 4096, 5200])
  func coding(numbers: Numbers, size: Int) throws {
    let sketch = sketch(numbers.make(size))
    let data = try JSONEncoder().encode(sketch)
    #expect(try JSONDecoder().decode(QuantileSketch.self, from: data) == sketch)
    #expect(data.count < 100_000)
  }

  @Test("takes less than 20 kB in a file for 100,000 errors over two powers of ten")
  func size() throws {
    var generator = SeededGenerator(seed: 1)
    let sketch = sketch((0..<100_000).map { _ in 0.01 * pow(100, generator.nextUnitDouble()) })
    #expect(try JSONEncoder().encode(sketch).count < 20_000)
  }

  @Test(
    "with an impossible state is refused",
    arguments: [
      "{}", #"{"values":[1],"nan":-1}"#, #"{"counts":[],"gaps":[],"firstBucket":0,"minimum":0,"maximum":0}"#,
      #"{"counts":[5000],"gaps":[1],"firstBucket":0,"minimum":0,"maximum":0}"#,
      #"{"counts":[5],"gaps":[],"firstBucket":0,"minimum":0,"maximum":0}"#,
      #"{"counts":[5000],"gaps":[],"firstBucket":0,"minimum":0,"maximum":1}"#,
      #"{"counts":[5000],"gaps":[],"firstBucket":9000000000,"minimum":0,"maximum":0}"#,
      #"{"counts":[5000,-1],"gaps":[1],"firstBucket":0,"minimum":0,"maximum":0}"#,
      #"{"counts":[5000,1],"gaps":[9223372036854775807],"firstBucket":1,"minimum":0,"maximum":0}"#,
      #"{"counts":[5000,1],"gaps":[0],"firstBucket":0,"minimum":0,"maximum":0}"#,
    ])
  func hostile(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(QuantileSketch.self, from: Data(text.utf8))
    }
  }
}
