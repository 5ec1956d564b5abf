import MisfitCore
import MisfitKernels

/// The best reconstruction of a row as a weighted mean of the nearest learned rows.
///
/// Three quarters of the model's own score are the mean of five component scores, each standardized by the
/// scores of normal rows (``LogScore``): the distance to the reconstruction from 10 neighbors, and from 20
/// with less regularization; and the mean distance to 5 and 20 neighbors, and to 5 neighbors with values
/// compressed by the inverse hyperbolic sine, each relative to the same distances of the neighbors. The last
/// quarter is a weighted mean of four scores that look further (``BroadScores``), with weights found by
/// leaving out groups of rows (``GroupWeights``); models of older files have the five alone.
///
/// Anomalies among the learned rows would reconstruct each other. Two measures limit that: references that
/// seem to do so are left out (``MaskedOutliers``), and if the global score (``GlobalDistance``) is clearly
/// above the local one, half of the difference is added (``CombinedScore``).
///
/// On 22 tables of ADBench, three splits each, the mean area under the curve and the mean average precision
/// are 0.913 and 0.742 if all learned rows are normal, and 0.858 and 0.539 if 5 % of them are anomalies: a
/// loss of 0.055 and 0.203. Neighbors alone reach 0.908 and 0.741, and then 0.768 and 0.408.
///
/// Shapes: N reference rows of D columns; `baselines` [3, N], the distances of the references themselves.
package struct LocalReconstruction: RowModel {
  /// The rows that others are reconstructed from.
  package let reference: ReferenceRows
  /// The five or nine component scores, in the order of the description above.
  package let scores: [LogScore]
  /// Whether one reference that equals a row is excluded from its neighbors, as the row itself.
  package let excludesSelf: Bool
  /// The mean distances of each reference to its 5 and 20 neighbors, and to 5 compressed ones: [3, N].
  let baselines: Rows
  /// The mean of each kind of baseline.
  let meanBaselines: [Double]
  let compressedReference: ReferenceRows
  /// The model of the global score; nil in models from older files.
  package let global: GlobalDistance?
  /// The broad scores; nil in models from older files.
  let broad: BroadScores?

  package var width: Int { reference.width }
  package var codeCount: Int { 0 }
  package var ownScore: OwnScore? { .logarithmic }
  package var leavesOneOut: Bool { true }
  package var description: ModelDescription {
    ModelDescription(
      .local,
      neighbors: .init(
        scores: scores, globalScores: global?.scores, groupWeights: broad?.parameters.weights,
        excludesSelf: excludesSelf))
  }
  package var summary: String {
    "local reconstruction from \(NumberText.grouped(reference.count)) rows"
  }
  package var tensors: [ModelTensor] {
    [reference.tensor, ModelTensor("baselines", [3, reference.count], baselines.slice)]
      + prefixed(global?.tensors, by: Self.globalPrefix)
      + prefixed(broad?.parameters.tensors, by: Self.broadPrefix)
  }

  private func prefixed(_ tensors: [ModelTensor]?, by prefix: String) -> [ModelTensor] {
    (tensors ?? []).map { ModelTensor(prefix + $0.name, $0.extents, $0.values) }
  }

  /// The prefix of the names of the broad scores' tensors in model files.
  package static let broadPrefix = "broad-"
  /// The prefix of the names of the global model's tensors in model files.
  package static let globalPrefix = "crowd-"
  /// The number of neighbors of the larger reconstruction.
  static let neighborCount = 20
  /// The number of neighbors of the smaller reconstruction.
  static let fewerNeighbors = 10
  /// The number of neighbors of the near distances.
  static let nearNeighbors = 5
  /// The number of component scores whose mean is most of the score.
  static let plainScoreCount = 5
  /// The share of the broad scores in the score.
  static let broadShare = 0.25

  /// Returns the number of component scores of a model with or without broad scores.
  package static func scoreCount(hasBroadScores: Bool) -> Int {
    plainScoreCount + (hasBroadScores ? BroadScores.names.count : 0)
  }

  /// Creates a model from `baselines` [3, N].
  ///
  /// - Precondition: there are at least two references, with three baselines each.
  package init(
    reference: ReferenceRows, baselines: FloatSlice, scores: [LogScore], excludesSelf: Bool,
    global: GlobalDistance? = nil, broad: BroadScores.Parameters? = nil
  ) {
    precondition(reference.count >= 2 && baselines.count == 3 * reference.count, "counts differ")
    let baselines = Rows(baselines, width: reference.count)
    self.reference = reference
    self.baselines = baselines
    self.scores = scores
    self.excludesSelf = excludesSelf
    self.global = global
    meanBaselines = baselines.indices.map { kind in
      baselines[kind].array.reduce(0) { $0 + Double($1) } / Double(reference.count)
    }
    compressedReference = reference.mapped { Self.compress($0, into: $1) }
    self.broad = broad.map { [meanBaselines] parameters in
      BroadScores(
        parameters, reference: reference, baselines: baselines[1], meanBaseline: meanBaselines[1])
    }
  }

  /// Writes the inverse hyperbolic sine of each value.
  static func compress(_ values: FloatSlice, into compressed: FloatSlice) {
    let values = values.span
    compressed.withMutableSpan { compressed in
      for index in 0..<values.count { compressed[index] = Mathematics.asinh(values[index]) }
    }
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = reference.rowsPerShard
    return RowPlans(rowsPerShard: rowsPerShard, rowLimit: rowsPerShard) { _ in
      LocalReconstructionPlan(self, excludesSelf: excludesSelf || rowsWereLearned, rowCapacity: rowsPerShard)
    }
  }

  /// The number of component scores.
  var componentCount: Int { Self.scoreCount(hasBroadScores: broad != nil) }

  /// Returns the local score of standardized component scores.
  func combined(_ values: [Double]) -> Double {
    guard let groupWeights = broad?.parameters.weights else {
      return values.reduce(0, +) / Double(max(values.count, 1))
    }
    let plain = values.prefix(Self.plainScoreCount).reduce(0, +) / Double(Self.plainScoreCount)
    let broad = zip(groupWeights, values.dropFirst(Self.plainScoreCount)).reduce(0) { $0 + $1.0 * $1.1 }
    return (1 - Self.broadShare) * plain + Self.broadShare * broad
  }

  /// Returns the weights of the component scores in the shares of the columns: those below 0 have none.
  func shareWeights(_ values: [Double]) -> [Double] {
    let positive = values.map { max($0, 0) }
    guard let groupWeights = broad?.parameters.weights else { return positive }
    let plain = (1 - Self.broadShare) / Double(Self.plainScoreCount)
    let weights =
      Array(repeating: plain, count: Self.plainScoreCount) + groupWeights.map { Self.broadShare * $0 }
    return zip(positive, weights).map { $0 * $1 }
  }

  /// Returns a row's mean distance of one kind, relative to those of its neighbors.
  func relative(_ distance: Double, _ kind: Int, to neighbors: [Int]) -> Double {
    let baselines = baselines[kind]
    let sum = neighbors.reduce(0) { $0 + Double(baselines[$1]) }
    let mean = sum / Double(neighbors.count)
    return distance / (mean + 0.1 * meanBaselines[kind] + 1e-30).squareRoot()
  }
}
