import MisfitCore

/// Counts between edges, under a name.
public struct HistogramSeries: Sendable, Hashable {
  /// What was counted.
  public var name: String
  /// The bins' edges, rising; one more than the counts.
  ///
  /// Empty where nothing was counted.
  public var edges: [Double]
  /// How many values lie in each bin.
  public var counts: [Int]
  /// How many values lie below the first edge.
  public var countBelow: Int
  /// How many values lie above the last edge.
  public var countAbove: Int
  /// The colour; nil takes the next of the palette.
  public var color: PlotColor?
  /// A line under the name in a panel: mean, standard deviation.
  public var caption: String?

  /// Makes a series.
  ///
  /// - Precondition: there is one edge more than counts, or there are none of either.
  public init(
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

  /// Whether there is nothing to draw: no value in any bin, or edges that are no numbers.
  var isEmpty: Bool { counts.allSatisfy { $0 <= 0 } || edges.contains(where: \.isNaN) }

  /// `3 below, 12 above`; nil where all values are inside.
  var outsideText: String? {
    let parts = [(countBelow, "below"), (countAbove, "above")].filter { $0.0 > 0 }
      .map { "\(NumberText.grouped($0.0)) \($0.1)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What is outside, for notes below a plot.
  static func notes(_ series: [HistogramSeries]) -> [String] {
    let parts = series.compactMap { one in
      one.outsideText.map { series.count == 1 ? $0 : "\($0) (\(one.name))" }
    }
    return parts.isEmpty ? [] : ["Outside the range shown: \(parts.joined(separator: "; "))."]
  }
}

/// A value that a histogram marks with a vertical line.
public struct HistogramThreshold: Sendable, Hashable {
  /// Where the line stands.
  public var value: Double
  /// What it means, such as `threshold 0.031 (99 % of training)`.
  public var label: String

  /// Makes a mark.
  public init(value: Double, label: String) {
    self.value = value
    self.label = label
  }
}
