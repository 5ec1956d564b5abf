import MisfitCore

/// The linear regression of a block of W features on all others.
struct BlockRegression {
  let moments: FeatureMoments
  /// The residuals of centered features: [W, E].
  private let residuals: [Double]
  private let block: Range<Int>
  /// The number of all features, E.
  private let count: Int

  init(
    _ moments: FeatureMoments, _ precision: [Double], _ inverse: [Double], _ block: PredictedFeatures.Block
  ) {
    self.moments = moments
    self.block = block.features
    count = moments.means.count
    let rows = Array(precision[block.features.lowerBound * count..<block.features.upperBound * count])
    residuals = SmallMatrix.product(
      inverse, rows, rows: block.features.count, inner: block.features.count, columns: count)
  }

  /// Returns the covariance of the residuals: [W, W].
  func residualCovariance() -> [Double] { covariance(of: residuals) }

  private func covariance(of map: [Double]) -> [Double] {
    let size = block.count
    let products = SmallMatrix.product(
      map, moments.covariance, rows: size, inner: count, columns: count)
    var result = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      for column in 0..<size {
        for index in 0..<count {
          result[row * size + column] += products[row * count + index] * map[column * count + index]
        }
      }
    }
    return result
  }

  /// The ridge of the discriminant, relative to the mean variance.
  private static let ridge = 1e-3

  /// Returns the discriminant of levels by their predictions.
  func discriminant() -> LevelDiscriminant {
    let size = block.count
    var predictions = residuals.map { -$0 }
    for row in 0..<size { predictions[row * count + block.lowerBound + row] += 1 }
    let means = classMeans(predictions)
    let counts = block.map { moments.sums[$0] }
    let shrunken = means.enumerated().map { level, mean in
      mean.map { $0 * counts[level] / (counts[level] + LevelDiscriminant.shrinkage) }
    }
    let within = covariance(of: predictions, within: means, shrunken, counts)
    let inverse = SmallMatrix.inverse(of: within, size: size)
    return discriminant(shrunken, inverse, counts)
  }

  /// Returns the covariance of predictions about the shrunken means of their levels, with a ridge: [W, W].
  private func covariance(
    of predictions: [Double], within means: [[Double]], _ shrunken: [[Double]], _ counts: [Double]
  ) -> [Double] {
    let (size, total) = (block.count, Double(moments.rowCount))
    var within = covariance(of: predictions)
    for level in 0..<size where counts[level] > 0 {
      let (mean, used) = (means[level], shrunken[level])
      for row in 0..<size {
        for column in 0..<size {
          let product = mean[row] * used[column] + used[row] * mean[column] - used[row] * used[column]
          within[row * size + column] -= counts[level] / total * product
        }
      }
    }
    let trace = (0..<size).reduce(0) { $0 + within[$1 * size + $1] }
    for row in 0..<size { within[row * size + row] += Self.ridge * max(trace, 0) / Double(size) + 1e-9 }
    return within
  }

  private func discriminant(_ means: [[Double]], _ inverse: [Double], _ counts: [Double])
    -> LevelDiscriminant
  {
    let size = block.count
    let total = Double(moments.rowCount)
    let shares = counts.map { ($0 + 0.5) / (total + 0.5 * Double(size)) }
    var coefficients = Array(repeating: 0.0, count: size * size)
    for row in 0..<size {
      for level in 0..<size {
        for index in 0..<size {
          coefficients[row * size + level] += inverse[row * size + index] * means[level][index]
        }
      }
    }
    let biases = (0..<size).map { level in
      (0..<size).reduce(Mathematics.log(max(shares[level], 1e-300))) { sum, row in
        sum - 0.5 * means[level][row] * coefficients[row * size + level]
      }
    }
    return LevelDiscriminant(
      coefficients: coefficients, biases: biases, shares: shares, counts: counts, rowCount: total,
      inverse: inverse,
      surprise: Mathematics.log(total + Double(size) + 1))
  }

  /// Returns the mean predictions of the rows of each level.
  private func classMeans(_ predictions: [Double]) -> [[Double]] {
    let means = moments.means
    return block.map { level in
      let levelCount = moments.sums[level]
      return (0..<block.count).map { row in
        guard levelCount > 0 else { return 0 }
        var sum = 0.0
        for index in 0..<count {
          let mean = moments.products[level * count + index] / levelCount - means[index]
          sum += predictions[row * count + index] * mean
        }
        return sum
      }
    }
  }
}
