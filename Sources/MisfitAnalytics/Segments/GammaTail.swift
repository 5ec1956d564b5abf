import MisfitCore

/// The upper tail of the gamma distribution, also where it is too small for a number.
enum GammaTail {
  /// Returns the natural logarithm of the probability that a gamma variable is at least `x`.
  ///
  /// A series below the mean and a continued fraction above it (Press et al., "Numerical recipes", section
  /// 6.2); both need about as many terms as the root of the shape.
  /// - Precondition: `shape` is positive and finite.
  static func logarithm(shape: Double, x: Double) -> Double {
    guard x > 0 else { return 0 }
    let factor = shape * Mathematics.log(x) - x - logGamma(shape)
    guard x < shape + 1 else { return factor + Mathematics.log(fraction(shape: shape, x: x)) }
    let below = Mathematics.exp(factor) * series(shape: shape, x: x)
    return below < 1 ? Mathematics.log1p(-below) : -.infinity
  }

  private static let termLimit = 100_000

  private static func series(shape: Double, x: Double) -> Double {
    var term = 1 / shape
    var sum = term
    for index in 1...termLimit {
      term *= x / (shape + Double(index))
      sum += term
      if term < 1e-15 * sum { break }
    }
    return sum
  }

  private static func fraction(shape: Double, x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - shape
    var c = 1 / tiny
    var d = 1 / (b == 0 ? tiny : b)
    var result = d
    for index in 1...termLimit {
      let a = -Double(index) * (Double(index) - shape)
      b += 2
      d = a * d + b
      if abs(d) < tiny { d = tiny }
      c = b + a / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      result *= d * c
      if abs(d * c - 1) < 1e-14 { break }
    }
    return result
  }

  /// Returns the logarithm of the gamma function of a positive number, by Stirling's series.
  static func logGamma(_ x: Double) -> Double {
    var x = x
    var shift = 0.0
    while x < 10 {
      shift -= Mathematics.log(x)
      x += 1
    }
    let square = 1 / (x * x)
    let series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680)))) / x
    return (x - 0.5) * Mathematics.log(x) - x + 0.5 * Mathematics.log(2 * Double.pi) + series + shift
  }
}
