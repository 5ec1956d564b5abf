import MisfitCore
import MisfitIngest
import MisfitModels

extension Detector {
  /// Returns the contribution of each column to a sample's error, largest share first; empty for images.
  ///
  /// Shapes: `input` and `reconstruction` have E encoded values, `cells` has D; for a model with targets,
  /// `input` is the target. Shares are of the squared error, added over the inputs of a column; if that error
  /// is 0, there are no reasons. A missing cell has no share if training had missing cells in its column. A
  /// column whose value is as expected is left out, unless the value is rare.
  ///
  /// `cells` are the sample's cells as read from the source; without them they are decoded from `input`. If
  /// the model divides its own score among the inputs, `shares` [E] replaces the squared error. By the
  /// Mahalanobis distance, a value is compared with its mean given the other columns, since the
  /// reconstruction follows the value.
  package func reasons(
    input: [Float], reconstruction: [Float], cells: [CellValue]? = nil, shares: [Float]? = nil
  ) -> [FeatureError] {
    reasons(input: input, reconstruction: reconstruction, cells: cells, shares: shares, outlier: nil)
  }

  /// Returns the reasons of a sample with a gross outlier, whose column then leads.
  func reasons(
    input: [Float], reconstruction: [Float], cells: [CellValue]?, shares: [Float]?,
    outlier: GrossOutlier?
  ) -> [FeatureError] {
    let schema = outputSchema
    guard schema.shape.imageExtents == nil else { return [] }
    let missing = cells.map { $0.map { $0 == .missing } }
    let parts = featureShares(
      input: input, reconstruction: reconstruction, shares: shares, missing: missing, outlier: outlier)
    guard parts.contains(where: { $0 > 0 }) else { return [] }
    let expected = expectation(of: input) ?? reconstruction
    // Times and names of series only order the rows.
    let scoredColumns = record.series?.columns ?? Array(parts.indices)
    let order = scoredColumns.sorted { (parts[$1], $0) < (parts[$0], $1) }
    return order.compactMap { column -> FeatureError? in
      var reason = FeatureError(
        feature: schema.featureName(at: column), share: parts[column],
        value: cells?[column] ?? schema.cell(of: input.span, column: column),
        expected: schema.cell(of: expected.span, column: column))
      reason.period = schema.table?.used[column].dates?.figures?.period
      reason.isNew = schema.isNew(reason.value, column: column)
      if let outlier, outlier.column == column, let usual = outlier.usual(for: reason.value) {
        reason.usual = usual
        reason.usual?.period = reason.period
        reason.expected = usual.clamping(reason.expected)
      }
      reason.levelShare = schema.share(of: reason.value, column: column)
      if training.plan.loss == .mixed {
        reason.probability = schema.probability(of: reason.value, in: reconstruction.span, column: column)
      }
      return reason.explains ? reason : nil
    }
  }

  /// Returns the values that reasons compare a row with, [E]; nil if that is its reconstruction.
  func expectation(of input: [Float]) -> [Float]? {
    guard calibration.measure == .mahalanobis, record.series == nil, let model = model.asPrincipalComponents,
      input.allSatisfy(\.isFinite)
    else { return nil }
    return model.expectation(of: input, columns: (0..<schema.width).map(schema.inputs(of:)))
  }

  /// Returns each column's share of a sample's error: [D].
  ///
  /// They add up to 1, or are all 0 if there is no error.
  ///
  /// `missing` holds whether each cell has no value; see ``reasons(input:reconstruction:cells:shares:)``.
  func featureShares(
    input: [Float], reconstruction: [Float], shares: [Float]?, missing: [Bool]?,
    outlier: GrossOutlier? = nil
  ) -> [Double] {
    let schema = outputSchema
    let parts = (0..<schema.width).map { column -> Double in
      let isMissing = missing?[column] ?? false
      if isMissing, schema.expectsMissing(column) { return 0 }
      // A time stamp that only orders the rows does not cause the errors of other columns.
      if !isMissing, schema.table?.ordersRows[column] ?? false { return 0 }
      return schema.inputs(of: column).reduce(0) { sum, index in
        if let shares { return sum + Double(shares[index]) }
        let difference = Double(input[index]) - Double(reconstruction[index])
        return sum + difference * difference
      }
    }
    let total = parts.reduce(0, +)
    let shares = parts.map { total > 0 ? $0 / total : 0 }
    guard let outlier else { return shares }
    return shares.enumerated().map { column, share in
      let isOutlier = column == outlier.column
      let rest = total > 0 ? share * (1 - outlier.share) : 0
      return isOutlier ? rest + (total > 0 ? outlier.share : 1) : rest
    }
  }
}
