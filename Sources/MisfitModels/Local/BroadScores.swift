import MisfitCore
import MisfitKernels

/// The four component scores of a row that look beyond its near neighbors.
///
/// They are the distance to a reconstruction from 20 neighbors with little regularization; the mean distance
/// to 20 neighbors, relative to those of the neighbors themselves, a ratio of densities; the distance to the
/// mean of the references; and the sum of the rarities of the values (``ColumnHistograms``). Which of them
/// separate anomalies differs from table to table: ``GroupWeights`` weights them.
package struct BroadScores: Sendable {
  /// The names in model files, which never change.
  static let names = ["local-20-close", "density-20", "middle", "rarity"]
  /// The regularization of the reconstruction.
  static let regularization = 0.01
  /// The share of the mean distance of all references in the denominator of the density ratio.
  private static let share = 0.01

  /// The parameters that a model file holds.
  package struct Parameters: Sendable {
    /// The weight of each score; their sum is 1.
    package let weights: [Double]
    let columns: ColumnScales
    let histograms: ColumnHistograms

    var tensors: [ModelTensor] {
      [
        ModelTensor("columns", [ColumnScales.statisticCount, columns.width], columns.statistics.slice),
        ModelTensor(
          "penalties", [columns.width, histograms.binCount + 1], histograms.penalties.slice),
      ]
    }

    /// Creates parameters from the tensors of a file: `columns` [6, D], `penalties` [D, B + 1].
    package init(weights: [Double], columns: FloatSlice, penalties: FloatSlice, width: Int) {
      self.weights = weights
      self.columns = ColumnScales(statistics: columns, width: width)
      histograms = ColumnHistograms(columns: self.columns, penalties: penalties)
    }

    /// Counts the values of references.
    init(weights: [Double], reference: ReferenceRows, roles: [InputRole]?) {
      let all = Array(repeating: true, count: reference.count)
      self.weights = weights
      columns = ColumnScales(rows: reference, isKept: all, roles: roles)
      histograms = ColumnHistograms(rows: reference, isKept: all, columns: columns, roles: roles)
    }

    /// Whether weights from a file can be used: one for each score, with the sum 1.
    package static func areUsable(_ weights: [Double]) -> Bool {
      weights.count == names.count && weights.allSatisfy { $0 >= 0 && $0 <= 1 }
        && abs(weights.reduce(0, +) - 1) < 1e-6
    }
  }

  let parameters: Parameters
  /// The mean distance of each reference to its 20 neighbors: [N].
  let baselines: FloatSlice
  let meanBaseline: Double
  /// The mean of the references: [D].
  let middle: FloatSlice

  init(
    _ parameters: Parameters, reference: ReferenceRows, baselines: FloatSlice, meanBaseline: Double
  ) {
    self.parameters = parameters
    self.baselines = baselines
    self.meanBaseline = meanBaseline
    middle = FloatBuffer(count: reference.width).all
    reference.rows.writeMean(of: Array(reference.rows.indices), into: middle)
  }

  /// Returns a row's mean distance to its 20 neighbors, relative to the mean of theirs.
  func density(_ distance: Double, of neighbors: [Int]) -> Double {
    let mean = neighbors.reduce(0) { $0 + Double(baselines[$1]) } / Double(neighbors.count)
    return distance / denominator(mean)
  }

  /// Returns the denominator of the density ratio for a mean of the neighbors' distances.
  func denominator(_ mean: Double) -> Double { mean + offset }

  /// The part of the denominator that is the same for all rows.
  var offset: Double { Self.share * meanBaseline + 1e-30 }

  /// Returns the distance of a row to the mean of the references.
  func distanceToMiddle(_ row: FloatSlice) -> Double { SquaredDistance.between(row, middle).squareRoot() }

  /// Returns the sum of the rarities of a row's values, and adds each column's to `columns` [D].
  func rarity(_ row: FloatSlice, addingColumnsTo columns: FloatSlice? = nil) -> Double {
    parameters.histograms.score(row, addingColumnsTo: columns)
  }
}
