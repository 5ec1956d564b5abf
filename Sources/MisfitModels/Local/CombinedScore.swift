import MisfitCore
import MisfitKernels

/// The local and the global score of a row, combined.
///
/// The combined score is the local one, unless the global score is larger by more than ``margin``: then
/// ``weight`` times the rest is added. So a row whose neighbors are anomalies too is not taken for normal.
struct CombinedScore {
  let local: Double
  let global: Double

  /// The difference up to which the global score does not count.
  static let margin = 0.25
  /// The weight of the difference beyond the margin.
  static let weight = 0.5

  private var excess: Double { max(0, global - local - Self.margin) }

  /// Whether the global score changes the local one.
  var needsGlobal: Bool { excess > 0 }

  var value: Double { local + Self.weight * excess }

  /// Adds the global shares of the columns to the local ones, in proportion to the parts of the score.
  ///
  /// Overwrites both: `shares` with the result, `globalShares` with their weighted values.
  func combine(_ globalShares: FloatSlice, into shares: FloatSlice) {
    let (near, far) = (max(0, (1 - Self.weight) * local), max(0, Self.weight * global))
    guard near + far > 0 else { return }
    VectorKernels.current.scale(shares, by: Float(near / (near + far)))
    VectorKernels.current.scale(globalShares, by: Float(far / (near + far)))
    VectorKernels.current.add(globalShares, to: shares)
    Shares.normalize(shares)
  }
}
