import MisfitCore
import MisfitKernels

/// A row rebuilt from its first principal components: the best linear reconstruction of its size.
///
/// Jolliffe, "Principal Component Analysis", 2002. The code is the row's coordinates along the components,
/// each a direction of length 1 whose largest entry is positive.
///
/// The score adds to the reconstruction error, which is blind to how far a row lies out along the components:
/// it is the squared Mahalanobis distance under probabilistic PCA (Tipping and Bishop, "Probabilistic
/// Principal Component Analysis", 1999) in the unit of the mean squared error,
///
///     score = (|x - x̂|² + σ² · Σ codeᵢ² / varianceᵢ) / D
///
/// with the noise variance σ², the mean variance along the directions that are not kept.
///
/// Shapes: D columns, C components.
package struct PrincipalComponents: RowModel {
  /// The mean of each column: [D].
  package let mean: FloatSlice
  /// The directions, the one of most variance first: [C, D].
  package let components: FloatSlice
  /// The variance along all D directions, population: [D], falling; not only along those kept.
  package let variances: FloatSlice
  /// σ²; nil in files of earlier versions, whose score is the reconstruction error.
  package let noiseVariance: Float?

  package let width: Int
  package let codeCount: Int
  /// Models of earlier versions are scored by the reconstruction error.
  package var ownScore: OwnScore { noiseVariance == nil ? .none : .mahalanobis }
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

  /// The tensor of the noise variance in files.
  package static let noiseName = "noise_variance"

  /// Puts a model together.
  ///
  /// - Precondition: counts fit each other, with at least one component.
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

  /// The share of the variance along each kept component; zeros where nothing varies.
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
    precondition(codes.count % codeCount == 0, "whole codes")
    let rowCount = codes.count / codeCount
    let outputs = FloatBuffer(count: rowCount * width).all
    guard rowCount > 0 else { return outputs }
    MatrixProduct.multiply(
      codes, by: components, into: outputs, rows: rowCount, columns: width, inner: codeCount)
    for row in 0..<rowCount {
      VectorKernels.current.add(mean, to: outputs[row * width..<(row + 1) * width])
    }
    return outputs
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let rowsPerShard = max(1, min(128, (1 << 18) / width))
    return RowPlans(rowsPerShard: rowsPerShard) { capacity in
      PrincipalComponentsPlan(
        self, shardCount: (capacity + rowsPerShard - 1) / rowsPerShard, rowsPerShard: rowsPerShard)
    }
  }
}
