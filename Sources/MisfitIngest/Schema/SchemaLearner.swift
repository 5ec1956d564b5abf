import MisfitCore

/// Learns a schema from batches, one pass, constant memory.
///
/// Means and variances are updated by Welford's method, row by row, so that the result does not depend on the
/// batches, and merged by the formula of Chan, Golub and LeVeque (1979). All sums are doubles. Sources
/// deliver finite values only.
package struct SchemaLearner: Sendable {
  private let layout: RecordLayout
  /// The number of rows seen so far.
  package private(set) var rowCount = 0
  private var means: [Double]
  private var squares: [Double]
  private var minima: [Double]
  private var maxima: [Double]

  /// Makes a learner that has seen no rows.
  package init(layout: RecordLayout) {
    self.layout = layout
    let zeros = Array(repeating: 0.0, count: layout.width)
    means = zeros
    squares = zeros
    minima = Array(repeating: .infinity, count: layout.width)
    maxima = Array(repeating: -.infinity, count: layout.width)
  }

  /// Adds the rows of a batch.
  ///
  /// - Precondition: the batch has the layout's width.
  package mutating func update(_ batch: borrowing RecordBatch) {
    precondition(batch.width == layout.width, "a batch of another width")
    let count = batch.rowCount * batch.width
    switch batch.valueKind {
    case .float64: addRows(batch.values.span.extracting(first: count)) { $0 }
    case .uint8: addRows(batch.bytes.span.extracting(first: count)) { Double($0) }
    }
  }

  private mutating func addRows<Value>(_ values: Span<Value>, _ double: (Value) -> Double) {
    Self.add(
      values, double, after: rowCount, means: &means, squares: &squares, minima: &minima, maxima: &maxima)
    rowCount += values.count / layout.width
  }

  /// ``RunningVariance`` of all columns at once, with one division a row; its bits differ from that of single
  /// columns.
  ///
  /// Apart from `self`, so that all four arrays can be written as spans at once.
  private static func add<Value>(
    _ values: Span<Value>, _ double: (Value) -> Double, after rowCount: Int, means: inout [Double],
    squares: inout [Double], minima: inout [Double], maxima: inout [Double]
  ) {
    let width = means.count
    var means = means.mutableSpan
    var squares = squares.mutableSpan
    var minima = minima.mutableSpan
    var maxima = maxima.mutableSpan
    var rowCount = rowCount
    for start in stride(from: 0, to: values.count, by: width) {
      rowCount += 1
      let inverse = 1 / Double(rowCount)
      for column in 0..<width {
        let value = double(values[start + column])
        let difference = value - means[column]
        let mean = means[column] + difference * inverse
        means[column] = mean
        squares[column] += difference * (value - mean)
        minima[column] = min(minima[column], value)
        maxima[column] = max(maxima[column], value)
      }
    }
  }

  /// Adds the rows that another learner has seen.
  ///
  /// - Precondition: both learn the same layout.
  package mutating func merge(_ other: SchemaLearner) {
    precondition(other.layout.width == layout.width, "learners of different widths")
    guard other.rowCount > 0 else { return }
    guard rowCount > 0 else {
      self = other
      return
    }
    let total = Double(rowCount + other.rowCount)
    let share = Double(other.rowCount) / total
    for column in 0..<layout.width {
      let difference = other.means[column] - means[column]
      means[column] += difference * share
      squares[column] += other.squares[column] + difference * difference * Double(rowCount) * share
      minima[column] = min(minima[column], other.minima[column])
      maxima[column] = max(maxima[column], other.maxima[column])
    }
    rowCount += other.rowCount
  }

  /// Returns the schema of the rows seen so far.
  ///
  /// - Throws: ``IngestError`` if there was no row, or if the values of a column are too far apart.
  package func schema(scaling choice: ScalingChoice, source: String) throws(IngestError) -> Schema {
    guard rowCount > 0 else {
      throw IngestError(.tooFewRows(0, needed: 1), at: InputPosition(source: source))
    }
    let deviations = squares.map { ($0 / Double(rowCount)).squareRoot() }
    for column in 0..<layout.width
    where !deviations[column].isFinite || !(maxima[column] - minima[column]).isFinite {
      let place = InputPosition(source: source, column: layout.featureName(at: column))
      throw IngestError(.rangeTooLarge, at: place)
    }
    let scaling = Scaling(
      choice, layout, means: means, deviations: deviations, minima: minima, maxima: maxima)
    return Schema(
      shape: layout.shape, columnNames: layout.columns, namesAreGiven: layout.namesAreGiven,
      scaling: scaling.choice, rowCount: rowCount, means: means, standardDeviations: deviations,
      minima: minima, maxima: maxima, offsets: scaling.offsets, scales: scaling.scales,
      preparation: layout.preparation)
  }
}

/// The offsets and scales of a scaling choice.
private struct Scaling {
  let choice: ScalingChoice
  let offsets: [Double]
  let scales: [Double]

  init(
    _ wanted: ScalingChoice, _ layout: RecordLayout, means: [Double], deviations: [Double],
    minima: [Double], maxima: [Double]
  ) {
    let width = layout.width
    let zeros = Array(repeating: 0.0, count: width)
    let least = minima.min() ?? 0
    let largest = maxima.max() ?? 0
    func uniform(_ offset: Double, _ scale: Double) -> ([Double], [Double]) {
      (Array(repeating: offset, count: width), Array(repeating: Self.usable(scale), count: width))
    }
    switch wanted {
    case .none:
      (choice, offsets, scales) = (.none, zeros, Array(repeating: 1, count: width))
    case .standard:
      (choice, offsets, scales) = (.standard, means, deviations.map(Self.usable))
    case .minMax:
      (choice, offsets) = (.minMax, minima)
      scales = zip(minima, maxima).map { Self.usable($1 - $0) }
    case .robust, .quantileNormal:
      preconditionFailure("quantiles are learned by the profile of a table")
    case .automatic where layout.valueKind == .uint8 || layout.holdsPixels:
      choice = .minMax
      (offsets, scales) = uniform(0, 255)
    case .automatic where least >= 0 && largest <= 1:
      (choice, offsets, scales) = (.none, zeros, Array(repeating: 1, count: width))
    case .automatic where layout.shape.imageExtents != nil:
      choice = .minMax
      (offsets, scales) = uniform(least, largest - least)
    case .automatic:
      (choice, offsets, scales) = (.standard, means, deviations.map(Self.usable))
    }
  }

  /// Returns 1 for a constant column, and for a deviation that is rounding error alone.
  private static func usable(_ scale: Double) -> Double { scale.isNormal ? scale : 1 }
}
