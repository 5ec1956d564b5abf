import MisfitCore

/// Counts between edges, under a name.
public struct HistogramSeries: Sendable, Hashable {
  /// What was counted.
  public var name: String
  /// The bins' edges, rising; one more than the counts. Empty where nothing was counted.
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

  /// Whether nothing lies in any bin.
  var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// `3 below and 12 above the range shown`; nil where all values are inside.
  var outsideText: String? {
    switch (countBelow, countAbove) {
    case (0, 0): nil
    case (_, 0): "\(NumberText.grouped(countBelow)) below the range shown"
    case (0, _): "\(NumberText.grouped(countAbove)) above the range shown"
    default:
      "\(NumberText.grouped(countBelow)) below and \(NumberText.grouped(countAbove)) above the range shown"
    }
  }

  /// What is outside, for notes below a plot.
  static func notes(_ series: [HistogramSeries]) -> [String] {
    series.compactMap { one in
      one.outsideText.map { series.count == 1 ? "Not shown: \($0)." : "\(one.name), not shown: \($0)." }
    }
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
