/// Whether two numbers agree within a share of the larger, or an absolute bound near zero.
package func areClose(_ a: Double, _ b: Double, relative: Double, absolute: Double = 0) -> Bool {
  if a == b { return true }
  return abs(a - b) <= max(absolute, relative * max(abs(a), abs(b)))
}

/// The distance of two floats in units in the last place; nil where one is NaN or the signs differ.
package func ulpDistance(_ a: Float, _ b: Float) -> Int? {
  if a == b { return 0 }
  guard !a.isNaN, !b.isNaN, a.sign == b.sign else { return nil }
  return abs(Int(a.bitPattern) - Int(b.bitPattern))
}
