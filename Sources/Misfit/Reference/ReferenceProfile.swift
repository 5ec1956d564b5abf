import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import Synchronization

/// The distribution of each column of numbers in the rows that a model learned from, in about 64 bins.
///
/// Other data is compared with it. The counts of levels and of missing cells are in the schema.
package struct ReferenceProfile: Sendable, Hashable {
  /// The distribution of a column.
  package struct Column: Sendable, Hashable {
    /// The edges between the bins, ascending, as inputs of the model.
    ///
    /// A bin holds the values above one edge, up to the next. The first and the last bin hold what is outside
    /// the range of training.
    package var edges: [Float]
    /// The number of rows of each bin, one more than edges.
    package var counts: [Int]
    /// Kendall's correlation of the values with the order of the rows, -1 to 1.
    package var trend: Float
  }

  /// The columns of the schema; nil for those without numbers.
  package var columns: [Column?]

  /// The usual number of bins of a column with many values.
  static let binCount = 62
  /// The largest number of rows of a profile, and of their values.
  private static let rowLimit = 1 << 15
  private static let valueLimit = 1 << 21

  init(columns: [Column?]) { self.columns = columns }

  /// Counts encoded rows; nil for images and without rows.
  ///
  /// Of many rows, it takes some at equal distances.
  ///
  /// - Throws: ``IngestError`` if the rows cannot be read.
  init?(_ rows: RowStore, _ schema: Schema, on pool: WorkerPool) throws {
    guard schema.shape.imageExtents == nil, rows.rowCount > 0 else { return nil }
    let limit = max(1 << 10, min(Self.rowLimit, Self.valueLimit / rows.width))
    let count = min(rows.rowCount, limit)
    let sample = FloatBuffer(count: count * rows.width).all
    for index in 0..<count {
      let row = count == rows.rowCount ? index : Int(Double(index) / Double(count) * Double(rows.rowCount))
      try rows.copyRows(
        row..<row + 1, into: sample[index * rows.width..<(index + 1) * rows.width])
    }
    let width = rows.width
    let columns = Mutex<[Column?]>(Array(repeating: nil, count: schema.width))
    pool.run(shardCount: schema.width) { column in
      guard schema.table?.used[column].holdsNumbers ?? true else { return }
      let found = Column(
        Self.values(of: column, in: sample, width: width, schema), of: column, schema)
      columns.withLock { $0[column] = found }
    }
    self.columns = columns.withLock { $0 }
  }

  /// Returns the inputs of a column that are not missing, in the order of the rows.
  private static func values(
    of column: Int, in sample: FloatSlice, width: Int, _ schema: Schema
  ) -> [Float] {
    let inputs = schema.inputs(of: column)
    let indicator = schema.table?.used[column].hasIndicator ?? false ? inputs.upperBound - 1 : nil
    return stride(from: 0, to: sample.count, by: width).compactMap { start in
      if let indicator, sample[start + indicator] > 0 { return nil }
      let value = sample[start + inputs.lowerBound]
      return value.isNaN ? nil : value + 0
    }
  }
}

extension ReferenceProfile.Column {
  /// Counts the values of a column, in the order of their rows; nil if there are none.
  fileprivate init?(_ values: [Float], of column: Int, _ schema: Schema) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let binCount = ReferenceProfile.binCount
    let depth = max(1, (sorted.count + binCount - 1) / binCount)
    edges = [Self.edge(outside: sorted[0], sign: -1, column, schema)]
    counts = [0]
    var start = 0
    for index in 1..<max(1, sorted.count)
    where sorted[index] != sorted[index - 1] && index - start >= depth {
      // In the middle of a gap, so that rounding moves no value across it.
      let middle = (sorted[index - 1] + sorted[index]) / 2
      edges.append(middle < sorted[index] ? middle : sorted[index - 1])
      counts.append(index - start)
      start = index
    }
    counts.append(sorted.count - start)
    edges.append(Self.edge(outside: sorted[sorted.count - 1], sign: 1, column, schema))
    counts.append(0)
    trend = ReferenceProfile.trend(of: values)
  }

  /// Returns an edge just outside an extreme value, whose number differs from that of the value.
  private static func edge(outside value: Float, sign: Float, _ column: Int, _ schema: Schema) -> Float {
    let number = schema.number(ofInput: value, column: column)
    var margin = max(1e-6, value.magnitude * 1e-6)
    while margin < 1e15 {
      let edge = schema.number(ofInput: value + sign * margin, column: column)
      if sign > 0 ? edge > number : edge < number { break }
      margin *= 4
    }
    return value + sign * margin
  }
}

extension ReferenceProfile {
  /// The number of blocks of rows whose means show a trend.
  static let blockCount = 32

  /// Returns Kendall's correlation of the means of blocks with their order; 0 for too few rows.
  fileprivate static func trend(of values: [Float]) -> Float {
    guard values.count >= blockCount else { return 0 }
    let means = (0..<blockCount).map { block in
      let range = block * values.count / blockCount..<(block + 1) * values.count / blockCount
      return values[range].reduce(0.0) { $0 + Double($1) } / Double(range.count)
    }
    return Float(KendallTrend(means)?.correlation ?? 0)
  }
}

extension Schema {
  /// Returns the number that an input of a column of numbers encodes.
  func number(ofInput input: Float, column: Int) -> Double {
    table?.used[column].number.map { $0.decode(Double(input)) } ?? decode(input, column: column)
  }
}
