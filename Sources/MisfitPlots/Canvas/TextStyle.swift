/// How text looks.
public struct TextStyle: Hashable, Sendable {
  /// The height of the font in points.
  public var size: Double
  /// Whether it is bold.
  public var isBold: Bool
  /// Its colour.
  public var color: PlotColor

  /// Makes a style.
  public init(size: Double, isBold: Bool = false, color: PlotColor? = nil) {
    self.size = size
    self.isBold = isBold
    self.color = color ?? .ink
  }

  /// From one base line to the next.
  public var lineHeight: Double { (size * 1.32).rounded(.up) }

  /// A plot's title.
  public static let title = TextStyle(size: 17, isBold: true)
  /// What stands below the title.
  public static let subtitle = TextStyle(size: 12.5, color: .mutedInk)
  /// A heading inside a picture.
  public static let heading = TextStyle(size: 13, isBold: true)
  /// An axis' name, a legend's entry.
  public static let label = TextStyle(size: 12.5)
  /// A tick's number.
  public static let tick = TextStyle(size: 11.5, color: .mutedInk)
  /// A remark.
  public static let note = TextStyle(size: 11, color: .mutedInk)
}

/// Which part of a text lies at the given x.
public enum HorizontalAlignment: Sendable, Hashable {
  /// Its beginning.
  case left
  /// Its middle.
  case center
  /// Its end.
  case right
}

/// Which part of a text lies at the given y.
public enum VerticalAlignment: Sendable, Hashable {
  /// The top of its tallest letters.
  case top
  /// The middle of its capitals.
  case middle
  /// The line it stands on.
  case baseline
}
