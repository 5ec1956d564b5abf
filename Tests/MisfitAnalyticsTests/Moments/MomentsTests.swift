import Foundation
import MisfitAnalytics
import Testing

@Suite("Moments")
struct MomentsTests {
  private func moments(_ values: [Double]) -> Moments {
    var moments = Moments()
    moments.update(contentsOf: values)
    return moments
  }

  @Test("agree with NumPy and SciPy", arguments: DistributionCase.all)
  func oracle(expected: DistributionCase) {
    let moments = moments(expected.values)
    let scale = max(expected.minimum.magnitude, expected.maximum.magnitude)
    #expect(moments.count == expected.values.count)
    #expect(agree(moments.mean, expected.mean, scale: scale))
    #expect(agree(moments.populationVariance, expected.populationVariance, scale: scale * scale * 1e-6))
    #expect(agree(moments.sampleVariance, expected.sampleVariance, scale: scale * scale * 1e-6))
    #expect(moments.minimum == expected.minimum)
    #expect(moments.maximum == expected.maximum)
    #expect(agree(moments.skewness, expected.skewness, within: 1e-10, scale: 1))
    if expected.name != "small" {
      #expect(agree(moments.excessKurtosis, expected.kurtosis, within: 1e-10, scale: 1))
    }
  }

  @Test("of the documentation's example are 5 and 2")
  func example() {
    let moments = moments([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(moments.mean == 5)
    #expect(agree(moments.populationStandardDeviation, 2))
    #expect(moments.value == 5)
  }

  @Test("of a small spread far from zero keep their digits")
  func cancellation() {
    let moments = moments([4, 7, 13, 16].map { $0 + 1e9 })
    #expect(moments.sampleVariance == 30)
  }

  @Test("with an infinity have it as mean and extreme, and no variance")
  func infinities() {
    let up = moments([1, .infinity, 2])
    #expect(up.mean == .infinity && up.maximum == .infinity && up.minimum == 1)
    #expect(up.populationVariance == nil && up.skewness == nil && up.excessKurtosis == nil)
    let both = moments([.infinity, -.infinity])
    #expect(both.mean == nil && both.count == 2 && both.minimum == -.infinity)
  }

  @Test("that overflow are nil, not wrong")
  func overflow() {
    let one = moments([1e300])
    #expect(one.mean == 1e300 && one.populationVariance == 0)
    let two = moments([1e300, -1e300])
    #expect(two.mean == 0 && two.populationVariance == nil && two.maximum == 1e300)
    #expect(one.merged(with: moments([2e300])).mean.map { $0 / 1e300 } == 1.5)
  }

  @Test("survive a round trip through JSON", arguments: Numbers.allCases, [0, 1, 2, 17])
  func coding(numbers: Numbers, size: Int) throws {
    let moments = moments(numbers.make(size))
    let data = try JSONEncoder().encode(moments)
    #expect(try JSONDecoder().decode(Moments.self, from: data) == moments)
  }

  @Test("that overflowed survive a round trip through JSON too")
  func codingOverflow() throws {
    let data = try JSONEncoder().encode(moments([1e300, -1e300]))
    let decoded = try JSONDecoder().decode(Moments.self, from: data)
    #expect(decoded.mean == 0 && decoded.populationVariance == nil)
  }

  @Test(
    "that are impossible are refused",
    arguments: [
      #"{"count":-1}"#, #"{"count":2}"#, #"{"count":4611686018427387904}"#,
      #"{"count":1,"mean":1,"second":-1,"third":0,"fourth":0,"minimum":1,"maximum":1}"#,
      #"{"count":1,"mean":1,"second":0,"third":0,"fourth":0,"minimum":2,"maximum":1}"#,
    ])
  func hostile(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Moments.self, from: Data(text.utf8)) }
  }
}
