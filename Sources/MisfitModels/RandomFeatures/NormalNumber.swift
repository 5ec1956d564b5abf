import MisfitCore

/// Normal random numbers.
package enum NormalNumber {
  /// One of mean 0 and variance 1, by Box and Muller's transform (1958).
  package static func next(_ generator: inout SeededGenerator) -> Double {
    // 1 minus a number below 1 is never 0, whose logarithm is infinite.
    let radius = (-2 * Mathematics.log(1 - generator.nextUnitDouble())).squareRoot()
    return radius * Mathematics.cos(2 * .pi * generator.nextUnitDouble())
  }
}
