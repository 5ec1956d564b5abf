import MisfitCore

extension Histogram {
  /// Returns edges at round numbers that cover a range with about `binCount` bins, at most `limit`.
  ///
  /// They are multiples of 1, 2, 2.5 or 5 times a power of ten. If such multiples are not distinct as
  /// doubles, the edges are those of equal bins.
  static func roundEdges(covering range: ClosedRange<Double>, about binCount: Int, limit: Int) -> [Double] {
    let extent = range.upperBound - range.lowerBound
    guard extent.isFinite, extent > 0 else { return equalEdges(over: range, binCount: max(1, binCount)) }
    var exponent = decimalExponent(of: extent / Double(max(1, binCount))) - 1
    while exponent < 306 {
      for (mantissa, divisor) in [(1.0, 1.0), (2.0, 1.0), (25.0, 10.0), (5.0, 1.0)] {
        let grid = RoundGrid(mantissa: mantissa, divisor: divisor, exponent: exponent)
        let step = grid[1]
        guard step * Double(binCount) >= extent * 0.75 else { continue }
        let first = (range.lowerBound / step).rounded(.down)
        let last = (range.upperBound / step).rounded(.up)
        guard last - first <= Double(limit) else { continue }
        guard max(-first, last) < 0x1p50 else {
          return equalEdges(over: range, binCount: max(1, min(binCount, limit)))
        }
        return stride(from: first, through: last, by: 1).map { grid[$0] }
      }
      exponent += 1
    }
    return equalEdges(over: range, binCount: max(1, min(binCount, limit)))
  }

  private static func decimalExponent(of value: Double) -> Int {
    Int((Mathematics.log(value) / Mathematics.log(10)).rounded(.down))
  }
}

/// Multiples of a round number, each rounded once: the third multiple of 0.1 is 0.3, not 0.30000000000000004.
private struct RoundGrid {
  let mantissa: Double
  let divisor: Double
  let exponent: Int

  subscript(multiple: Double) -> Double {
    let power = Mathematics.pow(10, Double(exponent.magnitude))
    return exponent < 0 ? multiple * mantissa / (divisor * power) : multiple * mantissa * power / divisor
  }
}
