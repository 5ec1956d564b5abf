import MisfitCore
import MisfitKernels

/// The number of principal components that are kept.
public enum ComponentChoice: Hashable, Sendable, Codable {
  /// A number of components, at most the number of columns.
  case count(Int)
  /// The least number of components that explain a share of the variance.
  case varianceShare(Double)

  /// Returns the number of components, given their variances in descending order.
  func count(of variances: [Double]) -> Int {
    switch self {
    case .count(let count): return max(1, min(count, variances.count))
    case .varianceShare(let share):
      let wanted = variances.reduce(0, +) * share
      var sum = 0.0
      for (index, variance) in variances.enumerated() {
        sum += variance
        if sum >= wanted { return index + 1 }
      }
      return variances.count
    }
  }
}

extension PrincipalComponents {
  /// Fits the components in one pass over the rows.
  ///
  /// Fewer components are kept than the rows have independent directions: with all of them, every row would
  /// be reconstructed exactly, and only rounding errors would be left to score. Directions whose variance is
  /// within rounding errors do not count. With only one direction, none is kept: the only component is 0, and
  /// rows are compared with the mean. For rows of more than ``widthLimit`` columns, see ``SampleComponents``.
  ///
  /// - Complexity: O(N·D² + D³), memory O(D²). For wide rows, where N is the size of a sample: O(N²·D + N³),
  ///   memory O(N·D + N²).
  /// - Throws: ``ModelError`` for values that are not finite, ``LinearAlgebraError``, and errors of reading
  ///   the rows.
  public static func fit(
    _ rows: any EpochRows, components: ComponentChoice, on pool: WorkerPool
  ) throws -> PrincipalComponents {
    try fit(rows, components: components, shardCount: nil, sharedBy: SingleProcess(), on: pool)
  }

  /// Fits the components, with the rows cut into a number of shards whose covariances are merged in a fixed
  /// tree; nil merges all rows in their order.
  ///
  /// Several processes may share the shards, and get the same bits as one.
  package static func fit(
    _ rows: any EpochRows, components: ComponentChoice, shardCount: Int?,
    sharedBy communicator: any Communicator, on pool: WorkerPool
  ) throws -> PrincipalComponents {
    guard rows.width <= widthLimit else {
      return try NumericThread.scope { () throws -> PrincipalComponents in
        let sample = try SampleComponents(rows) { Self.kept(of: $0, mean: [], components).count }
        let none = Array(repeating: 0.0, count: max(0, rows.width - sample.variances.count))
        return PrincipalComponents(
          mean: sample.mean, variances: Array((sample.variances + none).prefix(rows.width)),
          directions: sample.directions,
          noiseVariance: Self.kept(of: sample.variances, mean: [], components).noiseVariance)
      }
    }
    let covariance = try NumericThread.scope { () throws -> StreamedCovariance in
      if let shardCount {
        let tree = ShardTree(shardCount: shardCount, rankCount: communicator.rankCount)
        return try SharedCovariance(tree: tree, communicator: communicator).covariance(of: rows, on: pool)
      }
      let covariance = StreamedCovariance(width: rows.width)
      try covariance.update(rows, on: pool)
      return covariance
    }
    return try fit(covariance.covariance, mean: covariance.mean, components: components)
  }

  /// Fits the components to moments of rows, with the precision of their grid.
  ///
  /// - Throws: ``ModelError`` if there are fewer than two rows, ``LinearAlgebraError``.
  package static func fit(_ moments: ExactMoments, components: ComponentChoice) throws -> PrincipalComponents
  {
    guard moments.rowCount > 1, let mean = moments.mean else {
      throw ModelError(.tooFewRows(moments.rowCount, needed: 2))
    }
    return try fit(moments.covariance, mean: mean, components: components)
  }

  private static func fit(
    _ covariance: [Double]?, mean: [Double], components: ComponentChoice
  ) throws -> PrincipalComponents {
    guard let covariance, covariance.allSatisfy(\.isFinite), mean.allSatisfy(\.isFinite) else {
      throw ModelError(.notFinite)
    }
    let width = mean.count
    let decomposition = try SymmetricEigenvectors.of(covariance, size: width)
    // Rounding errors make the variance of some directions slightly negative.
    let variances = decomposition.values.map { max(0, $0) }
    let kept = Self.kept(of: variances, mean: mean, components)
    return PrincipalComponents(
      mean: mean, variances: variances,
      directions: Array(decomposition.vectors.prefix(kept.count * width)),
      noiseVariance: kept.noiseVariance)
  }

  /// The maximum number of columns for a covariance matrix, which then takes less than 1 GiB.
  static let widthLimit = 4096

  /// The share of the largest variance below which variances are rounding errors of float products.
  private static let roundingShare = 1e-6

  /// Returns the number of components to keep, and the mean variance along the other directions with
  /// variance.
  ///
  /// At least one direction with variance is not kept.
  private static func kept(
    of variances: [Double], mean: [Double], _ choice: ComponentChoice
  ) -> (count: Int, noiseVariance: Double) {
    // The rounding error of a float of this size.
    let largestMean = mean.reduce(0) { max($0, $1.magnitude) } * 0x1p-24
    let floor = max((variances.first ?? 0) * roundingShare, largestMean * largestMean)
    let rank = variances.count { $0 > floor }
    let count = max(0, min(choice.count(of: variances), rank - 1))
    let rest = variances[count..<max(rank, count)]
    return (count, rest.isEmpty ? 0 : rest.reduce(0, +) / Double(rest.count))
  }

  /// Creates a model from `directions` [C, D]; if C is 0, with one component of zeros.
  private init(mean: [Double], variances: [Double], directions: [Double], noiseVariance: Double) {
    let width = mean.count
    var components: [Float] = []
    components.reserveCapacity(max(directions.count, width))
    for start in stride(from: 0, to: directions.count, by: width) {
      components += Self.oriented(directions[start..<start + width]).map { Float($0) }
    }
    if components.isEmpty { components = Array(repeating: 0, count: width) }
    self.init(
      mean: FloatBuffer(mean.map { Float($0) }).all, components: FloatBuffer(components).all,
      variances: FloatBuffer(variances.map { Float($0) }).all, noiseVariance: Float(noiseVariance))
  }

  /// Returns the direction or its opposite, so that the largest entry is positive: LAPACK may return either.
  private static func oriented(_ direction: ArraySlice<Double>) -> [Double] {
    var largest = 0.0
    for value in direction where value.magnitude > largest.magnitude { largest = value }
    return largest < 0 ? direction.map { -$0 } : Array(direction)
  }
}
