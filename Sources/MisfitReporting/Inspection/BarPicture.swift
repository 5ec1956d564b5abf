import MisfitCore

/// A histogram of a fixed size without axes.
enum BarPicture {
  static let width = 240
  static let height = 80

  /// Returns an SVG document with a bar for each value, over wider gray bars if there are some.
  static func svg(_ values: [Double], over others: [Double] = []) -> String {
    let most = max((values + others).max() ?? 0, 1e-300)
    let open = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)">
      """
    let back = bars(others, most: most, color: "#b0b0b0", share: 0.95)
    return open + back + bars(values, most: most, color: "#4c78a8", share: others.isEmpty ? 0.93 : 0.5)
      + "</svg>"
  }

  /// Returns the rectangles of bars, which take a share of the space between them.
  private static func bars(_ values: [Double], most: Double, color: String, share: Double) -> String {
    let step = Double(width) / Double(max(1, values.count))
    var text = "<g fill=\"\(color)\">"
    for (index, value) in values.enumerated() where value > 0 {
      let bar = max(1, value / most * Double(height - 2))
      let x = (Double(index) + (1 - share) / 2) * step
      text += "<rect x=\"\(NumberText.fixed(x, decimals: 1))\""
      text += " y=\"\(NumberText.fixed(Double(height) - bar, decimals: 1))\""
      text += " width=\"\(NumberText.fixed(step * share, decimals: 1))\""
      text += " height=\"\(NumberText.fixed(bar, decimals: 1))\"/>"
    }
    return text + "</g>"
  }
}
