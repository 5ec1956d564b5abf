import MisfitCore

/// Rows whose missing inputs are imputed when they are gathered.
package final class ImputedRows: EpochRowsWrapper {
  package let base: any EpochRows
  private let imputer: NeighborImputer

  /// Wraps rows.
  ///
  /// - Precondition: the rows and the imputer have the same width.
  package init(_ rows: any EpochRows, _ imputer: NeighborImputer) {
    precondition(rows.width == imputer.width, "rows of one width")
    base = rows
    self.imputer = imputer
  }

  package func gather(_ range: Range<Int>, into destination: FloatSlice) {
    base.gather(range, into: destination)
    imputer.fill(Rows(destination[0..<range.count * width], width: width))
  }
}
