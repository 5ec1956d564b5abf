import Misfit

/// A kind of anomalies that are planted in normal rows, and vary as rows of one fault do.
enum PlantedKind: String, CaseIterable {
  /// One column reads about 6 standard deviations from its mean.
  case column
  /// Three columns are shifted by about 4 standard deviations.
  case shift
  /// Half of the columns are shifted by 3 standard deviations, and vary half as much.
  case mode

  /// Returns planted rows, each made from a random one of `rows`; the statistics are those of `training`.
  func planted(
    _ count: Int, in rows: [[Double]], training: [[Double]], using generator: inout SeededGenerator
  ) -> [[Double]] {
    let width = training[0].count
    let figures = (0..<width).map { column in Moments(training.map { $0[column] }) }
    let varying = (0..<width).filter { figures[$0].deviation > 0 }
    var order = varying
    Permutation.shuffle(&order, using: &generator)
    let columns = order.prefix(self == .column ? 1 : self == .shift ? 3 : max(1, varying.count / 2))
    let signs = columns.map { _ in generator.nextUnitFloat() < 0.5 ? -1.0 : 1 }
    return (0..<count).map { _ in
      var row = rows[generator.nextIndex(below: rows.count)]
      for (column, sign) in zip(columns, signs) {
        let (mean, deviation) = (figures[column].mean, figures[column].deviation)
        switch self {
        case .column: row[column] = mean + sign * deviation * (6 + 0.5 * generator.nextNormal())
        case .shift: row[column] += deviation * (sign * 4 + 0.3 * generator.nextNormal())
        case .mode: row[column] = mean + sign * 3 * deviation + 0.5 * (row[column] - mean)
        }
      }
      return row
    }
  }

  private struct Moments {
    var mean: Double
    var deviation: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      self.mean = mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      deviation = (squares / Double(values.count)).squareRoot()
    }
  }
}

extension SeededGenerator {
  /// Returns the sum of twelve uniform numbers, with the mean 0 and the variance 1.
  fileprivate mutating func nextNormal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double(nextUnitFloat()) }
  }
}
