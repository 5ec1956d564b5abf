#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The functions of the C mathematics library for encodings.
enum NaturalLogarithm {
  static func of(_ x: Double) -> Double { log(x) }

  /// Returns ln(1 + x), exact for small x.
  static func ofOnePlus(_ x: Double) -> Double { log1p(x) }

  /// Returns the inverse of `ofOnePlus`.
  static func inverseOfOnePlus(_ x: Double) -> Double { expm1(x) }

  static func sine(_ x: Double) -> Double { sin(x) }

  static func cosine(_ x: Double) -> Double { cos(x) }
}
