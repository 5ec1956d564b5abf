import MisfitCore

/// The range and the tails of a column's training values, or of its values in one group of rows.
///
/// A value is compared with both. Beyond the range, evidence grows with the distance in units of the range's
/// width. In the tails, evidence grows as the probability of a value at least as far out decreases. That
/// probability is the one of a Pareto tail, fitted to the outer quantiles (Hill, "A simple general approach
/// to inference about the tail of a distribution", Annals of Statistics, 1975), so that columns with skewed
/// or heavy-tailed distributions are not full of outliers.
///
/// Units: those of the column in the linear scale, in which ratios of distances are those of the data.
struct ValueRange: Sendable, Hashable {
  /// The ends of the range of the training values without isolated extremes; NaN if there are no values.
  var low: Float
  var high: Float
  /// The evidence of a value that differs from a constant column; 0 if such values are common.
  var novelty: Float = 0
  /// The median.
  var center: Float = 0
  /// The share of the values in each tail; 0 if no tail was fitted.
  var tailShare: Float = 0
  var lowerTail = Tail()
  var upperTail = Tail()

  /// A Pareto tail.
  struct Tail: Sendable, Hashable {
    /// The distance from the median to the quantile at which the tail begins; 0 if there is no tail.
    var spread: Float = 0
    /// The tail index: the probability of a value `d` spreads from the median falls as d^(-1 / index).
    var index: Float = 0
  }

  /// The count of ``numbers``.
  static let numberCount = 9

  /// All properties as numbers, for a model file.
  var numbers: [Float] {
    [
      low, high, novelty, center, tailShare, lowerTail.spread, lowerTail.index, upperTail.spread,
      upperTail.index,
    ]
  }

  init(low: Float, high: Float) { (self.low, self.high) = (low, high) }

  /// Creates a range from its ``numbers``.
  ///
  /// - Precondition: there are ``numberCount`` numbers.
  init(numbers: [Float]) {
    precondition(numbers.count == Self.numberCount, "the numbers of a range")
    self.init(low: numbers[0], high: numbers[1])
    novelty = numbers[2]
    center = numbers[3]
    tailShare = numbers[4]
    lowerTail = Tail(spread: numbers[5], index: numbers[6])
    upperTail = Tail(spread: numbers[7], index: numbers[8])
  }

  /// The range between both tails, and the share of the values in it; nil without tails.
  var bulk: (range: ClosedRange<Float>, share: Double)? {
    guard tailShare > 0 else { return nil }
    let low = lowerTail.spread > 0 ? center - lowerTail.spread : min(low, center)
    let high = upperTail.spread > 0 ? center + upperTail.spread : max(high, center)
    return (low...high, 1 - 2 * Double(tailShare))
  }

  /// Returns the strength of the evidence that a value is a gross outlier: 0 for none, 1 and more for certain
  /// evidence.
  func evidence(of value: Float, scale: EvidenceScale) -> Float {
    guard !value.isNaN, low <= high else { return 0 }
    return max(beyondRange(value, scale.rangeUnit), inTail(value, scale.usualSurprise))
  }

  private func beyondRange(_ value: Float, _ unit: Float) -> Float {
    let width = high - low
    let distance = max(low - value, value - high)
    guard distance > 0 else { return 0 }
    guard width > 0 else {
      return novelty > 0 ? novelty + 0.01 * Mathematics.asinh(distance) : 0
    }
    let ratio = distance / width / unit
    if ratio <= 1 { return 0 }
    return ratio < 3 ? (ratio - 1) / 2 : 1 + Float(Mathematics.log(Double(ratio) - 2))
  }

  private func inTail(_ value: Float, _ usualSurprise: Float) -> Float {
    guard tailShare > 0 else { return 0 }
    let tail = value > center ? upperTail : lowerTail
    guard tail.spread > 0 else { return 0 }
    let distance = (value - center).magnitude / tail.spread
    guard distance > 1 else { return 0 }
    let surprise =
      Float(Mathematics.log(Double(distance))) / tail.index - Float(Mathematics.log(Double(tailShare)))
    let evidence = (surprise - usualSurprise) / EvidenceScale.surpriseUnit
    return evidence <= 1 ? max(0, evidence) : 1 + 0.1 * (evidence - 1)
  }
}

/// The units of evidence, which depend on the number of examined values per row and on the training data.
struct EvidenceScale: Sendable, Hashable {
  /// The unit of distances beyond a range, in widths of the range: above 1 if many training values are far
  /// beyond the range of the others.
  var rangeUnit: Float = 1
  /// The surprise, in nats, that some value of a normal row often reaches.
  var usualSurprise: Float = .infinity

  /// The surprise beyond the usual one, in nats, that is certain evidence.
  static let surpriseUnit: Float = 2.5
  /// The surprise of about the rarest hundredth of rows, for one examined value per row.
  static let baseSurprise = 5.0
  /// The number of training rows per row with a rare kind of value, from which such values are evidence.
  static let rowsPerNovelty = 100
}
