import MisfitCore
import MisfitIngest
import MisfitModels

/// The reasons of the rows of one detector.
///
/// What does not depend on a row is computed once, so that the first reasons of many rows take little time.
package struct RowReasons {
  private let detector: Detector
  private let schema: Schema
  private let columns: [Column]
  /// The columns that may be reasons, ascending.
  ///
  /// Times and names of series only order the rows.
  private let candidates: [Int]
  private let hasMixedLoss: Bool
  private let comparesExpectations: Bool

  /// What is needed of a column to compute its share.
  private struct Column {
    var inputs: Range<Int>
    var expectsMissing: Bool
    /// Whether its times only order the rows, so that they do not cause the errors of other columns.
    var ordersRows: Bool
  }

  /// One row of a batch: its values, and access to its cells.
  struct Row: ~Escapable {
    /// The values that the reconstruction is compared with: [E].
    let input: Span<Float>
    let reconstruction: Span<Float>
    /// The shares of the model's own score: [E]; empty if it is a reconstruction error.
    let shares: Span<Float>

    @_lifetime(copy input, copy reconstruction, copy shares)
    init(input: Span<Float>, reconstruction: Span<Float>, shares: Span<Float>) {
      self.input = input
      self.reconstruction = reconstruction
      self.shares = shares
    }
  }

  /// Creates the reasons of a detector's rows.
  package init(_ detector: Detector) {
    self.detector = detector
    let schema = detector.outputSchema
    self.schema = schema
    columns = (0..<schema.width).map { column in
      Column(
        inputs: schema.inputs(of: column), expectsMissing: schema.expectsMissing(column),
        ordersRows: schema.table?.ordersRows[column] ?? false)
    }
    candidates = detector.record.series?.columns ?? Array(columns.indices)
    hasMixedLoss = detector.training.plan.loss == .mixed
    comparesExpectations = detector.calibration.measure == .mahalanobis
  }

  /// Returns the first reasons of a row, at most `limit`; see
  /// ``Detector/reasons(input:reconstruction:cells:shares:)``.
  ///
  /// `isMissing` returns whether the cell of a column is missing. `cell` returns the cell as read from the
  /// source; if nil, it is decoded from the input.
  func reasons(
    of row: borrowing Row, limit: Int, outlier: GrossOutlier?, isMissing: (Int) -> Bool,
    cell: (Int) -> CellValue?
  ) -> [FeatureError] {
    guard schema.shape.imageExtents == nil, limit > 0 else { return [] }
    let shares = shares(of: row, outlier: outlier, isMissing: isMissing)
    guard shares.contains(where: { $0 > 0 }) else { return [] }
    let expected = comparesExpectations ? detector.expectation(of: row.input.array) : nil
    var found: [FeatureError] = []
    var order = ReasonOrder(shares, among: candidates, limit: limit)
    while found.count < limit, let column = order.next() {
      let value = cell(column) ?? schema.cell(of: row.input, column: column)
      let expectedCell =
        expected.map { schema.cell(of: $0.span, column: column) }
        ?? schema.cell(of: row.reconstruction, column: column)
      var reason = FeatureError(
        feature: schema.featureName(at: column), share: shares[column], value: value, expected: expectedCell)
      complete(&reason, column, row, outlier)
      if reason.explains { found.append(reason) }
    }
    return found
  }

  /// Returns a cell of a batch, as read from the source.
  func cell(of records: borrowing RecordBatch, row: Int, column: Int) -> CellValue {
    schema.cell(
      ofValue: records.value(row: row, column: column),
      text: records.hasUnknownLevels ? records.unknownLevel(row: row, column: column) : nil, column: column)
  }

  /// Adds what a table of several kinds of columns knows of a value, and a gross outlier.
  private func complete(
    _ reason: inout FeatureError, _ column: Int, _ row: borrowing Row, _ outlier: GrossOutlier?
  ) {
    reason.isNew = schema.isNew(reason.value, column: column)
    let hasTable = schema.table != nil
    if hasTable { reason.period = schema.table?.used[column].dates?.figures?.period }
    if let outlier, outlier.column == column, let usual = outlier.usual(for: reason.value) {
      reason.usual = usual
      reason.usual?.period = reason.period
      reason.expected = usual.clamping(reason.expected)
    }
    guard hasTable, case .level = reason.value else { return }
    reason.levelShare = schema.share(of: reason.value, column: column)
    if hasMixedLoss {
      reason.probability = schema.probability(of: reason.value, in: row.reconstruction, column: column)
    }
  }

  /// Returns each column's share of a row's error: [D]; see
  /// ``Detector/featureShares(input:reconstruction:shares:missing:outlier:)``.
  func shares(of row: borrowing Row, outlier: GrossOutlier?, isMissing: (Int) -> Bool) -> [Double] {
    var parts = [Double](repeating: 0, count: columns.count)
    var total = 0.0
    let columns = columns.span
    for index in columns.indices {
      let part = part(of: row, columns[index], isMissing: isMissing(index))
      parts[index] = part
      total += part
    }
    for index in parts.indices { parts[index] = total > 0 ? parts[index] / total : 0 }
    guard let outlier else { return parts }
    for index in parts.indices {
      let rest = total > 0 ? parts[index] * (1 - outlier.share) : 0
      parts[index] = index == outlier.column ? rest + (total > 0 ? outlier.share : 1) : rest
    }
    return parts
  }

  @inline(__always)
  private func part(of row: borrowing Row, _ column: Column, isMissing: Bool) -> Double {
    if isMissing ? column.expectsMissing : column.ordersRows { return 0 }
    var sum = 0.0
    if row.shares.count > 0 {
      for index in column.inputs { sum += Double(row.shares[index]) }
      return sum
    }
    for index in column.inputs {
      let difference = Double(row.input[index]) - Double(row.reconstruction[index])
      sum += difference * difference
    }
    return sum
  }
}

/// The columns of a row by their shares, largest first; those with equal shares in their order.
private struct ReasonOrder {
  private var left: [Double]
  private let candidates: [Int]
  /// All columns in order; nil if the next one is searched each time.
  private var sorted: ArraySlice<Int>?

  /// The largest number of columns that are searched one by one.
  private static let searchLimit = 8

  init(_ shares: [Double], among candidates: [Int], limit: Int) {
    self.candidates = candidates
    left = shares
    guard limit > Self.searchLimit || shares.contains(where: \.isNaN) else { return }
    sorted = candidates.sorted { (shares[$1], $0) < (shares[$0], $1) }[...]
  }

  /// Returns the next column; nil at the end.
  mutating func next() -> Int? {
    if sorted != nil { return sorted?.popFirst() }
    var best: (column: Int, share: Double)?
    for column in candidates where left[column] > best?.share ?? -.infinity {
      best = (column, left[column])
    }
    // No share is minus infinity, so that this column is not found again.
    if let best { left[best.column] = -.infinity }
    return best?.column
  }
}

extension Span<Float> {
  /// A copy of the floats.
  fileprivate var array: [Float] { indices.map { self[$0] } }
}
