import MisfitCore
import Testing

@testable import Misfit

@Suite("Limits of deviations")
struct LargestDeviationsTests {
  /// Returns values of Student's t distribution with 3 degrees of freedom, by its quantiles in a fixed random
  /// order.
  private static func heavyTailed(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }
    func normal() -> Double {
      (-2 * Mathematics.log(uniform())).squareRoot() * Mathematics.cos(2 * .pi * uniform())
    }
    return (0..<count).map { _ in
      let squares = (0..<3).reduce(0.0) { sum, _ in
        let value = normal()
        return sum + value * value
      }
      return abs(normal()) / (squares / 3).squareRoot()
    }
  }

  private static func limit(_ values: [Double]) -> Double? {
    var largest = LargestDeviations()
    for (row, value) in values.enumerated() { largest.update(value, row: row) }
    return largest.limit(areScored: true, findsRecurring: false)
  }

  @Test("leave few values of heavy tails beyond them")
  func heavyTails() throws {
    var count = 0
    for seed in 0..<60 {
      let values = Self.heavyTailed(2000, seed: UInt64(seed))
      let limit = try #require(Self.limit(values))
      count += values.count { $0 > limit }
    }
    // 0.6 of 2,000 are beyond three times the sixteenth largest, and 0.1 to 0.2 here.
    #expect(count <= 20, "\(count)")
  }

  @Test("separate spikes from heavy tails at a wide gap")
  func gap() throws {
    var values = Self.heavyTailed(1500, seed: 5).filter { $0 < 8 }
    let largest = values.max() ?? 0
    for row in [100, 350, 700, 1100, 1300, 1400] { values[row] = 3 * largest + Double(row) / 100 }
    let limit = try #require(Self.limit(values))
    #expect(limit > largest && limit < 3 * largest)
  }

  @Test("of light tails are three times the largest deviation after the first ones")
  func lightTails() throws {
    let values = (1...2000).map { Double($0) / 2000 }
    #expect(try #require(Self.limit(values)) == 3 * (2000 - 15) / 2000)
  }
}
