import MisfitCore

/// The encoding of a column's numbers: shifted, scaled, and log-compressed if extreme.
///
/// With z = (x - offset) / scale, or (sign(x) ln(1 + |x|) - offset) / scale if ``isLogarithmic``. If there is
/// a ``knee``, a larger |z| becomes knee + ln(1 + |z| - knee), which keeps extreme values in order, without a
/// kink. With ``knots``, z is interpolated among quantiles instead, see ``QuantileKnots``.
package struct NumberEncoding: Sendable, Hashable, Codable {
  /// The value that is subtracted.
  package var offset: Double
  /// The divisor; finite and above 0.
  package var scale: Double
  /// Whether ln(1 + x) replaces x.
  package var isLogarithmic = false
  /// The magnitude of z beyond which values are log-compressed; nil for none.
  package var knee: Double?
  /// Quantiles and the normal deviates they are mapped to; nil if the fields above define the encoding.
  package var knots: QuantileKnots?
  /// The input for a missing cell if training had some: the center of the column, at no distance from it.
  package var center = 0.0
  /// The input for a missing cell if training had none: one deviation beyond the largest training value, and
  /// at least four from the center.
  package var far = 4.0

  /// The names in model files, where ``knee`` is `bend`.
  private enum CodingKeys: String, CodingKey {
    case offset, scale, isLogarithmic
    case knee = "bend"
    case knots, center, far
  }

  /// The ``knee`` of robust scaling.
  static let usualKnee = 5.0

  /// Returns the input for a value.
  package func encode(_ value: Double) -> Double {
    if let knots { return knots.encode(value) }
    let base = isLogarithmic ? Self.signedLogarithm(value) : value
    let z = (base - offset) / scale
    guard let knee else { return Schema.bounded(z) }
    return Self.compress(z, beyond: knee)
  }

  /// Returns z with its magnitude log-compressed beyond a limit.
  static func compress(_ z: Double, beyond limit: Double) -> Double {
    guard z.magnitude > limit else { return Schema.bounded(z) }
    let compressed = limit + Mathematics.log1p(z.magnitude - limit)
    return z < 0 ? -compressed : compressed
  }

  /// Returns the inverse of ``compress(_:beyond:)``.
  static func expand(_ z: Double, beyond limit: Double) -> Double {
    guard z.magnitude > limit else { return z }
    // Beyond the encoding of the largest double, the inverse would overflow.
    let far = limit + Mathematics.expm1(min(z.magnitude - limit, 700))
    return z < 0 ? -far : far
  }

  /// Returns the value for an input.
  package func decode(_ encoded: Double) -> Double {
    if let knots { return knots.decode(encoded) }
    var z = encoded
    if let knee { z = Self.expand(z, beyond: knee) }
    let base = z * scale + offset
    guard isLogarithmic else { return base }
    let value = Mathematics.expm1(min(base.magnitude, 700))
    return base < 0 ? -value : value
  }

  /// Returns ln(1 + x), mirrored for negative numbers, which keeps values unseen in training in order.
  private static func signedLogarithm(_ value: Double) -> Double {
    let logarithm = Mathematics.log1p(value.magnitude)
    return value < 0 ? -logarithm : logarithm
  }

  /// Whether all fields are usable in computations.
  var isUsable: Bool {
    offset.isFinite && center.magnitude <= 1e15 && far.magnitude <= 1e15 && scale.isFinite && scale.isNormal
      && scale > 0
      && (knee.map { $0 > 0 && $0 <= 1e6 } ?? true) && (knots?.isUsable ?? true)
  }
}

/// Quantiles of a column, evenly spaced, and the normal deviates of their shares.
///
/// Between knots the mapping is linear; beyond them it grows as the logarithm of the distance, so that
/// extreme values stay in order.
package struct QuantileKnots: Sendable, Hashable, Codable {
  /// The quantiles, ascending and distinct; at least two.
  package var values: [Double]
  /// The normal deviate of each quantile, ascending.
  package var deviates: [Double]

  /// Makes at most 101 knots of sorted numbers; nil if they are all equal.
  init?(sorted: [Double]) {
    guard let first = sorted.first, let last = sorted.last, last > first else { return nil }
    let count = min(101, sorted.count)
    values = []
    deviates = []
    var group: [Double] = []
    func shares(_ index: Int) -> Double {
      let share = Double(index) / Double(count - 1)
      return min(max(share, 0.5 / Double(sorted.count)), 1 - 0.5 / Double(sorted.count))
    }
    for index in 0..<count {
      let value = SortedValues.quantile(Double(index) / Double(count - 1), sorted)
      if let previous = values.last, value > previous {
        close(&group)
        values.append(value)
      } else if values.isEmpty {
        values.append(value)
      }
      group.append(shares(index))
    }
    close(&group)
  }

  /// A value that is several quantiles represents their mean share.
  private mutating func close(_ group: inout [Double]) {
    deviates.append(NormalDeviate.of(group.reduce(0, +) / Double(group.count)))
    group = []
  }

  func encode(_ value: Double) -> Double {
    let last = values.count - 1
    let spread = (values[last] - values[0]) / (deviates[last] - deviates[0])
    if value < values[0] { return deviates[0] - Mathematics.log1p((values[0] - value) / spread) }
    if value > values[last] {
      return deviates[last] + Mathematics.log1p((value - values[last]) / spread)
    }
    let upper = max(1, firstIndex(in: values) { $0 >= value })
    let share = (value - values[upper - 1]) / (values[upper] - values[upper - 1])
    return deviates[upper - 1] + share * (deviates[upper] - deviates[upper - 1])
  }

  func decode(_ encoded: Double) -> Double {
    let last = values.count - 1
    let spread = (values[last] - values[0]) / (deviates[last] - deviates[0])
    if encoded < deviates[0] {
      return values[0] - spread * Mathematics.expm1(min(deviates[0] - encoded, 700))
    }
    if encoded > deviates[last] {
      return values[last] + spread * Mathematics.expm1(min(encoded - deviates[last], 700))
    }
    let upper = max(1, firstIndex(in: deviates) { $0 >= encoded })
    let share = (encoded - deviates[upper - 1]) / (deviates[upper] - deviates[upper - 1])
    return values[upper - 1] + share * (values[upper] - values[upper - 1])
  }

  /// Returns the first index for which `isRight` is true, which it then is for all later ones; the last index
  /// if there is none.
  private func firstIndex(in numbers: [Double], where isRight: (Double) -> Bool) -> Int {
    var (low, high) = (0, numbers.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if isRight(numbers[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  var isUsable: Bool {
    values.count >= 2 && values.count <= 10_000 && deviates.count == values.count
      && (values + deviates).allSatisfy { $0.isFinite }
      && zip(values, values.dropFirst()).allSatisfy { $0 < $1 && ($1 - $0).isFinite }
      && zip(deviates, deviates.dropFirst()).allSatisfy { $0 < $1 }
      && (values[values.count - 1] - values[0]).isFinite
  }
}
