import MisfitCore
import MisfitONNX

/// The cells of a column of numbers: one input.
package struct NumberCells: CellCoding {
  /// The encoding of the numbers.
  package var encoding: NumberEncoding
  /// The notation of the numbers in a text.
  package var notation = NumberNotation()
  /// Whether they are whole numbers from 0 on.
  package var isCount = false
  /// The numbers that mean "no value" in a text.
  package var sentinels: [Double] = []

  var inputCount: Int { 1 }
  var isUsable: Bool { encoding.isUsable }
  var reader: ColumnReader { .number }

  func encode(_ value: Double, into inputs: inout MutableSpan<Float>, at start: Int, unseen: Float) {
    inputs[start] = Float(encoding.encode(value))
  }

  func neutralInputs(of column: TableColumn) -> [Float] { [Float(encoding.center)] }

  func unseenInputs(of column: TableColumn) -> [Float] { [Float(encoding.far)] }

  func loss(of column: TableColumn) -> (kind: TableCell.Kind, factor: Double) {
    let spread = encoding.spread(of: column.numbers)
    return (.numbers, 1 / (spread * spread))
  }

  func decode(_ outputs: Span<Float>, at start: Int) -> CellValue {
    .number(encoding.decode(Double(outputs[start])))
  }

  func cell(_ value: Double, text: String?) -> CellValue { .number(value) }

  func encodingText(of column: TableColumn) -> String { encoding.text }
}

extension NumberEncoding {
  /// Returns the standard deviation after scaling if it is known; 1 if scaling aims at it.
  fileprivate func spread(of numbers: NumberFigures?) -> Double {
    guard let numbers, knots == nil, knee == nil, !isLogarithmic else { return 1 }
    let spread = numbers.deviation / scale
    // Outside this range the square under- or overflows a Float, and differences are rounding error alone.
    return (1e-15...1e15).contains(spread) ? spread : 1
  }

  /// The scaling in a few words.
  fileprivate var text: String {
    if knots != nil { return "quantiles of a normal distribution" }
    if isLogarithmic { return "logarithm, standardized" }
    if knee != nil { return "median and quartiles, extreme values log-compressed" }
    return offset == 0 && scale == 1 ? "as it is" : center == 0 ? "standardized" : "to [0, 1]"
  }
}

extension NumberCells {
  var port: CellPort { .numbers }

  func graph(_ values: GraphValue, unseen: Float) -> GraphValue { encoding.graph(values) }

  func decodedGraph(_ outputs: GraphValue) -> GraphValue { encoding.decodedGraph(outputs) }
}
