import CVectorKernels
import MisfitCore

/// Counter-based noise: it depends only on a key and the position of a value, so any thread can compute or
/// recompute it.
public struct Noise: Hashable, Sendable, Codable {
  /// The kind of the noise.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Adds normally distributed numbers; the amount is the standard deviation.
    case gaussian
    /// Sets a share of the values to 0.
    case masking
    /// Sets a share of the values to the lowest or the highest value, with equal probability.
    case saltAndPepper = "salt-and-pepper"
  }

  /// The kind of the noise.
  public var kind: Kind
  /// A standard deviation, or a share from 0 to 1.
  public var amount: Double
  /// The bounds of noisy values; nil for unbounded ones.
  public var bounds: ClosedRange<Float>?

  /// Whether a row has the same noise in every epoch, as if noisy copies of all rows had been made once.
  ///
  /// Otherwise each epoch has its own noise, which cannot be memorized.
  public var isKept: Bool {
    get { keepsNoise ?? false }
    set { keepsNoise = newValue ? true : nil }
  }
  /// Nil means false, as in files of earlier versions.
  private var keepsNoise: Bool?

  /// Creates noise.
  ///
  /// Without `bounds`, salt and pepper are 1 and 0, and nothing is clipped.
  public init(_ kind: Kind, amount: Double, bounds: ClosedRange<Float>? = nil) {
    self.kind = kind
    self.amount = amount
    self.bounds = bounds
  }

  private enum CodingKeys: String, CodingKey {
    case kind, amount, bounds
    case keepsNoise = "isKept"
  }

  var form: misfit_noise {
    let code =
      switch kind {
      case .gaussian: MISFIT_GAUSSIAN_NOISE
      case .masking: MISFIT_MASKING_NOISE
      case .saltAndPepper: MISFIT_SALT_AND_PEPPER
      }
    let open: ClosedRange<Float> = kind == .gaussian ? -Float.infinity...Float.infinity : 0...1
    let bounds = bounds ?? open
    return misfit_noise(
      kind: Int32(code.rawValue), amount: Float(amount), low: bounds.lowerBound, high: bounds.upperBound)
  }
}

/// The key of the noise of one row, from seed, stream, epoch and position in the epoch.
package struct NoiseKey: Hashable, Sendable {
  package let bits: UInt64

  package init(seed: UInt64, stream: UInt64, epoch: Int, row: Int) {
    var bits = seed
    for part in [stream, UInt64(epoch), UInt64(row)] {
      bits = (bits ^ part) &* 0x9E37_79B9_7F4A_7C15
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
    }
    self.bits = bits
  }

  /// A key that depends on the values of the row, whenever and wherever it occurs.
  package init(seed: UInt64, stream: UInt64, row: FloatSlice) {
    var hash = FNVHash()
    hash.add(row.span)
    self.init(seed: seed ^ hash.value, stream: stream, epoch: 0, row: 0)
  }
}

extension VectorKernels {
  /// Sets `destination` to `source` with noise, both [n]; they may alias.
  ///
  /// - Precondition: the counts are equal.
  package func add(_ noise: Noise, _ key: NoiseKey, to source: FloatSlice, into destination: FloatSlice) {
    apply(noise.form, key, source, destination)
  }

  /// Applies dropout: sets a share of the values to 0 and divides the others by one minus the share.
  ///
  /// Srivastava et al., 2014. Both [n]; they may alias.
  ///
  /// - Precondition: the counts are equal.
  package func drop(
    _ share: Double, _ key: NoiseKey, of source: FloatSlice, into destination: FloatSlice
  ) {
    let form = misfit_noise(
      kind: Int32(MISFIT_DROPOUT.rawValue), amount: Float(share), low: 0, high: 1)
    apply(form, key, source, destination)
  }

  private func apply(
    _ form: misfit_noise, _ key: NoiseKey, _ source: FloatSlice, _ destination: FloatSlice
  ) {
    precondition(source.count == destination.count, "source and destination have different counts")
    var form = form
    unsafe table.add_noise(&form, key.bits, source.pointer, destination.pointer, source.count)
  }
}
