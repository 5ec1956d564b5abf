import MisfitCore

/// The grid to which rows are rounded before their products are added, so that sums are exact.
///
/// It follows from a fitted model alone: a column is centered on the model's mean, and its unit is between
/// 1/2^17 and 1/2^16 of its deviation, a power of two.
///
/// Shapes: D columns.
package struct MomentGrid: Hashable, Sendable {
  /// The number on which each column is centered: [D].
  package let centers: [Double]
  /// The exponents of the units: the unit of a column is 2 to the negative of its exponent: [D].
  package let exponents: [Int]

  /// The largest distance from the center in units, at least 256 deviations.
  static let largest = 1 << 25
  /// A column whose deviation is less than this share of the largest one has the unit of that share.
  private static let leastShare = 0x1p-10

  /// Creates a grid.
  init(centers: [Double], exponents: [Int]) {
    self.centers = centers
    self.exponents = exponents
  }

  /// Creates the grid of the rows that principal components were fitted to.
  package init(_ model: PrincipalComponents) {
    let noise = Double(model.noiseVariance ?? 0)
    var variances = [Double](repeating: noise, count: model.width)
    for component in 0..<model.codeCount {
      let variance = Double(model.variances[component]) - noise
      for column in 0..<model.width {
        let direction = Double(model.components[component * model.width + column])
        variances[column] += variance * direction * direction
      }
    }
    let largest = variances.reduce(0) { max($0, $1) }.squareRoot()
    centers = model.mean.array.map { Double($0) }
    exponents = variances.map { variance in
      guard largest > 0 else { return 16 }
      let deviation = max(max(variance, 0).squareRoot(), largest * Self.leastShare)
      return 16 - Int(deviation.exponent)
    }
  }

  /// The number of columns, D.
  var width: Int { centers.count }

  /// Returns 2 to the power of an exponent.
  static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}
