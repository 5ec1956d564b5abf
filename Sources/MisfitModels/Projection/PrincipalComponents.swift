import MisfitCore
import MisfitKernels

/// The reconstruction of a row from the first principal components: the best linear one with as many values.
///
/// Jolliffe, "Principal Component Analysis", 2002. The code is the row's coordinates along the components,
/// each a direction of length 1 whose largest entry is positive.
///
/// The reconstruction error does not depend on how far a row is out along the components. So the score is the
/// squared Mahalanobis distance under probabilistic PCA (Tipping and Bishop, "Probabilistic Principal
/// Component Analysis", 1999), in the unit of the mean squared error:
///
///     score = (|x - x̂|² + σ² · Σ codeᵢ² / varianceᵢ) / D
///
/// The noise variance σ² is the mean variance along the directions that are not kept.
///
/// Shapes: D columns, C components.
package struct PrincipalComponents: RowModel {
  /// The mean of each column: [D].
  package let mean: FloatSlice
  /// The directions, in descending order of their variance: [C, D].
  package let components: FloatSlice
  /// The population variances along all D directions, in descending order: [D].
  package let variances: FloatSlice
  /// The noise variance, σ²; nil in files of earlier versions, whose score is the reconstruction error.
  package let noiseVariance: Float?

  package let width: Int
  package let codeCount: Int
  /// Models of earlier versions are scored by the reconstruction error.
  package var ownScore: OwnScore? { noiseVariance == nil ? nil : .mahalanobis }
  package var description: ModelDescription { ModelDescription(.principalComponents) }
  package var summary: String { "\(isEmpty ? 0 : codeCount) of \(width) principal components" }
  package var parameterCount: Int { mean.count + components.count }
  package var tensors: [ModelTensor] {
    let tensors = [
      ModelTensor("mean", [width], mean), ModelTensor("components", [codeCount, width], components),
      ModelTensor("variances", [width], variances),
    ]
    guard let noiseVariance else { return tensors }
    return tensors + [ModelTensor(Self.noiseName, [1], FloatBuffer([noiseVariance]).all)]
  }

  /// The name of the tensor of the noise variance in model files.
  package static let noiseName = "noise_variance"

  /// Creates a model.
  ///
  /// - Precondition: the counts agree, and there is at least one component.
  package init(
    mean: FloatSlice, components: FloatSlice, variances: FloatSlice, noiseVariance: Float? = nil
  ) {
    precondition(
      mean.count > 0 && components.count >= mean.count && components.count % mean.count == 0
        && variances.count == mean.count, "components have the mean's width")
    self.mean = mean
    self.components = components
    self.variances = variances
    self.noiseVariance = noiseVariance
    width = mean.count
    codeCount = components.count / mean.count
  }

  /// The share of the variance along each kept component; zeros if nothing varies.
  package var explainedShares: [Double] {
    let all = variances.array.map { max(0, Double($0)) }
    let total = all.reduce(0, +)
    let isZero = total <= 0 || isEmpty
    return all.prefix(codeCount).map { isZero ? 0 : $0 / total }
  }

  /// Whether no component is kept: the only one is 0, and rows are compared with the mean.
  var isEmpty: Bool { codeCount == 1 && !components.array.contains { $0 != 0 } }

  /// The share of the variance along all kept components together.
  package var explainedShare: Double { explainedShares.reduce(0, +) }

  package func decoded(_ codes: FloatSlice) -> FloatSlice? {
    let codes = Rows(codes, width: codeCount)
    let outputs = Rows(count: codes.count, width: width)
    guard codes.count > 0 else { return outputs.slice }
    MatrixProduct.multiplyRows(
      codes.slice, by: components, into: outputs.slice, rows: codes.count, columns: width,
      inner: codeCount)
    for row in outputs.indices { VectorKernels.current.add(mean, to: outputs[row]) }
    return outputs.slice
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = RowShards.rowCount(width: width)
    return RowPlans(rowsPerShard: rowsPerShard) { capacity in
      PrincipalComponentsPlan(
        self, shardCount: (capacity + rowsPerShard - 1) / rowsPerShard, rowsPerShard: rowsPerShard)
    }
  }
}
