import MisfitCore

/// A named series of counts between edges.
package struct HistogramSeries: Sendable, Hashable {
  /// The name of the series.
  package var name: String
  /// The bins' edges, ascending; one more than the counts.
  ///
  /// Empty if nothing was counted.
  package var edges: [Double]
  /// The number of values in each bin.
  package var counts: [Int]
  /// The number of values below the first edge.
  package var countBelow: Int
  /// The number of values above the last edge.
  package var countAbove: Int
  /// The color; nil selects the next of the palette.
  package var color: PlotColor?
  /// A line under the name in a panel: mean, standard deviation.
  package var caption: String?

  /// Creates a series.
  ///
  /// - Precondition: there is one edge more than counts, or there are none of either.
  package init(
    name: String, edges: [Double], counts: [Int], countBelow: Int = 0, countAbove: Int = 0,
    color: PlotColor? = nil, caption: String? = nil
  ) {
    precondition(
      edges.count == counts.count + 1 || (edges.isEmpty && counts.isEmpty),
      "a histogram has one edge more than counts")
    self.name = name
    self.edges = edges
    self.counts = counts
    self.countBelow = countBelow
    self.countAbove = countAbove
    self.color = color
    self.caption = caption
  }

  /// Whether there is nothing to draw: no value in any bin, or an edge is NaN.
  var isEmpty: Bool { counts.allSatisfy { $0 <= 0 } || edges.contains(where: \.isNaN) }

  /// The counts outside, as in `3 below, 12 above`; nil if all values are inside.
  var outsideText: String? {
    let parts = [(countBelow, "below"), (countAbove, "above")].filter { $0.0 > 0 }
      .map { "\(NumberText.grouped($0.0)) \($0.1)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Returns the notes about values outside the range, for the space below a plot.
  static func notes(_ series: [HistogramSeries]) -> [String] {
    let parts = series.compactMap { one in
      one.outsideText.map { series.count == 1 ? $0 : "\($0) (\(one.name))" }
    }
    return parts.isEmpty ? [] : ["Outside the range shown: \(parts.joined(separator: "; "))."]
  }
}

/// A value that a histogram marks with a vertical line.
package struct HistogramThreshold: Sendable, Hashable {
  /// The position of the line.
  package var value: Double
  /// The label, such as `threshold 0.031 (99 % of training)`.
  package var label: String

  /// Creates a mark.
  package init(value: Double, label: String) {
    self.value = value
    self.label = label
  }
}
