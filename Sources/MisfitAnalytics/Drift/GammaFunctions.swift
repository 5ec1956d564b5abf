import MisfitCore

/// The logarithms of factorials, and the tails of distributions that follow from the gamma function.
package enum GammaFunctions {
  /// Returns ln Γ(x) for x > 0, by Stirling's series after a shift to x >= 12.
  ///
  /// The relative accuracy is about 1e-14.
  package static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (argument, product) = (x, 1.0)
    while argument < 12 {
      product *= argument
      argument += 1
    }
    let inverse = 1 / (argument * argument)
    let series =
      (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680 - inverse / 1188))))
      / argument
    let logarithm = (argument - 0.5) * Mathematics.log(argument) - argument
    return logarithm + 0.5 * Mathematics.log(2 * .pi) + series - Mathematics.log(product)
  }

  /// Returns ln C(n, k), the logarithm of a binomial coefficient.
  static func logChoose(_ n: Int, _ k: Int) -> Double {
    guard k >= 0, k <= n else { return -.infinity }
    return logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
  }

  /// Returns the regularized upper incomplete gamma function Q(a, x) for a > 0.
  ///
  /// By its series below a + 1, and by Lentz's continued fraction above it.
  package static func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    let front = Mathematics.exp(a * Mathematics.log(x) - x - logGamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        n += 1
        term *= x / n
        sum += term
      }
      return min(max(1 - sum * front, 0), 1)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var (c, d) = (1 / tiny, 1 / b)
    var fraction = d
    for index in 1...10_000 {
      let step = Double(index)
      let numerator = -step * (step - a)
      b += 2
      d = 1 / nonzero(numerator * d + b, tiny)
      c = nonzero(b + numerator / c, tiny)
      let factor = d * c
      fraction *= factor
      if (factor - 1).magnitude < 1e-15 { break }
    }
    return min(front * fraction, 1)
  }

  private static func nonzero(_ value: Double, _ tiny: Double) -> Double {
    value.magnitude < tiny ? tiny : value
  }

  /// Returns the probability that a chi-square variable is at least `statistic`.
  package static func chiSquareTail(_ statistic: Double, degrees: Int) -> Double {
    degrees > 0 ? upperGamma(Double(degrees) / 2, statistic / 2) : 1
  }

  /// Returns the probability that a normal variable is at least `z` in magnitude.
  package static func normalTail(bothSidesOf z: Double) -> Double { upperGamma(0.5, z * z / 2) }
}
