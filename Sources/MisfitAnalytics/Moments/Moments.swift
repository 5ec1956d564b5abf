import MisfitCore

/// Mean, variance, skewness, kurtosis and range of a stream of numbers, in one pass.
///
///     var moments = Moments()
///     moments.update(contentsOf: [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
///     moments.mean                         // 5
///     moments.populationStandardDeviation  // 2, within rounding
///
/// Mean and variance may differ in the last bits from those of an algorithm without the higher sums, since
/// they share terms with these.
///
/// Central sums are updated by the formulas of Welford (second) and Pébay (third and fourth; Pébay, "Formulas
/// for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", Sandia
/// report SAND2008-6212), and merged with the formulas of Chan, Golub and LeVeque and of Pébay. Merged parts
/// agree with the whole within rounding.
///
/// NaN is counted and excluded. Infinities are counted: they determine `mean`, `minimum` and `maximum`, and
/// the variance is then nil. A figure whose sums overflow or underflow a double is nil: the fourth
/// power of values beyond about 1e75, or of spreads below 1e-75.
public struct Moments: StreamingStatistic, Hashable {
  /// The number of finite values.
  public internal(set) var finiteCount = 0
  /// The number of values that were plus infinity.
  public internal(set) var positiveInfinityCount = 0
  /// The number of values that were minus infinity.
  public internal(set) var negativeInfinityCount = 0
  /// The number of NaN, which are excluded.
  public internal(set) var nanCount = 0

  var finiteMean = 0.0
  /// Sums of the second, third and fourth powers of (value - mean).
  var secondSum = 0.0
  var thirdSum = 0.0
  var fourthSum = 0.0
  /// The smallest finite value; +infinity while there are none, and the largest is then -infinity.
  var finiteMinimum = Double.infinity
  var finiteMaximum = -Double.infinity

  /// Creates an empty statistic.
  public init() {}

  /// The number of values, infinities included.
  public var count: Int { finiteCount + positiveInfinityCount + negativeInfinityCount }

  /// The mean, or nil if there are no values.
  public var value: Double? { mean }

  /// Adds one value.
  public mutating func update(_ input: Double) {
    guard input.isFinite else { return countNonFinite(input) }
    finiteMinimum = min(finiteMinimum, input)
    finiteMaximum = max(finiteMaximum, input)
    finiteCount += 1
    // The first value is set directly: its square may overflow, and 0 times infinity is not 0.
    if finiteCount == 1 {
      finiteMean = input
    } else {
      updateSums(input)
    }
  }

  private mutating func updateSums(_ input: Double) {
    let n = Double(finiteCount)
    let delta = input - finiteMean
    let step = delta / n
    let step2 = step * step
    let term = delta * step * (n - 1)
    fourthSum += term * step2 * (n * n - 3 * n + 3) + 6 * step2 * secondSum - 4 * step * thirdSum
    thirdSum += term * step * (n - 2) - 3 * step * secondSum
    secondSum += term
    finiteMean += step
  }

  /// Merges another statistic into this one.
  public mutating func merge(_ other: Moments) {
    positiveInfinityCount += other.positiveInfinityCount
    negativeInfinityCount += other.negativeInfinityCount
    nanCount += other.nanCount
    guard other.finiteCount > 0 else { return }
    if finiteCount == 0 {
      (finiteMean, secondSum) = (other.finiteMean, other.secondSum)
      (thirdSum, fourthSum) = (other.thirdSum, other.fourthSum)
    } else {
      mergeSums(other)
    }
    finiteCount += other.finiteCount
    finiteMinimum = min(finiteMinimum, other.finiteMinimum)
    finiteMaximum = max(finiteMaximum, other.finiteMaximum)
  }

  private mutating func mergeSums(_ other: Moments) {
    let a = Double(finiteCount)
    let b = Double(other.finiteCount)
    let n = a + b
    let delta = other.finiteMean - finiteMean
    let step = delta / n
    let step2 = step * step
    let shift = delta * step * a * b
    let crossSecond = a * a * other.secondSum + b * b * secondSum
    let crossThird = a * other.thirdSum - b * thirdSum
    fourthSum +=
      other.fourthSum + shift * step2 * (a * a - a * b + b * b) + 6 * step2 * crossSecond + 4 * step
      * crossThird
    thirdSum +=
      other.thirdSum + shift * step * (a - b) + 3 * step * (a * other.secondSum - b * secondSum)
    secondSum += other.secondSum + shift
    finiteMean += step * b
  }

  private mutating func countNonFinite(_ input: Double) {
    if input.isNaN {
      nanCount += 1
    } else if input > 0 {
      positiveInfinityCount += 1
    } else {
      negativeInfinityCount += 1
    }
  }
}
