import MisfitCore

/// Normally distributed random numbers.
package enum NormalNumber {
  /// Returns a number of mean 0 and variance 1, by the transform of Box and Muller (1958).
  package static func next(_ generator: inout SeededGenerator) -> Double {
    // 1 minus a number below 1 is never 0, so the logarithm is finite.
    let radius = (-2 * Mathematics.log(1 - generator.nextUnitDouble())).squareRoot()
    return radius * Mathematics.cos(2 * .pi * generator.nextUnitDouble())
  }
}
