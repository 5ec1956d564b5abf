/// A color in sRGB with an opacity.
package struct PlotColor: Hashable, Sendable {
  /// Red, 0 to 255.
  package var red: UInt8
  /// Green, 0 to 255.
  package var green: UInt8
  /// Blue, 0 to 255.
  package var blue: UInt8
  /// Opacity, from 0 (invisible) to 1.
  package var opacity: Double

  /// Creates a color from its components.
  package init(red: UInt8, green: UInt8, blue: UInt8, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// Creates a color from a number such as `0x0072B2`.
  package init(_ hex: UInt32, opacity: Double = 1) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex), opacity: opacity)
  }

  /// Returns the same color with another opacity.
  package func opacity(_ opacity: Double) -> PlotColor {
    PlotColor(red: red, green: green, blue: blue, opacity: opacity)
  }

  /// Returns the color at a fraction of the way to another, in sRGB.
  package func mixed(with other: PlotColor, fraction: Double) -> PlotColor {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * min(max(fraction, 0), 1)).rounded())
    }
    return PlotColor(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
      opacity: opacity + (other.opacity - opacity) * fraction)
  }

  /// Relative luma from 0 to 1 (ITU-R BT.601), to choose dark or light text on this color.
  var luma: Double { (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255 }

  static let white = PlotColor(0xFFFFFF)
  /// The color of titles and numbers.
  static let ink = PlotColor(0x2B2B2B)
  /// The color of subtitles, notes and tick labels.
  static let mutedInk = PlotColor(0x5F6368)
  /// The color of axis lines.
  static let axis = PlotColor(0x9AA0A6)
  /// The color of grid lines.
  static let grid = PlotColor(0xE8EAED)
  /// The color of minor grid lines.
  static let minorGrid = PlotColor(0xF4F5F6)
}
