import MisfitCore

/// The range and the tails of a column's training values, or of its values in one group of rows.
///
/// A value is compared with both. Beyond the range, evidence grows with the distance in units of the range's
/// width. In the tails, evidence grows as the probability falls of a value as far out, by a Pareto tail
/// fitted between the median and the outer quantiles (Hill, "A simple general approach to inference about the
/// tail of a distribution", Annals of Statistics, 1975), which keeps skewed and heavy-tailed columns from
/// being full of outliers.
///
/// Units: those of the column in linear scale, in which ratios of distances are those of the data.
struct ValueRange: Sendable, Hashable {
  /// The ends of the training values, isolated extremes excluded; NaN where nothing is known.
  var low: Float
  var high: Float
  /// The evidence of a value beside a constant column; 0 where such values are common.
  var novelty: Float = 0
  /// The median.
  var center: Float = 0
  /// The share of the values in each tail; 0 where no tail was fitted.
  var tailShare: Float = 0
  var lowerTail = Tail()
  var upperTail = Tail()

  /// A Pareto tail.
  struct Tail: Sendable, Hashable {
    /// The distance from the median to the quantile where the tail begins; 0 where there is no tail.
    var spread: Float = 0
    /// The tail index: the probability of a value `d` spreads from the median falls as d^(-1 / index).
    var index: Float = 0
  }

  /// The numbers that ``numbers`` holds.
  static let numberCount = 9

  /// All values, for a model file.
  var numbers: [Float] {
    [
      low, high, novelty, center, tailShare, lowerTail.spread, lowerTail.index, upperTail.spread,
      upperTail.index,
    ]
  }

  init(low: Float, high: Float) { (self.low, self.high) = (low, high) }

  /// Reads what ``numbers`` wrote.
  ///
  /// - Precondition: ``numberCount`` numbers.
  init(numbers: [Float]) {
    precondition(numbers.count == Self.numberCount, "the numbers of a range")
    self.init(low: numbers[0], high: numbers[1])
    novelty = numbers[2]
    center = numbers[3]
    tailShare = numbers[4]
    lowerTail = Tail(spread: numbers[5], index: numbers[6])
    upperTail = Tail(spread: numbers[7], index: numbers[8])
  }

  /// The values between both tails, and their share; nil without tails.
  var bulk: (range: ClosedRange<Float>, share: Double)? {
    guard tailShare > 0 else { return nil }
    let low = lowerTail.spread > 0 ? center - lowerTail.spread : min(low, center)
    let high = upperTail.spread > 0 ? center + upperTail.spread : max(high, center)
    return (low...high, 1 - 2 * Double(tailShare))
  }

  /// The strength of the evidence that a value is a gross outlier: 0 for none, 1 and more for certain.
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

/// What counts as much, given how many values of a row are looked at and how wild training was itself.
struct EvidenceScale: Sendable, Hashable {
  /// The widths of a range that count as one: above 1 where many training values are far beyond the range of
  /// the others.
  var rangeUnit: Float = 1
  /// The surprise, in nats, that one of a row's values reaches often enough.
  var usualSurprise: Float = .infinity

  /// The further surprise, in nats, that is certain evidence.
  static let surpriseUnit: Float = 2.5
  /// The surprise of the rarest hundredth or so of rows, before the number of looked-at values is added.
  static let baseSurprise = 5.0
  /// A kind of value is evidence where fewer than one training row in so many has one.
  static let rowsPerNovelty = 100
}
