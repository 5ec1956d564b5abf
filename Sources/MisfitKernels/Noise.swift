import CVectorKernels
import MisfitCore

/// Noise that follows from a key and a value's position alone, so that it is the same whoever makes it, and
/// may be made again.
public struct Noise: Hashable, Sendable, Codable {
  /// What the noise is.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A normally distributed number is added; its standard deviation is the amount.
    case gaussian
    /// A share of the values becomes 0.
    case masking
    /// A share of the values becomes the lowest or the highest, each as often as the other.
    case saltAndPepper = "salt-and-pepper"
  }

  /// What the noise is.
  public var kind: Kind
  /// A standard deviation, or a share from 0 to 1.
  public var amount: Double
  /// The lowest and highest value that noise may give; nil where values have no bounds.
  public var bounds: ClosedRange<Float>?

  /// Whether a row has the same noise in every epoch, as if noisy copies of all rows had been made once; else
  /// each epoch has noise of its own, which cannot be learned by heart.
  public var isKept: Bool {
    get { keepsNoise ?? false }
    set { keepsNoise = newValue ? true : nil }
  }
  /// Nil where it is not, as in files from before there was a choice.
  private var keepsNoise: Bool?

  /// Noise of a kind; without `bounds`, salt and pepper are 1 and 0, and nothing is clipped.
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

/// The key of the noise of one row: by seed, use, epoch and place in the epoch's order.
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

  /// The key of a row's noise that follows from the row itself, whenever and wherever it comes.
  package init(seed: UInt64, stream: UInt64, row: FloatSlice) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let values = row.span
    for index in values.indices { hash = (hash ^ UInt64(values[index].bitPattern)) &* 0x100_0000_01b3 }
    self.init(seed: seed ^ hash, stream: stream, epoch: 0, row: 0)
  }
}

extension VectorKernels {
  /// Sets `destination` to `source` with noise, both [n]; they may be the same.
  ///
  /// - Precondition: the counts are equal.
  package func add(_ noise: Noise, _ key: NoiseKey, to source: FloatSlice, into destination: FloatSlice) {
    apply(noise.form, key, source, destination)
  }

  /// Sets a share of the values to 0 and divides the others by what is left of 1: dropout.
  ///
  /// Srivastava et al., 2014. Both [n]; they may be the same.
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
    precondition(source.count == destination.count, "noise keeps the count")
    var form = form
    unsafe table.add_noise(&form, key.bits, source.pointer, destination.pointer, source.count)
  }
}

extension VectorKernels {
  /// `delta += factor * sign(values)`, both [n].
  ///
  /// - Precondition: the counts are equal.
  package func addSigns(of values: FloatSlice, times factor: Float, to delta: FloatSlice) {
    precondition(values.count == delta.count, "counts differ")
    unsafe table.add_signs(delta.pointer, values.pointer, values.count, factor)
  }

  /// `delta[r, c] += s''(z) * factors[c]`, where `values` are sigmoids s(z), [R, C].
  ///
  /// - Precondition: the counts fit.
  package func addSigmoidCurvature(at values: FloatSlice, times factors: FloatSlice, to delta: FloatSlice) {
    precondition(values.count == delta.count && values.count % factors.count == 0, "counts differ")
    unsafe table.add_sigmoid_curvature(
      delta.pointer, values.pointer, factors.pointer, values.count / factors.count, factors.count)
  }

  /// Adds a rectangle of `source`, each column times its factor, to the same of `target`.
  ///
  /// - Precondition: the block lies inside both, and there is a factor for each column.
  package func addColumns(
    of block: ParameterBlock, in source: FloatSlice, times factors: FloatSlice, to target: FloatSlice
  ) {
    precondition(block.end <= source.count && block.end <= target.count, "a block outside the arena")
    precondition(factors.count == block.columns, "a factor a column")
    var shape = misfit_block(rows: block.rows, columns: block.columns, stride: block.stride)
    unsafe table.add_scaled_columns(
      target.pointer + block.start, source.pointer + block.start, &shape, factors.pointer)
  }
}
