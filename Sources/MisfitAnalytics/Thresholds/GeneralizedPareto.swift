/// The distribution of how far values beyond a high threshold exceed it: the generalised Pareto distribution.
///
/// P(Y > y) = (1 + shape y / scale)^(-1 / shape), and e^(-y / scale) for shape 0. That exceedances of almost any
/// distribution tend to it is the theorem of Pickands, "Statistical inference using extreme order statistics"
/// (1975). A shape above 0 is a heavy tail, below 0 one that ends at -scale / shape.
public struct GeneralizedPareto: Sendable, Hashable {
  /// The tail's weight; SciPy's `c`.
  public let shape: Double
  /// The tail's width; SciPy's `scale`.
  public let scale: Double

  /// Makes a distribution; nil where the scale is not above 0 or either number is not finite.
  public init?(shape: Double, scale: Double) {
    guard shape.isFinite, scale.isFinite, scale > 0 else { return nil }
    self.shape = shape
    self.scale = scale
  }

  /// The distribution that has the probability-weighted moments of exceedances above 0.
  ///
  /// Hosking and Wallis, "Parameter and quantile estimation for the generalized Pareto distribution" (1987), with the
  /// unbiased moments; good for shapes below 0.5, while heavier tails come out too light. Where the tail would end
  /// below the largest exceedance, the shape is taken at which it ends there (Dupuis and Tsao, "A hybrid estimator for
  /// generalized Pareto and extreme-value distributions", 1998).
  ///
  /// Nil for fewer than two values, or where all are equal, one is negative or not finite.
  /// - Complexity: O(n log n).
  public init?(fitting exceedances: [Double]) {
    let sorted = exceedances.sorted()
    guard sorted.count >= 2, let largest = sorted.last, sorted[0] >= 0, sorted[0] < largest,
      largest.isFinite
    else { return nil }
    let count = Double(sorted.count)
    var (mean, weighted) = (0.0, 0.0)
    for (index, value) in sorted.enumerated() {
      mean += value / count
      weighted += (count - Double(index + 1)) / (count - 1) * value / count
    }
    let difference = mean - 2 * weighted
    guard difference > 0 else { return nil }
    let scale = 2 * mean * weighted / difference
    self.init(shape: max(2 - mean / difference, -scale / largest), scale: scale)
  }

  /// The probability of exceeding the threshold by more than `excess`; 1 for a negative excess, nil for NaN.
  public func survival(_ excess: Double) -> Double? {
    guard !excess.isNaN else { return nil }
    guard excess > 0 else { return 1 }
    let relative = excess / scale
    guard shape.magnitude > Self.exponentialShape else { return Mathematics.exp(-relative) }
    let base = 1 + shape * relative
    return base > 0 ? Mathematics.pow(base, -1 / shape) : 0
  }

  /// The excess that is exceeded with a probability.
  ///
  /// - Precondition: `probability` lies in 0...1, and is above 0 where the shape is not below 0.
  public func excess(atSurvival probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1, "a probability lies in 0...1")
    guard shape.magnitude > Self.exponentialShape else { return -scale * Mathematics.log(probability) }
    return scale / shape * (Mathematics.pow(probability, -shape) - 1)
  }

  /// Shapes nearer to 0 give the exponential distribution to all digits.
  private static let exponentialShape = 1e-9
}
