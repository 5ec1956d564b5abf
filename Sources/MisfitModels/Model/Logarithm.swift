#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The functions of the C mathematics library that scores need.
enum Logarithm {
  static func of(_ x: Double) -> Double { log(x) }

  /// Nearly x for small x, and the logarithm of 2x for large: bends far values in, both ways.
  static func inverseHyperbolicSine(_ x: Float) -> Float { asinhf(x) }
}
