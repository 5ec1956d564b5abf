/// The style of text.
package struct TextStyle: Hashable, Sendable {
  /// The height of the font in points.
  package var size: Double
  /// Whether the text is bold.
  package var isBold: Bool
  /// The color of the text.
  package var color: PlotColor

  /// Creates a style.
  package init(size: Double, isBold: Bool = false, color: PlotColor? = nil) {
    self.size = size
    self.isBold = isBold
    self.color = color ?? .ink
  }

  /// The distance between two baselines.
  package var lineHeight: Double { (size * 1.32).rounded(.up) }

  /// The style of a plot's title.
  package static let title = TextStyle(size: 17, isBold: true)
  /// The style of the line below the title.
  package static let subtitle = TextStyle(size: 12.5, color: .mutedInk)
  /// The style of a heading inside a plot.
  package static let heading = TextStyle(size: 13, isBold: true)
  /// The style of axis labels and legend entries.
  package static let label = TextStyle(size: 12.5)
  /// The style of tick labels.
  package static let tick = TextStyle(size: 11.5, color: .mutedInk)
  /// The style of remarks.
  package static let note = TextStyle(size: 11, color: .mutedInk)
}

/// The part of a text that is aligned to the given x.
package enum HorizontalAlignment: Sendable, Hashable {
  /// The left end.
  case left
  /// The middle.
  case center
  /// The right end.
  case right
}

/// The part of a text that is aligned to the given y.
package enum VerticalAlignment: Sendable, Hashable {
  /// The top of the tallest letters.
  case top
  /// The middle of the capitals.
  case middle
  /// The baseline.
  case baseline
}
