import MisfitImages

/// The color scale of heat maps, the same for all images: 0 is usual, 1 is the threshold, 4 and more the
/// brightest color.
///
/// A value has one of 256 levels, 64 for each unit, which are the indices of a palette: so a map that is
/// written with its levels is a picture and a table of values at once. Colors get brighter with the value, so
/// that the scale can be read in gray, and change their hue at the threshold.
package enum HeatScale {
  /// The number of levels between 0 and the threshold.
  package static let levelsPerUnit = 64

  /// Returns the level of a value in units of the threshold: clamped to 0...255, rounded down, NaN to 0.
  ///
  /// A value above the threshold has a level of at least 64.
  package static func level(of value: Float) -> UInt8 {
    value > 0 ? UInt8(min(value * Float(levelsPerUnit), 255)) : 0
  }

  /// The colors of all levels, dark violet below the threshold and orange to yellow above.
  package static let colors: [PlotColor] = (0...255).map { level in
    let value = Double(level) / Double(levelsPerUnit)
    return value < 1 ? color(at: value, in: below) : color(at: (value - 1) / 3, in: above)
  }

  /// The colors of all levels: red, green and blue in turn.
  package static let palette: [UInt8] = colors.flatMap { [$0.red, $0.green, $0.blue] }

  /// The parts of the map "inferno" by Smith and van der Walt, matplotlib 3.11 (CC0).
  private static let below: [PlotColor] = [0x000004, 0x160B39, 0x420A68, 0x6A176E, 0x8A226A].map {
    PlotColor($0)
  }
  private static let above: [PlotColor] = [0xDD513A, 0xED6925, 0xFB9B06, 0xF7D13D, 0xFCFFA4].map {
    PlotColor($0)
  }

  private static func color(at fraction: Double, in table: [PlotColor]) -> PlotColor {
    let place = min(max(fraction, 0), 1) * Double(table.count - 1)
    let index = min(Int(place), table.count - 2)
    return table[index].mixed(with: table[index + 1], fraction: place - Double(index))
  }
}
