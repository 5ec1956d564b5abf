import MisfitCore

/// Probabilities of the levels of a column, by the predictions of their features.
///
/// Shapes: L levels.
struct LevelDiscriminant: Sendable {
  /// The coefficients of each level: [L, L], one row per feature.
  let coefficients: [Double]
  let biases: [Double]
  /// The share of each level in the learned rows.
  let shares: [Double]
  /// The number of learned rows of each level.
  let counts: [Double]
  /// The number of all learned rows.
  let rowCount: Double
  /// The inverse of the covariance of the predictions within levels: [L, L].
  let inverse: [Double]
  /// The cost of a level unseen in training.
  let surprise: Double

  /// The part of the probabilities that are the shares of the levels, whatever the other cells.
  static let shareWeight = 0.002
  /// The number of rows by which the mean of a level is drawn to that of all rows.
  static let shrinkage = 3.0

  /// Returns the negative logarithm of the probability of a cell, whose levels are usually a one and zeros.
  ///
  /// Of a learned row, `learned` are the predictions by all rows. The mean of its level is then that of the
  /// level's other rows.
  ///
  /// Shapes: `levels` and the centered predictions of their features [L].
  func cost(of levels: [Double], predictions: [Double], learned: [Double]?) -> Double {
    let count = biases.count
    var powers = biases
    for index in 0..<count {
      SmallMatrix.addRow(index, of: coefficients, times: predictions[index], to: &powers)
    }
    if let learned, let own = levels.indices.first(where: { levels[$0] > 0.5 && counts[$0] >= 1 }) {
      powers[own] = power(of: own, power: powers[own], predictions, without: learned)
    }
    var most = -Double.infinity
    for level in 0..<count { most = max(most, powers[level]) }
    var total = 0.0
    for level in 0..<count {
      powers[level] = Mathematics.exp(powers[level] - most)
      total += powers[level]
    }
    var cost = 0.0
    for level in 0..<count where levels[level] != 0 {
      let share = shares[level] * Self.shareWeight
      cost -= levels[level] * Mathematics.log((1 - Self.shareWeight) * powers[level] / total + share)
    }
    return cost
  }

  /// Returns the logarithm of the probability, but for a constant, of the level of a learned row, if the mean
  /// of the level is that of its other rows.
  ///
  /// With the mean m of n rows, drawn by s rows to 0, and r = n - 1 + s, the mean of the others is
  /// ((r + 1) m - f) / r for the row's prediction f.
  private func power(
    of level: Int, power: Double, _ predictions: [Double], without learned: [Double]
  ) -> Double {
    let count = biases.count
    let rest = restCount(of: level)
    var (product, learnedProduct, own) = (0.0, 0.0, 0.0)
    for row in 0..<count {
      var projected = 0.0
      for index in 0..<count { projected += inverse[row * count + index] * learned[index] }
      product += predictions[row] * projected
      learnedProduct += learned[row] * projected
      own += learned[row] * coefficients[row * count + level]
    }
    let linear = ((power - biases[level]) * (rest + 1) - product) / rest
    let squares = (rest + 1) * (rest + 1) * squaredMean(of: level) - 2 * (rest + 1) * own + learnedProduct
    return otherBias(of: level) + linear - squares / (2 * rest * rest)
  }

  /// The number of the other rows of a level, and of those that draw its mean.
  func restCount(of level: Int) -> Double { counts[level] - 1 + Self.shrinkage }

  /// The logarithm of the share of a level in the other rows.
  func otherBias(of level: Int) -> Double {
    Mathematics.log((counts[level] - 0.5) / (rowCount - 1 + 0.5 * Double(biases.count)))
  }

  /// The squared length of the mean of a level, in standard deviations within levels.
  func squaredMean(of level: Int) -> Double { 2 * (Mathematics.log(shares[level]) - biases[level]) }
}
