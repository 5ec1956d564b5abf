/// Colors that people with any color vision can distinguish.
package enum Palette {
  /// Eight colors by Okabe and Ito ("Color Universal Design", 2008), blue first, black last.
  package static let categorical: [PlotColor] = [
    PlotColor(0x0072B2), PlotColor(0xE69F00), PlotColor(0x009E73), PlotColor(0xD55E00),
    PlotColor(0x56B4E9), PlotColor(0xCC79A7), PlotColor(0xF0E442), PlotColor(0x000000),
  ]

  /// Ten colors for more categories: Paul Tol's "muted" scheme (Tol, "Colour schemes", 2021), with its gray
  /// darkened.
  package static let manyCategories: [PlotColor] = [
    PlotColor(0x332288), PlotColor(0xCC6677), PlotColor(0x117733), PlotColor(0xDDCC77),
    PlotColor(0x88CCEE), PlotColor(0x882255), PlotColor(0x44AA99), PlotColor(0x999933),
    PlotColor(0xAA4499), PlotColor(0x777777),
  ]

  /// Returns the colors for a number of categories, repeated past ten.
  package static func colors(forCategories count: Int) -> [PlotColor] {
    // The seventh, yellow, is faint on white, so the other scheme is used before it is needed.
    if count <= 6 { return Array(categorical.prefix(max(count, 0))) }
    return (0..<count).map { manyCategories[$0 % manyCategories.count] }
  }

  /// The color of values beyond a threshold, and of errors.
  package static let alert = PlotColor(0xC0392B)
}
