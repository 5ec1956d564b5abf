/// A named series of numbers by epoch (or any ascending x).
package struct CurveSeries: Sendable, Hashable {
  /// The name of the quantity.
  package var name: String
  /// The positions on the x axis, one for each value.
  package var positions: [Double]
  /// The values; nil, NaN and infinity leave a gap.
  package var values: [Double?]
  /// The color; nil selects the next of the palette.
  package var color: PlotColor?

  /// Creates a series of values at positions.
  ///
  /// - Precondition: there are as many positions as values.
  package init(name: String, positions: [Double], values: [Double?], color: PlotColor? = nil) {
    precondition(positions.count == values.count, "a curve needs a position for each value")
    self.name = name
    self.positions = positions
    self.values = values
    self.color = color
  }

  /// Creates a series of one value per epoch, from epoch 1.
  package init(name: String, valuesByEpoch: [Double?], color: PlotColor? = nil) {
    self.init(
      name: name, positions: valuesByEpoch.indices.map { Double($0 + 1) }, values: valuesByEpoch,
      color: color)
  }

  /// Returns the values that can be shown, in runs without gaps.
  func runs(scale: AxisScale) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = [[]]
    for (position, value) in zip(positions, values) {
      if let value, value.isFinite, position.isFinite, scale == .linear || value > 0 {
        runs[runs.count - 1].append((position, value))
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }
}
