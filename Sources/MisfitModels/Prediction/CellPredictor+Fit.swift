import MisfitCore

extension CellPredictor {
  /// The ridge that is added to the variances of the features.
  private static let ridge = 1e-3
  /// The least variance of residuals.
  private static let leastVariance = 1e-4
  /// The maximum number of features: the inverse of their covariance takes cubic time.
  private static let featureLimit = 512
  /// The least number of rows.
  private static let leastRowCount = 50
  /// The least number of rows per feature.
  private static let rowsPerFeature = 3

  /// Returns the columns of a table that can be predicted by a number of rows: all, or without those of the
  /// most levels if there are too many features.
  static func columns(of cells: TableCells, rowCount: Int) -> [PredictedColumn] {
    var columns = cells.cells.map { PredictedColumn($0) }
    var featureCount = columns.reduce(0) { $0 + $1.featureCount }
    while featureCount > min(featureLimit, rowCount / rowsPerFeature) {
      let levels = columns.indices.filter { columns[$0].kind == .levels }
      guard let widest = levels.max(by: { columns[$0].count < columns[$1].count }) else { return [] }
      featureCount -= columns.remove(at: widest).featureCount
    }
    return columns
  }

  /// Learns from reference rows; nil if there are too few of them, or too many features.
  ///
  /// - Complexity: O(N·D² + E³) for N rows of D columns with E features.
  init?(columns: [PredictedColumn], reference: ReferenceRows) {
    let features = PredictedFeatures(columns: columns, reference: reference)
    let count = features.count
    guard count > 0, count <= Self.featureLimit,
      reference.count >= max(Self.leastRowCount, Self.rowsPerFeature * count)
    else { return nil }
    let moments = FeatureMoments(of: reference, features)
    var covariance = moments.covariance
    for index in 0..<count { covariance[index * count + index] += Self.ridge }
    let precision = SmallMatrix.inverse(of: covariance, size: count)
    self.features = features
    self.precision = precision
    (means, rowCount) = (moments.means, reference.count)
    center = SmallMatrix.product(precision, moments.means, rows: count, inner: count, columns: 1)
    let inverses = features.blocks.map { block in
      let range = block.features
      let rows = range.flatMap { row in range.map { precision[row * count + $0] } }
      return SmallMatrix.inverse(of: rows, size: range.count)
    }
    blockInverses = inverses
    targets = features.blocks.indices.map { column in
      Self.target(
        of: features.blocks[column],
        BlockRegression(moments, precision, inverses[column], features.blocks[column]))
    }
  }

  private static func target(of block: PredictedFeatures.Block, _ regression: BlockRegression) -> Target {
    guard !block.features.isEmpty else { return .none }
    guard block.column.kind == .numbers else { return .levels(regression.discriminant()) }
    let size = block.features.count
    let (rowCount, count) = (Double(regression.moments.rowCount), Double(regression.moments.means.count))
    // The residuals of learned rows are too small by the degrees of freedom.
    let growth = rowCount / (rowCount - count)
    let covariance = regression.residualCovariance()
    return .numbers(
      variances: (0..<block.column.count).map { index in
        max(0, covariance[index * size + index]) * growth * growth + Self.leastVariance
      })
  }
}
