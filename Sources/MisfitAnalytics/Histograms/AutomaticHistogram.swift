import MisfitCore

/// A histogram that chooses its edges after one pass over the numbers, in bounded memory.
///
///     var automatic = AutomaticHistogram()
///     automatic.update(contentsOf: errors)
///     automatic.value?.counts
///
/// The edges follow the rule of Freedman and Diaconis (width 2 IQR / n^(1/3); "On the histogram as a density
/// estimator", 1981). Up to 4,096 finite values, the edges and counts are those of NumPy's `histogram(values,
/// bins="fd")`, if the number of bins is within its limit. For more values, two sets of cells are kept: the
/// buckets of a ``QuantileSketch`` (0.2 % of the value wide, fine if a few values are far larger than the
/// rest) and at least 4,096 cells of equal width over the range (fine if the values are close together and
/// far from 0). Quartiles and counts come from whichever is finer at a value; the values of a cell that an
/// edge cuts are divided in proportion.
///
/// NaN is counted and excluded. Infinities do not widen the range: they are the counts below and above.
public struct AutomaticHistogram: StreamingStatistic, Hashable {
  /// The sketch of the values.
  public private(set) var sketch = QuantileSketch()
  private var grid = DyadicGrid()
  /// The rules for the edges.
  public var layout: HistogramLayout

  /// Creates an empty statistic.
  public init(layout: HistogramLayout = HistogramLayout()) { self.layout = layout }

  /// The number of values, infinities included.
  public var count: Int { sketch.count }

  /// The number of NaN, which are excluded.
  public var nanCount: Int { sketch.nanCount }

  /// The histogram, or nil if there are no finite values.
  public var value: Histogram? { HistogramSource(sketch, grid: grid)?.histogram(layout) }

  /// Adds one value.
  public mutating func update(_ input: Double) {
    sketch.update(input)
    if input.isFinite { grid.add(input + 0) }
  }

  /// Merges another statistic into this one.
  ///
  /// - Precondition: both have the same layout.
  public mutating func merge(_ other: AutomaticHistogram) {
    precondition(layout == other.layout, "histograms of different layouts cannot be merged")
    sketch.merge(other.sketch)
    grid.merge(other.grid)
  }
}

/// The rules by which a histogram chooses its edges.
public struct HistogramLayout: Hashable, Sendable {
  /// The largest number of bins, because a plot has a limited number of pixels.
  public var maximumBinCount: Int
  /// Whether edges are round numbers (1, 2, 2.5 or 5 times a power of ten apart), slightly beyond the range.
  public var hasRoundEdges: Bool
  /// The probabilities of the quantiles that the bins span; values outside count as below or above.
  public var coveredProbabilities: ClosedRange<Double>

  /// Creates a layout; the default has at most 200 bins from the smallest to the largest value.
  ///
  /// - Precondition: at least one bin; probabilities in 0...1.
  public init(
    maximumBinCount: Int = 200, hasRoundEdges: Bool = false, coveredProbabilities: ClosedRange<Double> = 0...1
  ) {
    precondition(maximumBinCount >= 1, "a histogram has at least one bin")
    precondition(
      coveredProbabilities.lowerBound >= 0 && coveredProbabilities.upperBound <= 1,
      "probabilities outside 0...1")
    self.maximumBinCount = maximumBinCount
    self.hasRoundEdges = hasRoundEdges
    self.coveredProbabilities = coveredProbabilities
  }
}
