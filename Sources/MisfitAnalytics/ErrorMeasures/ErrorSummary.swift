import MisfitCore

/// The figures of a distribution of errors for a report.
public struct ErrorSummary: Sendable, Hashable {
  /// The probabilities of the default quantiles.
  public static let standardProbabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]

  /// The number of errors, infinite ones included.
  public var count: Int
  /// The number of NaN, which are excluded.
  public var nanCount: Int
  /// The mean; nil if there are infinities of both signs.
  public var mean: Double?
  /// The population standard deviation (divided by n); nil if there are infinities.
  public var standardDeviation: Double?
  /// The smallest error.
  public var minimum: Double
  /// The largest error.
  public var maximum: Double
  /// The quantiles, in the order of the request.
  public var quantiles: [QuantilePoint]

  /// Creates a summary of known figures.
  public init(
    count: Int, nanCount: Int = 0, mean: Double?, standardDeviation: Double?, minimum: Double,
    maximum: Double,
    quantiles: [QuantilePoint]
  ) {
    self.count = count
    self.nanCount = nanCount
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
    self.quantiles = quantiles
  }

  /// Returns the quantile at a probability, or nil if the summary does not contain it.
  public func quantile(_ probability: Double) -> Double? {
    quantiles.first { $0.probability == probability }?.value
  }

  /// The median, if the summary contains it.
  public var median: Double? { quantile(0.5) }
}

/// A quantile: a probability, and the value that this share of the values does not exceed.
public struct QuantilePoint: Sendable, Hashable {
  /// The probability, in 0...1.
  public var probability: Double
  /// The value.
  public var value: Double

  /// Creates a quantile.
  public init(probability: Double, value: Double) {
    self.probability = probability
    self.value = value
  }
}

extension QuantilePoint: Codable {
  private enum Key: String, CodingKey { case probability, value }

  /// Decodes probability and value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    probability = try container.decode(Double.self, forKey: .probability)
    value = try container.decode(PortableDouble.self, forKey: .value).value
  }

  /// Encodes probability and value; an infinite value as text, since JSON has no infinity.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(probability, forKey: .probability)
    try container.encode(PortableDouble(value), forKey: .value)
  }
}

extension ErrorSummary: Codable {
  private enum Key: String, CodingKey {
    case count, nanCount, mean, standardDeviation, minimum, maximum, quantiles
  }

  /// Decodes the figures.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    count = try container.decode(Int.self, forKey: .count)
    nanCount = try container.decode(Int.self, forKey: .nanCount)
    mean = try container.decodeIfPresent(PortableDouble.self, forKey: .mean)?.value
    standardDeviation = try container.decodeIfPresent(Double.self, forKey: .standardDeviation)
    minimum = try container.decode(PortableDouble.self, forKey: .minimum).value
    maximum = try container.decode(PortableDouble.self, forKey: .maximum).value
    quantiles = try container.decode([QuantilePoint].self, forKey: .quantiles)
  }

  /// Encodes the figures; infinite ones as text, since JSON has no infinity.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(count, forKey: .count)
    try container.encode(nanCount, forKey: .nanCount)
    try container.encodeIfPresent(mean.map(PortableDouble.init), forKey: .mean)
    try container.encodeIfPresent(standardDeviation, forKey: .standardDeviation)
    try container.encode(PortableDouble(minimum), forKey: .minimum)
    try container.encode(PortableDouble(maximum), forKey: .maximum)
    try container.encode(quantiles, forKey: .quantiles)
  }
}
