/// A color scale for numbers.
package enum ColorMap: Sendable, Hashable, CaseIterable {
  /// Dark violet to yellow, perceptually even: viridis.
  ///
  /// By Smith, van der Walt and Firing, matplotlib 3.11 (CC0), every 15th of its 256 colors.
  case sequential
  /// Blue through near-white to orange, for numbers with a sign.
  ///
  /// Okabe and Ito's blue and vermilion, interpolated in Oklab (Ottosson 2020), both arms equally dark at
  /// their ends.
  case diverging
  /// White to dark blue, for counts and shares: the blue arm of ``diverging``.
  case counts

  private static let viridis: [UInt32] = [
    0x440154, 0x481769, 0x472A7A, 0x433D84, 0x3D4E8A, 0x355E8D, 0x2E6D8E, 0x297B8E, 0x23898E, 0x1F978B,
    0x21A585, 0x2EB37C, 0x46C06F, 0x65CB5E, 0x89D548, 0xB0DD2F, 0xD8E219, 0xFDE725,
  ]
  private static let blueOrange: [UInt32] = [
    0x08305C, 0x08487B, 0x05619C, 0x227CB8, 0x559BCB, 0x81BADD, 0xAAD1E8, 0xD0E4F0, 0xF7F7F7, 0xF7DDCC,
    0xF6C3A1, 0xF1A777, 0xE68950, 0xD96921, 0xBB5000, 0x943B00, 0x702800,
  ]
  private static let whiteBlue: [UInt32] = blueOrange.prefix(9).reversed()

  /// Returns the color at a position in the map, from 0 to 1.
  ///
  /// Positions outside are clamped; NaN is gray.
  package func color(at fraction: Double) -> PlotColor {
    guard !fraction.isNaN else { return PlotColor(0xBDBDBD) }
    let table =
      switch self {
      case .sequential: Self.viridis
      case .diverging: Self.blueOrange
      case .counts: Self.whiteBlue
      }
    let place = min(max(fraction, 0), 1) * Double(table.count - 1)
    let index = min(Int(place), table.count - 2)
    return PlotColor(table[index]).mixed(with: PlotColor(table[index + 1]), fraction: place - Double(index))
  }
}
