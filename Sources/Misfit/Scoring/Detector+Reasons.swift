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
    guard outputSchema.shape.imageExtents == nil else { return [] }
    let shares = shares ?? []
    return RowReasons(self).reasons(
      of: RowReasons.Row(input: input.span, reconstruction: reconstruction.span, shares: shares.span),
      limit: .max, outlier: outlier, isMissing: { cells?[$0] == .missing }, cell: { cells?[$0] })
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
    let shares = shares ?? []
    return RowReasons(self).shares(
      of: RowReasons.Row(input: input.span, reconstruction: reconstruction.span, shares: shares.span),
      outlier: outlier, isMissing: { missing?[$0] ?? false })
  }
}
