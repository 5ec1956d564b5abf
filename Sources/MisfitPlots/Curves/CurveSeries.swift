/// A number by epoch (or any rising x), under a name.
public struct CurveSeries: Sendable, Hashable {
  /// What is measured.
  public var name: String
  /// Where on the x axis, one for each value.
  public var positions: [Double]
  /// The values; nil, NaN and infinity leave a gap.
  public var values: [Double?]
  /// The colour; nil takes the next of the palette.
  public var color: PlotColor?

  /// Makes a series of values at places.
  ///
  /// - Precondition: there are as many places as values.
  public init(name: String, positions: [Double], values: [Double?], color: PlotColor? = nil) {
    precondition(positions.count == values.count, "a curve has a place for each value")
    self.name = name
    self.positions = positions
    self.values = values
    self.color = color
  }

  /// Makes a series of one value an epoch, from epoch 1.
  public init(name: String, valuesByEpoch: [Double?], color: PlotColor? = nil) {
    self.init(
      name: name, positions: valuesByEpoch.indices.map { Double($0 + 1) }, values: valuesByEpoch,
      color: color)
  }

  /// The values that can be shown, in runs without gaps.
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
