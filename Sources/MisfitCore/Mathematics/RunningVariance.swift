/// The mean and the variance of a stream of numbers, in one pass.
///
/// Numbers are added by Welford's update ("Note on a method for calculating corrected sums of squares and
/// products", 1962), and two streams are merged by the formula of Chan, Golub and LeVeque ("Updating formulae
/// and a pairwise algorithm for computing sample variances", 1979), so that a large mean does not cancel a
/// small variance.
///
/// Loops over many columns or blocks (the schema of a table, a covariance, batch normalization) have these
/// formulas in the form that suits them: results depend on the order of operations to the last bit.
package struct RunningVariance: Hashable, Sendable {
  /// The number of values.
  package private(set) var count = 0
  /// The mean; 0 without values.
  package private(set) var mean = 0.0
  /// The sum of the squared deviations from the mean.
  package private(set) var squares = 0.0

  /// Creates the statistic of no values.
  package init() {}

  /// Adds a value.
  package mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
  }

  /// Adds the values of another statistic.
  package mutating func merge(_ other: RunningVariance) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      // By the formula below, the square of a first mean might overflow.
      self = other
      return
    }
    let share = Double(other.count) / Double(count + other.count)
    let difference = other.mean - mean
    squares += other.squares + difference * difference * Double(count) * share
    mean += difference * share
    count += other.count
  }
}
