extension QuantileSketch {
  /// The histogram of the values, with edges found by the rule of Freedman and Diaconis; nil without finite values.
  ///
  /// ``AutomaticHistogram`` says how close it is to one made from the values themselves.
  public func histogram(_ layout: HistogramLayout = HistogramLayout()) -> Histogram? {
    guard finiteCount > 0 else { return nil }
    let distribution = distribution()
    return histogram(edges: distribution.automaticEdges(layout), of: distribution)
  }

  /// The histogram of the values with given edges; nil unless they are finite and strictly ascending.
  public func histogram(edges: [Double]) -> Histogram? { histogram(edges: edges, of: distribution()) }

  private func histogram(edges: [Double], of distribution: EmpiricalDistribution) -> Histogram? {
    guard var histogram = Histogram(edges: edges), let last = edges.last else { return nil }
    var below = edges.map { distribution.finiteCountInterpolated(below: $0) }
    below[below.count - 1] = distribution.finiteCountInterpolated(atOrBelow: last)
    histogram.counts = zip(below.dropFirst(), below).map { $0 - $1 }
    histogram.belowCount = negativeInfinityCount + below[0]
    histogram.aboveCount = positiveInfinityCount + finiteCount - below[below.count - 1]
    histogram.nanCount = nanCount
    return histogram
  }
}

extension EmpiricalDistribution {
  /// The edges of Freedman and Diaconis within a layout's limits.
  ///
  /// - Precondition: there are finite values.
  func automaticEdges(_ layout: HistogramLayout) -> [Double] {
    let covered = layout.coveredProbabilities
    let lower = finiteQuantile(covered.lowerBound)
    let upper = finiteQuantile(covered.upperBound)
    // A single value gets a bin of width 1 around it, as NumPy does, or the narrowest that doubles can express.
    let margin = lower < upper ? 0 : max(0.5, lower.ulp)
    let range = (lower - margin)...(upper + margin)
    let count = automaticBinCount(over: range, limit: layout.maximumBinCount)
    guard layout.hasRoundEdges else { return Histogram.equalEdges(over: range, binCount: count) }
    return Histogram.roundEdges(covering: range, about: count, limit: layout.maximumBinCount)
  }

  private func automaticBinCount(over range: ClosedRange<Double>, limit: Int) -> Int {
    let quartiles = (finiteQuantile(0.25), finiteQuantile(0.75))
    let width = 2 * (quartiles.1 - quartiles.0) * Mathematics.pow(Double(finiteCount), -1.0 / 3)
    let extent = range.upperBound - range.lowerBound
    guard width > 0, width.isFinite, extent.isFinite else { return 1 }
    // Bins narrower than doubles near the ends can express would have equal edges.
    let distinct = extent / max(range.lowerBound.magnitude, range.upperBound.magnitude).ulp / 4
    return Int(max(1, min((extent / width).rounded(.up), Double(limit), distinct)))
  }

  func finiteQuantile(_ p: Double) -> Double {
    linearQuantile(p, count: finiteCount, valueAt: finiteValue(at:))
  }

  /// The number of finite values below an edge; a bucket that the edge cuts is shared out in proportion.
  func finiteCountInterpolated(below edge: Double) -> Int {
    if edge <= finiteRange.lowerBound { return 0 }
    if edge > finiteRange.upperBound { return finiteCount }
    let before = finiteCount(before: edge, orEqual: false)
    guard case .cumulative = finite else { return before }
    let inside = finiteCount(before: edge, orEqual: true) - before
    let bounds = LogLinearBuckets.bounds(ofKey: LogLinearBuckets.key(of: edge))
    let lower = max(bounds.lower, finiteRange.lowerBound)
    let upper = min(bounds.upper, finiteRange.upperBound)
    guard upper > lower else { return before }
    return before + Int((Double(inside) * (edge - lower) / (upper - lower)).rounded())
  }

  /// The number of finite values below or equal to the last edge.
  func finiteCountInterpolated(atOrBelow edge: Double) -> Int {
    if edge >= finiteRange.upperBound { return finiteCount }
    guard case .cumulative = finite else { return finiteCount(before: edge, orEqual: true) }
    return finiteCountInterpolated(below: edge)
  }
}
