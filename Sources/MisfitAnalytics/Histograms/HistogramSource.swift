import MisfitCore

/// The input of a histogram after the pass: the values themselves, or counts in one or two kinds of cells.
struct HistogramSource {
  private let sketch: QuantileSketch
  private let distribution: EmpiricalDistribution
  private let range: ClosedRange<Double>
  /// The cells; empty while the values are known.
  private let cells: [OrderedCells]

  /// Creates a source; nil without finite values.
  init?(_ sketch: QuantileSketch, grid: DyadicGrid?) {
    guard let minimum = sketch.finiteMinimum, let maximum = sketch.finiteMaximum else { return nil }
    self.sketch = sketch
    distribution = sketch.distribution()
    range = minimum...maximum
    cells = [distribution.cells, grid?.cells].compactMap { sketch.isExact ? nil : $0 }
  }

  func histogram(_ layout: HistogramLayout) -> Histogram? { histogram(edges: automaticEdges(layout)) }

  func histogram(edges: [Double]) -> Histogram? {
    guard var histogram = Histogram(edges: edges), let last = edges.last else { return nil }
    var below = edges.map { count(below: $0) }
    below[below.count - 1] = count(atOrBelow: last)
    // Two kinds of cells may disagree by a few values between edges that are close together.
    for index in below.indices.dropFirst() { below[index] = max(below[index], below[index - 1]) }
    histogram.counts = zip(below.dropFirst(), below).map { $0 - $1 }
    histogram.belowCount = sketch.negativeInfinityCount + below[0]
    histogram.aboveCount = sketch.positiveInfinityCount + sketch.finiteCount - below[below.count - 1]
    histogram.nanCount = sketch.nanCount
    return histogram
  }

  /// Returns the edges by the rule of Freedman and Diaconis within a layout's limits.
  private func automaticEdges(_ layout: HistogramLayout) -> [Double] {
    let lower = quantile(layout.coveredProbabilities.lowerBound)
    let upper = quantile(layout.coveredProbabilities.upperBound)
    // A single value gets a bin of width 1 around it, as in NumPy, or the narrowest bin of distinct doubles.
    let margin = lower < upper ? 0 : max(0.5, lower.ulp)
    let covered = (lower - margin)...(upper + margin)
    let count = binCount(over: covered, limit: layout.maximumBinCount)
    guard layout.hasRoundEdges else { return Histogram.equalEdges(over: covered, binCount: count) }
    return Histogram.roundEdges(covering: covered, about: count, limit: layout.maximumBinCount)
  }

  private func binCount(over covered: ClosedRange<Double>, limit: Int) -> Int {
    let width =
      2 * (quantile(0.75) - quantile(0.25)) * Mathematics.pow(Double(sketch.finiteCount), -1.0 / 3)
    let extent = covered.upperBound - covered.lowerBound
    guard width > 0, width.isFinite, extent.isFinite else { return 1 }
    // Bins narrower than the spacing of doubles near the ends would have equal edges.
    let distinct = extent / max(covered.lowerBound.magnitude, covered.upperBound.magnitude).ulp / 4
    return Int(max(1, min((extent / width).rounded(.up), Double(limit), distinct)))
  }

  /// Returns a quantile of the finite values; each order statistic comes from the narrower of the cells that
  /// contain it.
  private func quantile(_ p: Double) -> Double {
    SortedValues.numPyQuantile(p, count: sketch.finiteCount) { index in
      let isInner = index > 0 && index < sketch.finiteCount - 1
      let candidates = isInner ? cells.map { $0.value(at: index) } : []
      return candidates.min { $0.width < $1.width }?.value ?? distribution.finiteValue(at: index)
    }
  }

  /// Returns the number of finite values below an edge, from the cells that leave the fewest of them
  /// uncertain.
  private func count(below edge: Double) -> Int {
    if edge <= range.lowerBound { return 0 }
    if edge > range.upperBound { return sketch.finiteCount }
    return cells.map { $0.countBelow(edge) }.min { $0.uncertain < $1.uncertain }?.count
      ?? distribution.finiteCount(before: edge, orEqual: false)
  }

  /// Returns the number of finite values at or below the last edge.
  private func count(atOrBelow edge: Double) -> Int {
    if edge >= range.upperBound { return sketch.finiteCount }
    return cells.isEmpty ? distribution.finiteCount(before: edge, orEqual: true) : count(below: edge)
  }
}

extension EmpiricalDistribution {
  /// The buckets of the sketch, clipped to the range of the values; nil while the values are known.
  var cells: OrderedCells? {
    guard case .cumulative(let keys, let counts) = finite else { return nil }
    var cells = OrderedCells()
    for (index, key) in keys.enumerated() {
      let bounds = LogLinearBuckets.bounds(ofKey: key)
      let lower = max(bounds.lower, finiteRange.lowerBound)
      let upper = min(bounds.upper, finiteRange.upperBound)
      cells.append(lower: lower, upper: upper, count: counts[index] - (index > 0 ? counts[index - 1] : 0))
    }
    return cells
  }
}
