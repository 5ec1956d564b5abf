import MisfitCore

/// A histogram that finds its own edges after one pass over the numbers, in bounded memory.
///
///     var automatic = AutomaticHistogram()
///     automatic.update(contentsOf: errors)
///     automatic.value?.counts
///
/// The edges follow the rule of Freedman and Diaconis (width 2 IQR / n^(1/3); "On the histogram as a density
/// estimator", 1981). Up to 4,096 finite values the edges and counts are those of NumPy's `histogram(values,
/// bins="fd")`, as long as the number of bins is within its limit. Beyond, the values are known by two sets
/// of cells: the buckets of a ``QuantileSketch`` (0.2 % of the value wide, fine where a few values are far
/// larger than the rest) and at least 4,096 cells of equal width over the range (fine where the values are
/// close together and far from 0). Quartiles and counts come from whichever is finer at the place; the values
/// of a cell that an edge cuts are shared out in proportion.
///
/// NaN is counted and left out. Infinities do not widen the range: they are the counts below and above.
public struct AutomaticHistogram: StreamingStatistic, Hashable {
  /// The values seen.
  public private(set) var sketch = QuantileSketch()
  private var grid = DyadicGrid()
  /// How the edges are chosen.
  public var layout: HistogramLayout

  /// Makes the statistic of no values.
  public init(layout: HistogramLayout = HistogramLayout()) { self.layout = layout }

  /// The number of values, infinities included.
  public var count: Int { sketch.count }

  /// The number of NaN, which take no part.
  public var nanCount: Int { sketch.nanCount }

  /// The histogram, or nil where there are no finite values.
  public var value: Histogram? { HistogramSource(sketch, grid: grid)?.histogram(layout) }

  /// Takes one value into account.
  public mutating func update(_ input: Double) {
    sketch.update(input)
    if input.isFinite { grid.add(input + 0) }
  }

  /// Takes into account everything that `other` has seen.
  ///
  /// - Precondition: both have the same layout.
  public mutating func merge(_ other: AutomaticHistogram) {
    precondition(layout == other.layout, "histograms of different layouts cannot be merged")
    sketch.merge(other.sketch)
    grid.merge(other.grid)
  }
}

/// How a histogram that finds its own edges is to look.
public struct HistogramLayout: Hashable, Sendable {
  /// The largest number of bins, whatever the rule says: a picture has only so many pixels.
  public var maximumBinCount: Int
  /// Whether edges are round numbers (1, 2, 2.5 or 5 times a power of ten apart), a little beyond the range.
  public var hasRoundEdges: Bool
  /// The quantiles between which the bins lie; what is outside counts as below or above.
  public var coveredProbabilities: ClosedRange<Double>

  /// Makes a layout; by default at most 200 bins from the smallest to the largest value, as they come.
  ///
  /// - Precondition: at least one bin; probabilities in 0...1.
  public init(
    maximumBinCount: Int = 200, hasRoundEdges: Bool = false, coveredProbabilities: ClosedRange<Double> = 0...1
  ) {
    precondition(maximumBinCount >= 1, "a histogram has at least one bin")
    precondition(coveredProbabilities.lowerBound >= 0 && coveredProbabilities.upperBound <= 1, "in 0...1")
    self.maximumBinCount = maximumBinCount
    self.hasRoundEdges = hasRoundEdges
    self.coveredProbabilities = coveredProbabilities
  }
}
