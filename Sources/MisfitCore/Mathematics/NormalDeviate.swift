/// Quantiles of the normal distribution.
package enum NormalDeviate {
  /// Returns the quantile of a share; exact to 1e-9.
  ///
  /// P. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
  ///
  /// - Precondition: the share is between 0 and 1.
  package static func of(_ share: Double) -> Double {
    func ratio(_ x: Double, _ above: [Double], _ below: [Double]) -> Double {
      above.reduce(0) { $0 * x + $1 } / (below.reduce(0) { $0 * x + $1 } * x + 1)
    }
    if share > 0.5 { return -of(1 - share) }
    if share < 0.02425 {
      let q = (-2 * Mathematics.log(share)).squareRoot()
      return ratio(
        q,
        [
          -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
          4.374664141464968e+00, 2.938163982698783e+00,
        ], [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00])
    }
    let q = share - 0.5
    let r = q * q
    return q
      * ratio(
        r,
        [
          -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
          -3.066479806614716e+01, 2.506628277459239e+00,
        ],
        [
          -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598868e+02, 6.680131188771972e+01,
          -1.328068155288572e+01,
        ])
  }
}
