import Foundation
import MisfitCore

/// Kinds of data on which every statistic is tried.
enum Numbers: String, CaseIterable, Sendable {
  case uniform, ties, allEqual, negative, mixedSigns, huge, small, withNaN, withInfinity

  func make(_ count: Int) -> [Double] {
    var generator = SeededGenerator(seed: 42)
    return (0..<count).map { index in
      let unit = generator.nextUnitDouble()
      return switch self {
      case .uniform: unit
      case .ties: (unit * 5).rounded()
      case .allEqual: 0.3
      case .negative: -unit - 1
      case .mixedSigns: unit * 4 - 2
      case .huge: (unit - 0.5) * 1e70
      case .small: (unit - 0.5) * 1e-70
      case .withNaN: index % 5 == 2 ? .nan : unit
      case .withInfinity: index % 7 == 3 ? .infinity : index % 11 == 5 ? -.infinity : unit
      }
    }
  }
}

/// The sizes at which loops in lanes and limits go wrong.
let sizes = [0, 1, 2, 15, 16, 17, 1000]

/// A number whose probability of being above x is e^-x.
func exponential(_ generator: inout SeededGenerator) -> Double {
  -logarithm((Double(generator.next() >> 11) + 1) * 0x1p-53)
}

/// The natural logarithm.
func logarithm(_ x: Double) -> Double { Foundation.log(x) }
