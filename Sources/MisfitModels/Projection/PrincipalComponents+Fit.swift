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
  /// - Complexity: O(N·D² + D³), memory O(D²).
  /// - Throws: ``ModelError`` for rows too wide, ``LinearAlgebraError``, and what reading the rows may throw.
  public static func fit(
    _ rows: any EpochRows, components: ComponentChoice, on pool: WorkerPool
  ) throws -> PrincipalComponents {
    guard rows.width <= widthLimit else {
      throw ModelError(.tooWide(width: rows.width, limit: widthLimit))
    }
    let covariance = StreamedCovariance(width: rows.width)
    try NumericThread.scope { () throws -> Void in try covariance.update(rows, on: pool) }
    guard let matrix = covariance.covariance, matrix.allSatisfy(\.isFinite) else {
      throw ModelError(.notFinite)
    }
    return PrincipalComponents(
      mean: covariance.mean, decomposition: try SymmetricEigenvectors.of(matrix, size: rows.width),
      components)
  }

  /// A matrix of this many columns squared still takes less than 1 GiB.
  static let widthLimit = 4096

  private init(
    mean: [Double], decomposition: SymmetricEigenvectors.Decomposition, _ choice: ComponentChoice
  ) {
    let width = mean.count
    // Rounding leaves directions without variance a little below 0.
    let variances = decomposition.values.map { max(0, $0) }
    let count = choice.count(of: variances)
    var components: [Float] = []
    components.reserveCapacity(count * width)
    for index in 0..<count {
      let row = decomposition.vectors[index * width..<(index + 1) * width]
      components += Self.turned(row).map { Float($0) }
    }
    self.init(
      mean: FloatBuffer(mean.map { Float($0) }).all, components: FloatBuffer(components).all,
      variances: FloatBuffer(variances.map { Float($0) }).all)
  }

  /// The direction whose largest entry is positive: of two opposite ones, LAPACK may give either.
  private static func turned(_ direction: ArraySlice<Double>) -> [Double] {
    var largest = 0.0
    for value in direction where value.magnitude > largest.magnitude { largest = value }
    return largest < 0 ? direction.map { -$0 } : Array(direction)
  }
}
