import MisfitCore

/// How the columns of a crowd are scaled: once standardised and clipped, once by their quartiles and bent in.
///
/// Shapes: every part [D], together [6, D].
struct CrowdColumns: Sendable {
  /// The six parts, one after the other: offset and scale of the clipped view, offset and scale of the bent
  /// one, least and largest value.
  let parts: FloatSlice
  let width: Int

  /// Standardised values are cut off here, so that one wild value does not outweigh all other columns.
  static let clipLimit: Float = 5
  static let partCount = 6

  init(parts: FloatSlice, width: Int) {
    precondition(parts.count == Self.partCount * width, "six numbers a column")
    self.parts = parts
    self.width = width
  }

  /// Learns from those of `rows` that `isKept` names.
  ///
  /// A column that is constant among these takes its scale from all. Inputs that are scaled already are only
  /// moved.
  init(rows: ReferenceRows, isKept: [Bool], roles: [InputRole]? = nil) {
    let width = rows.width
    let parts = FloatBuffer(count: Self.partCount * width).all
    for column in 0..<width {
      let all = (0..<rows.count).map { rows.rows[$0 * width + column] }
      let kept = zip(all, isKept).compactMap { $1 ? $0 : nil }.sorted()
      var figures = Self.figures(ofSorted: kept, all: all)
      if roles?[column].isScaled ?? false { (figures[1], figures[2], figures[3]) = (1, figures[0], 1) }
      for (part, value) in figures.enumerated() { parts[part * width + column] = value }
    }
    self.init(parts: parts, width: width)
  }

  /// The six numbers of a column.
  private static func figures(ofSorted kept: [Float], all: [Float]) -> [Float] {
    let (mean, deviation) = moments(kept)
    var scale = deviation
    if scale <= 1e-12 { scale = moments(all).deviation }
    if scale <= 1e-12 { scale = 1 }
    // The range of the quartiles of a normal distribution is 1.349 deviations.
    var spread = (SortedValues.quantile(0.75, kept) - SortedValues.quantile(0.25, kept)) / 1.349
    if spread <= 1e-12 { spread = scale }
    return [
      mean, scale, SortedValues.quantile(0.5, kept), spread, Double(kept[0]), Double(kept[kept.count - 1]),
    ].map {
      Float($0)
    }
  }

  private static func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / count).squareRoot())
  }

  func part(_ index: Int) -> FloatSlice { parts[index * width..<(index + 1) * width] }

  /// The least value of a column among the rows learned from.
  func least(_ column: Int) -> Float { parts[4 * width + column] }

  /// The largest value of a column among the rows learned from.
  func largest(_ column: Int) -> Float { parts[5 * width + column] }

  /// Rows, standardised and clipped: both [R, D].
  func clip(_ rows: FloatSlice, into clipped: FloatSlice) {
    let (offsets, scales) = (part(0).span, part(1).span)
    transform(rows, clipped) { value, column in
      let standard = (value - offsets[column]) / scales[column]
      return min(max(standard, -Self.clipLimit), Self.clipLimit)
    }
  }

  /// Rows, scaled by their quartiles and bent in: both [R, D].
  func bend(_ rows: FloatSlice, into bent: FloatSlice) {
    let (offsets, scales) = (part(2).span, part(3).span)
    transform(rows, bent) { value, column in
      Mathematics.asinh((value - offsets[column]) / scales[column])
    }
  }

  private func transform(_ rows: FloatSlice, _ result: FloatSlice, _ body: (Float, Int) -> Float) {
    let source = rows.span
    result.withMutableSpan { result in
      for start in stride(from: 0, to: source.count, by: width) {
        for column in 0..<width { result[start + column] = body(source[start + column], column) }
      }
    }
  }
}
