import MisfitCore
import MisfitKernels

/// How many principal components are kept.
public enum ComponentChoice: Hashable, Sendable, Codable {
  /// This many, or as many as there are columns.
  case count(Int)
  /// As few as explain this share of the variance.
  case varianceShare(Double)

  /// How many of `variances`, which fall.
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
  /// Learns the components of rows in one pass over them.
  ///
  /// Fewer components are kept than the rows have independent directions: with all of them, every row would
  /// be reconstructed exactly, and only rounding would be left to score. Directions whose variance is no more
  /// than what rounding makes do not count. Where there is but one direction, nothing is kept: the only
  /// component is 0, and rows are compared with the mean. Rows of more than ``widthLimit`` columns are
  /// decomposed by their products with each other, see ``SampleComponents``.
  ///
  /// - Complexity: O(N·D² + D³), memory O(D²); of wide rows, N being those of a sample, O(N²·D + N³), memory
  ///   O(N·D + N²).
  /// - Throws: ``ModelError`` for values that are not finite, ``LinearAlgebraError``, and what reading the
  ///   rows may throw.
  public static func fit(
    _ rows: any EpochRows, components: ComponentChoice, on pool: WorkerPool
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
    let covariance = StreamedCovariance(width: rows.width)
    try NumericThread.scope { () throws -> Void in try covariance.update(rows, on: pool) }
    guard let matrix = covariance.covariance, matrix.allSatisfy(\.isFinite) else {
      throw ModelError(.notFinite)
    }
    let decomposition = try SymmetricEigenvectors.of(matrix, size: rows.width)
    // Rounding leaves directions without variance a little below 0.
    let variances = decomposition.values.map { max(0, $0) }
    let kept = Self.kept(of: variances, mean: covariance.mean, components)
    return PrincipalComponents(
      mean: covariance.mean, variances: variances,
      directions: Array(decomposition.vectors.prefix(kept.count * rows.width)),
      noiseVariance: kept.noiseVariance)
  }

  /// A matrix of this many columns squared still takes less than 1 GiB.
  static let widthLimit = 4096

  /// Variances below this share of the largest are taken for rounding: products are sums of floats.
  private static let roundingShare = 1e-6

  /// How many components are kept, and the mean variance along the other directions that have some.
  ///
  /// Fewer are kept than there are directions with variance: none where there is but one.
  private static func kept(
    of variances: [Double], mean: [Double], _ choice: ComponentChoice
  ) -> (count: Int, noiseVariance: Double) {
    // A float of this size is off by as much.
    let largestMean = mean.reduce(0) { max($0, $1.magnitude) } * 0x1p-24
    let floor = max((variances.first ?? 0) * roundingShare, largestMean * largestMean)
    let rank = variances.count { $0 > floor }
    let count = max(0, min(choice.count(of: variances), rank - 1))
    let rest = variances[count..<max(rank, count)]
    return (count, rest.isEmpty ? 0 : rest.reduce(0, +) / Double(rest.count))
  }

  /// `directions` [C, D]; where C is 0, one component of zeros.
  private init(mean: [Double], variances: [Double], directions: [Double], noiseVariance: Double) {
    let width = mean.count
    var components: [Float] = []
    components.reserveCapacity(max(directions.count, width))
    for start in stride(from: 0, to: directions.count, by: width) {
      components += Self.turned(directions[start..<start + width]).map { Float($0) }
    }
    if components.isEmpty { components = Array(repeating: 0, count: width) }
    self.init(
      mean: FloatBuffer(mean.map { Float($0) }).all, components: FloatBuffer(components).all,
      variances: FloatBuffer(variances.map { Float($0) }).all, noiseVariance: Float(noiseVariance))
  }

  /// The direction whose largest entry is positive: of two opposite ones, LAPACK may give either.
  private static func turned(_ direction: ArraySlice<Double>) -> [Double] {
    var largest = 0.0
    for value in direction where value.magnitude > largest.magnitude { largest = value }
    return largest < 0 ? direction.map { -$0 } : Array(direction)
  }
}
