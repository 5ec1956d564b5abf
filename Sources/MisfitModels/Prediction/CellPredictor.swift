import MisfitCore

/// Predictions of each cell of a row from the row's other cells.
///
/// All numbers are mapped to normal deviates (``PredictedFeatures``), and each column is predicted by a
/// linear regression on the features of all others, with a small ridge. One inverse has them all: with the
/// inverse P of the covariance of the features, the residuals of the features of block b are
/// (P_bb)⁻¹ (P x)_b. Levels get probabilities by a linear discriminant analysis of the predictions of their
/// features (Hastie, Tibshirani and Buja, "Flexible discriminant analysis by optimal scoring", 1994).
///
/// The cost of a cell of numbers is half its squared residual, relative to the variance of residuals; that of
/// levels is the negative logarithm of the probability. A learned row can be scored as if it had not been
/// learned, by its leverage.
///
/// The predictor is computed from the reference rows again when a model is loaded.
///
/// Shapes: D columns, E features.
struct CellPredictor: Sendable {
  /// How a block of features becomes a cost.
  enum Target: Sendable {
    /// Nothing is predicted: the column is constant.
    case none
    /// The variance of the residuals of each input.
    case numbers(variances: [Double])
    /// Probabilities of levels.
    case levels(LevelDiscriminant)
  }

  let features: PredictedFeatures
  /// The means of the features: [E].
  let means: [Double]
  /// The inverse of the covariance of the features: [E, E].
  let precision: [Double]
  /// The product of ``precision`` and ``means``: [E].
  let center: [Double]
  /// The inverse of each column's block of ``precision``.
  let blockInverses: [[Double]]
  let targets: [Target]
  /// The number of learned rows.
  let rowCount: Int

  /// The number of columns, D.
  var columnCount: Int { targets.count }
  /// The largest leverage that is corrected for.
  static let leverageLimit = 0.9

  /// The memory of one thread.
  final class Workspace: @unchecked Sendable {
    /// The costs of the cells of the last row: [D].
    fileprivate(set) var costs: [Double]
    fileprivate var indices: [Int] = []
    fileprivate var values: [Double] = []
    /// P (x - mean): [E].
    fileprivate var products: [Double]
    fileprivate var residuals: [Double]
    fileprivate var inputs: [Double]

    init(_ predictor: CellPredictor) {
      let count = predictor.features.count
      costs = Array(repeating: 0, count: predictor.columnCount)
      products = Array(repeating: 0, count: count)
      residuals = products
      inputs = products
    }
  }

  /// Computes the costs of the cells of a row.
  ///
  /// - Parameters:
  ///   - row: The inputs of the row.
  ///   - excludesSelf: Whether the row was learned and is scored as if it had not been.
  ///   - workspace: The memory, which gets the costs.
  func computeCosts(of row: Span<Float>, excludesSelf: Bool, in workspace: Workspace) {
    let leverage = project(row, in: workspace)
    for (column, block) in features.blocks.enumerated() {
      guard !block.features.isEmpty else {
        workspace.costs[column] = 0
        continue
      }
      let own = residuals(ofColumn: column, in: workspace)
      var growth: Double?
      if excludesSelf {
        let others = min(max((leverage - own) / Double(rowCount), 0), Self.leverageLimit)
        growth = 1 / (1 - others)
      }
      workspace.costs[column] = cost(ofColumn: column, row, growth: growth, in: workspace)
    }
  }

  /// Computes P (x - mean), and returns the product of that and x - mean.
  private func project(_ row: Span<Float>, in workspace: Workspace) -> Double {
    workspace.indices.removeAll(keepingCapacity: true)
    workspace.values.removeAll(keepingCapacity: true)
    features.read(row, means: means) { index, value in
      workspace.indices.append(index)
      workspace.values.append(value)
    }
    let count = features.count
    for index in 0..<count { workspace.products[index] = -center[index] }
    for (index, value) in zip(workspace.indices, workspace.values) {
      SmallMatrix.addRow(index, of: precision, times: value, to: &workspace.products)
    }
    for index in 0..<count { workspace.inputs[index] = -means[index] }
    for (index, value) in zip(workspace.indices, workspace.values) { workspace.inputs[index] += value }
    var sum = 0.0
    for index in 0..<count { sum += workspace.inputs[index] * workspace.products[index] }
    return sum
  }

  /// Computes the residuals of a column's features, and returns their part of the row's leverage.
  private func residuals(ofColumn column: Int, in workspace: Workspace) -> Double {
    let range = features.blocks[column].features
    let (first, size) = (range.lowerBound, range.count)
    let inverse = blockInverses[column]
    let products = workspace.products
    var part = 0.0
    for row in 0..<size {
      var sum = 0.0
      for other in 0..<size { sum += inverse[row * size + other] * products[first + other] }
      workspace.residuals[first + row] = sum
      part += sum * products[first + row]
    }
    return part
  }

  /// Returns the cost of a cell; `growth` is the factor from the residuals of a learned row to those of a new
  /// one, and nil for a new row.
  private func cost(
    ofColumn column: Int, _ row: Span<Float>, growth: Double?, in workspace: Workspace
  ) -> Double {
    let block = features.blocks[column]
    let first = block.features.lowerBound
    switch targets[column] {
    case .none: return 0
    case .numbers(let variances):
      let excess = block.scores?.excess(of: Double(row[block.column.start])) ?? 0
      var sum = 0.0
      for (index, variance) in variances.enumerated() {
        let residual = workspace.residuals[first + index] * (growth ?? 1) + (index == 0 ? excess : 0)
        sum += residual * residual / variance
      }
      return sum / Double(2 * variances.count)
    case .levels(let discriminant):
      guard !PredictedFeatures.isUnseen(block, in: row) else { return discriminant.surprise }
      func predictions(_ factor: Double) -> [Double] {
        block.features.map { workspace.inputs[$0] - workspace.residuals[$0] * factor }
      }
      return discriminant.cost(
        of: block.features.map { workspace.inputs[$0] + means[$0] }, predictions: predictions(growth ?? 1),
        learned: growth == nil ? nil : predictions(1))
    }
  }
}
