extension QuantileSketch {
  /// Returns the histogram of the values, with edges by the rule of Freedman and Diaconis; nil without finite
  /// values.
  ///
  /// It is that of ``AutomaticHistogram``, but with the resolution of the sketch alone: beyond the exact
  /// limit, values within 0.2 % of each other are spread evenly.
  public func histogram(_ layout: HistogramLayout = HistogramLayout()) -> Histogram? {
    HistogramSource(self, grid: nil)?.histogram(layout)
  }

  /// Returns the histogram of the values with given edges; nil without finite values, or unless the edges are
  /// finite and strictly ascending.
  public func histogram(edges: [Double]) -> Histogram? {
    HistogramSource(self, grid: nil)?.histogram(edges: edges)
  }
}
