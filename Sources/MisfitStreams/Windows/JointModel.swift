import MisfitCore

/// A model of columns that move together: a ridge vector autoregression, which expects a row from the last
/// ones.
///
/// A row's distance is the Mahalanobis length of the differences from what was expected.
struct JointModel {
  /// The number of columns.
  let columnCount: Int
  /// The means and standard deviations of the columns.
  let centers: [Double]
  let scales: [Double]
  /// The coefficients: for each input (a column some rows ago) one for each column.
  let coefficients: [Double]
  /// The lower Cholesky factor of the covariance of the differences, row by row.
  let factor: [Double]

  /// The number of last rows that a row is expected from.
  static let lagCount = 3
  /// The largest number of columns.
  static let columnLimit = 128
  private static let ridge = 10.0
  /// What is added to the variance of each difference.
  private static let leastVariance = 0.01
  /// The largest number of deviations from the mean that a value counts.
  private static let limit = 50.0

  init(columnCount: Int, centers: [Double], scales: [Double], coefficients: [Double], factor: [Double]) {
    self.columnCount = columnCount
    self.centers = centers
    self.scales = scales
    self.coefficients = coefficients
    self.factor = factor
  }

  /// Learns rows in order, given as one list; nil if too few of them are normal.
  init?(_ rows: [Double], columnCount: Int, isExcluded: [Bool]) {
    let count = rows.count / columnCount
    let normal = (0..<count).filter { !isExcluded[$0] }
    guard normal.count >= 2 else { return nil }
    (centers, scales) = Self.moments(rows, normal, columnCount)
    self.columnCount = columnCount
    var standardized = [Double](repeating: 0, count: rows.count)
    for index in rows.indices {
      let column = index % columnCount
      standardized[index] = Self.standardized(rows[index], centers[column], scales[column])
    }
    let learned = (Self.lagCount..<count).filter { row in
      (row - Self.lagCount...row).allSatisfy { !isExcluded[$0] }
    }
    guard learned.count >= max(4 * Self.lagCount, count / 4) else { return nil }
    coefficients = Self.regression(standardized, learned, columnCount)
    var covariance = [Double](repeating: 0, count: columnCount * columnCount)
    for row in learned {
      let difference = Self.difference(standardized, endingAt: row, coefficients, columnCount)
      for first in 0..<columnCount {
        for second in 0...first {
          covariance[first * columnCount + second] += difference[first] * difference[second]
        }
      }
    }
    for index in covariance.indices { covariance[index] /= Double(learned.count) }
    for column in 0..<columnCount { covariance[column * columnCount + column] += Self.leastVariance }
    factor = Cholesky.factor(covariance, size: columnCount)
  }

  private static func moments(
    _ rows: [Double], _ normal: [Int], _ columnCount: Int
  ) -> (centers: [Double], scales: [Double]) {
    var centers: [Double] = []
    var scales: [Double] = []
    for column in 0..<columnCount {
      let mean = normal.reduce(0) { $0 + rows[$1 * columnCount + column] } / Double(normal.count)
      let squares = normal.reduce(0) { sum, row in
        let difference = rows[row * columnCount + column] - mean
        return sum + difference * difference
      }
      let deviation = (squares / Double(normal.count)).squareRoot()
      centers.append(mean.isFinite ? mean : 0)
      // A column that was constant says little about another one.
      scales.append(deviation > 1e-9 * abs(mean) && deviation.isFinite ? deviation : .infinity)
    }
    return (centers, scales)
  }

  private static func standardized(_ value: Double, _ center: Double, _ scale: Double) -> Double {
    scale.isFinite ? max(-limit, min(limit, (value - center) / scale)) : 0
  }

  /// Returns a row as inputs of the model.
  func standardized(_ row: [Double]) -> [Double] {
    row.indices.map { Self.standardized(row[$0], centers[$0], scales[$0]) }
  }

  /// Solves the normal equations of the regression of rows on the ones before.
  private static func regression(_ rows: [Double], _ learned: [Int], _ columnCount: Int) -> [Double] {
    let width = lagCount * columnCount
    var gram = [Double](repeating: 0, count: width * width)
    var products = [Double](repeating: 0, count: width * columnCount)
    for row in learned {
      let start = (row - lagCount) * columnCount
      for first in 0..<width {
        let input = rows[start + first]
        guard input != 0 else { continue }
        for second in 0...first { gram[first * width + second] += input * rows[start + second] }
        for column in 0..<columnCount {
          products[first * columnCount + column] += input * rows[row * columnCount + column]
        }
      }
    }
    for index in 0..<width { gram[index * width + index] += ridge }
    return Cholesky.solve(Cholesky.factor(gram, size: width), size: width, products, columns: columnCount)
  }

  /// Returns the differences of a row from what the rows before it let expect.
  ///
  /// `rows` are standardized, in order; the last ones up to `row` are used.
  static func difference(
    _ rows: [Double], endingAt row: Int, _ coefficients: [Double], _ columnCount: Int
  ) -> [Double] {
    let start = (row - lagCount) * columnCount
    var difference = Array(rows[row * columnCount..<(row + 1) * columnCount])
    for input in 0..<lagCount * columnCount {
      let value = rows[start + input]
      let place = input * columnCount
      for column in 0..<columnCount { difference[column] -= value * coefficients[place + column] }
    }
    return difference
  }

  /// Returns the squared Mahalanobis length of differences, and each column's share of it, which may be
  /// negative.
  func length(of difference: [Double]) -> (square: Double, shares: [Double]) {
    let whole = Cholesky.solve(factor, size: columnCount, difference, columns: 1)
    let shares = difference.indices.map { difference[$0] * whole[$0] }
    return (max(0, shares.reduce(0, +)), shares)
  }
}

/// The Cholesky decomposition of a positive definite matrix, for a few hundred rows.
enum Cholesky {
  /// Returns the lower factor of a matrix, whose lower half is read, row by row.
  static func factor(_ matrix: [Double], size: Int) -> [Double] {
    var factor = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for index in 0..<column { sum -= factor[row * size + index] * factor[column * size + index] }
        if row == column {
          factor[row * size + row] = max(sum, 1e-12).squareRoot()
        } else {
          factor[row * size + column] = sum / factor[column * size + column]
        }
      }
    }
    return factor
  }

  /// Solves the equations of a factored matrix for several right sides, given row by row.
  static func solve(_ factor: [Double], size: Int, _ sides: [Double], columns: Int) -> [Double] {
    var values = sides
    for row in 0..<size {
      for before in 0..<row {
        let weight = factor[row * size + before]
        for column in 0..<columns {
          values[row * columns + column] -= weight * values[before * columns + column]
        }
      }
      for column in 0..<columns { values[row * columns + column] /= factor[row * size + row] }
    }
    for row in (0..<size).reversed() {
      for after in row + 1..<max(size, row + 1) {
        let weight = factor[after * size + row]
        for column in 0..<columns {
          values[row * columns + column] -= weight * values[after * columns + column]
        }
      }
      for column in 0..<columns { values[row * columns + column] /= factor[row * size + row] }
    }
    return values
  }
}
