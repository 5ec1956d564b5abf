import MisfitCore
import MisfitKernels

/// What neighbours and crowd say of a row together.
///
/// The neighbours' score counts, unless the crowd's is larger by more than ``margin``: of what is beyond,
/// ``weight`` is added. So a row whose neighbours are odd themselves is not taken for ordinary.
struct LocalVerdict {
  let local: Double
  let crowd: Double

  /// How much odder the crowd may find a row without being heard.
  static let margin = 0.25
  /// What share of the rest counts.
  static let weight = 0.5

  private var excess: Double { max(0, crowd - local - Self.margin) }

  var hearsCrowd: Bool { excess > 0 }

  var score: Double { local + Self.weight * excess }

  /// Mixes the columns' shares of both scores, `shares` being those of the local one, as the score does.
  func mix(_ crowdShares: FloatSlice, into shares: FloatSlice) {
    let (near, far) = (max(0, (1 - Self.weight) * local), max(0, Self.weight * crowd))
    guard near + far > 0 else { return }
    VectorKernels.current.scale(shares, by: Float(near / (near + far)))
    VectorKernels.current.scale(crowdShares, by: Float(far / (near + far)))
    VectorKernels.current.add(crowdShares, to: shares)
    Shares.normalise(shares)
  }
}
