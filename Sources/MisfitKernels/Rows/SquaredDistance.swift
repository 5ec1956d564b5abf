import MisfitCore

/// Squared Euclidean distances of rows.
package enum SquaredDistance {
  /// Returns ‖a - b‖² of two rows, in doubles; 0 if and only if they are equal.
  ///
  /// - Precondition: both have the same count.
  package static func between(_ a: FloatSlice, _ b: FloatSlice) -> Double {
    precondition(a.count == b.count, "the rows have different widths")
    let (a, b) = (a.span, b.span)
    var sums = SIMD8<Double>.zero
    let whole = a.count & ~7
    for start in stride(from: 0, to: whole, by: 8) {
      let difference = eight(a, start) - eight(b, start)
      sums += difference * difference
    }
    var sum = 0.0
    for index in whole..<a.count {
      let difference = Double(a[index]) - Double(b[index])
      sum += difference * difference
    }
    let four = sums.lowHalf + sums.highHalf
    return sum + ((four.x + four.y) + (four.z + four.w))
  }

  @inline(__always)
  private static func eight(_ v: Span<Float>, _ i: Int) -> SIMD8<Double> {
    SIMD8<Double>(
      SIMD8<Float>(v[i], v[i + 1], v[i + 2], v[i + 3], v[i + 4], v[i + 5], v[i + 6], v[i + 7]))
  }
}
