import MisfitCore

/// Two scalings of the columns: standardized and clipped, and scaled by quartiles and compressed.
///
/// Shapes: six statistics of D columns: `statistics` [6, D].
struct ColumnScales: Sendable {
  /// The offsets and the scales of the clipped values, those of the compressed values, and the minimum and
  /// the maximum of each column: [6, D].
  let statistics: Rows

  /// The number of columns, D.
  var width: Int { statistics.width }

  /// The bound of standardized values, so that one extreme value does not dominate all other columns.
  static let clipLimit: Float = 5
  static let statisticCount = 6

  /// Creates the scalings from the statistics of a model file: [6, D].
  ///
  /// - Precondition: there are six numbers per column.
  init(statistics: FloatSlice, width: Int) {
    precondition(statistics.count == Self.statisticCount * width, "six numbers per column")
    self.statistics = Rows(statistics, width: width)
  }

  /// Computes the statistics of the rows for which `isKept` is true.
  ///
  /// A column that is constant among these is scaled by its deviation among all rows. Inputs that are scaled
  /// already are only shifted.
  init(rows: ReferenceRows, isKept: [Bool], roles: [InputRole]? = nil) {
    let width = rows.width
    let values = rows.rows.slice.span
    statistics = Rows(count: Self.statisticCount, width: width)
    for column in 0..<width {
      let all = (0..<rows.count).map { values[$0 * width + column] }
      let kept = zip(all, isKept).compactMap { $1 ? $0 : nil }.sorted()
      var figures = Self.figures(ofSorted: kept, all: all)
      if roles?[column].isScaled ?? false { (figures[1], figures[2], figures[3]) = (1, figures[0], 1) }
      for (index, value) in figures.enumerated() { statistics[index][column] = value }
    }
  }

  /// Returns the six statistics of a column.
  private static func figures(ofSorted kept: [Float], all: [Float]) -> [Float] {
    let (mean, deviation) = moments(kept)
    var scale = deviation
    if scale <= 1e-12 { scale = moments(all).deviation }
    if scale <= 1e-12 { scale = 1 }
    // The interquartile range of a normal distribution is 1.349 standard deviations.
    var spread = (SortedValues.quantile(0.75, kept) - SortedValues.quantile(0.25, kept)) / 1.349
    if spread <= 1e-12 { spread = scale }
    let median = SortedValues.quantile(0.5, kept)
    return [mean, scale, median, spread, Double(kept[0]), Double(kept[kept.count - 1])].map { Float($0) }
  }

  private static func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / count).squareRoot())
  }

  /// The minimum of each column among the learned rows: [D].
  var minima: FloatSlice { statistics[4] }

  /// The maximum of each column among the learned rows: [D].
  var maxima: FloatSlice { statistics[5] }

  /// Writes the standardized and clipped values of rows: both [R, D].
  func clip(_ rows: FloatSlice, into clipped: FloatSlice) {
    transform(rows, clipped, offsets: statistics[0], scales: statistics[1]) { standardized in
      min(max(standardized, -Self.clipLimit), Self.clipLimit)
    }
  }

  /// Writes the standardized values of rows: both [R, D].
  func standardize(_ rows: FloatSlice, into standardized: FloatSlice) {
    transform(rows, standardized, offsets: statistics[0], scales: statistics[1]) { $0 }
  }

  /// Writes the inverse hyperbolic sines of values scaled by their quartiles: both [R, D].
  func compress(_ rows: FloatSlice, into compressed: FloatSlice) {
    transform(rows, compressed, offsets: statistics[2], scales: statistics[3]) { Mathematics.asinh($0) }
  }

  private func transform(
    _ rows: FloatSlice, _ result: FloatSlice, offsets: FloatSlice, scales: FloatSlice,
    _ body: (Float) -> Float
  ) {
    let (source, offsets, scales) = (rows.span, offsets.span, scales.span)
    let width = width
    result.withMutableSpan { result in
      for start in stride(from: 0, to: source.count, by: width) {
        for column in 0..<width {
          result[start + column] = body((source[start + column] - offsets[column]) / scales[column])
        }
      }
    }
  }
}
