#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The functions of the C mathematics library, which other targets call without a conditional import.
package enum Mathematics {
  @inlinable package static func log(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(x)
    #else
      Glibc.log(x)
    #endif
  }

  /// Returns ln(1 + x), accurate for small x.
  @inlinable package static func log1p(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log1p(x)
    #else
      Glibc.log1p(x)
    #endif
  }

  @inlinable package static func log2(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log2(x)
    #else
      Glibc.log2(x)
    #endif
  }

  @inlinable package static func exp(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.exp(x)
    #else
      Glibc.exp(x)
    #endif
  }

  /// Returns e^x - 1, accurate for small x: the inverse of `log1p`.
  @inlinable package static func expm1(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.expm1(x)
    #else
      Glibc.expm1(x)
    #endif
  }

  @inlinable package static func pow(_ x: Double, _ y: Double) -> Double {
    #if canImport(Darwin)
      Darwin.pow(x, y)
    #else
      Glibc.pow(x, y)
    #endif
  }

  @inlinable package static func sin(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.sin(x)
    #else
      Glibc.sin(x)
    #endif
  }

  @inlinable package static func cos(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.cos(x)
    #else
      Glibc.cos(x)
    #endif
  }

  /// Returns the inverse hyperbolic sine: about x for small x, and the logarithm of 2x for large x.
  @inlinable package static func asinh(_ x: Float) -> Float {
    #if canImport(Darwin)
      Darwin.asinhf(x)
    #else
      Glibc.asinhf(x)
    #endif
  }
}
