import MisfitIngest
import MisfitONNX

/// A linear scale for the values of a compressed column, shifted and divided so that floats can hold them.
struct LinearScale {
  let center: Double
  let unit: Double
  let decode: @Sendable (Double) -> Double

  var fromInput: @Sendable (Float) -> Float {
    { [center, unit, decode] input in
      Float(min(max((decode(Double(input)) - center) / unit, -1e30), 1e30))
    }
  }

  func value(_ scaled: Float) -> Double { Double(scaled) * unit + center }
}

extension TableColumn {
  /// The linear scale of the column's numbers or dates; nil if inputs are on a linear scale.
  var linearScale: LinearScale? {
    if let date = dates?.encoding, date.knee != nil {
      return LinearScale(center: date.offset, unit: date.scale) {
        date.seconds(ofTrend: $0 / date.weight)
      }
    }
    guard let number, let numbers, number.isLogarithmic || number.knee != nil || number.knots != nil else {
      return nil
    }
    let spread = max(numbers.upperQuartile - numbers.lowerQuartile, numbers.deviation)
    return LinearScale(center: numbers.median, unit: spread > 0 && spread.isFinite ? spread : 1) {
      number.decode($0)
    }
  }
}

extension TableColumn {
  /// The conversion of inputs to the linear scale as values of a graph; nil if inputs are on a linear scale.
  var linearGraph: (@Sendable (GraphValue) -> GraphValue)? {
    guard let scale = linearScale else { return nil }
    return { inputs in
      let values = valuesGraph(inputs) ?? inputs
      return ((values - scale.center) / scale.unit).atLeast(-1e30).atMost(1e30)
    }
  }
}
