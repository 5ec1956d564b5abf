import MisfitCore

/// The generalized Pareto distribution of exceedances over a high threshold.
///
/// P(Y > y) = (1 + shape y / scale)^(-1 / shape), and e^(-y / scale) for shape 0. The theorem of Pickands,
/// "Statistical inference using extreme order statistics" (1975), shows that exceedances of almost any
/// distribution tend to it. A shape above 0 is a heavy tail, below 0 one that ends at -scale / shape.
package struct GeneralizedPareto: Sendable, Hashable {
  /// The shape of the tail; SciPy's `c`.
  package let shape: Double
  /// The scale of the tail; SciPy's `scale`.
  package let scale: Double

  /// Creates a distribution; nil if the scale is not above 0 or either number is not finite.
  package init?(shape: Double, scale: Double) {
    guard shape.isFinite, scale.isFinite, scale > 0 else { return nil }
    self.shape = shape
    self.scale = scale
  }

  /// Fits the distribution to exceedances above 0 by probability-weighted moments.
  ///
  /// Hosking and Wallis, "Parameter and quantile estimation for the generalized Pareto distribution" (1987),
  /// with the unbiased moments. Good for shapes below 0.5; heavier tails come out too light. If the tail
  /// would end below the largest exceedance, the shape is changed so that it ends there (Dupuis and Tsao, "A
  /// hybrid estimator for generalized Pareto and extreme-value distributions", 1998).
  ///
  /// Nil for fewer than two values, or if all are equal, one is negative or not finite.
  /// - Complexity: O(n log n).
  package init?(fitting exceedances: [Double]) {
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

  /// Returns the probability of exceeding the threshold by more than `excess`; 1 for a negative excess, nil
  /// for NaN.
  package func survival(_ excess: Double) -> Double? {
    guard !excess.isNaN else { return nil }
    guard excess > 0 else { return 1 }
    let relative = excess / scale
    guard shape.magnitude > Self.exponentialShape else { return Mathematics.exp(-relative) }
    let base = 1 + shape * relative
    return base > 0 ? Mathematics.pow(base, -1 / shape) : 0
  }

  /// Returns the excess that is exceeded with a probability.
  ///
  /// - Precondition: `probability` is in 0...1, and above 0 if the shape is not below 0.
  package func excess(atSurvival probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1, "a probability outside 0...1")
    guard shape.magnitude > Self.exponentialShape else { return -scale * Mathematics.log(probability) }
    return scale / shape * (Mathematics.pow(probability, -shape) - 1)
  }

  /// The limit below which a shape equals the exponential distribution to all digits.
  private static let exponentialShape = 1e-9
}
