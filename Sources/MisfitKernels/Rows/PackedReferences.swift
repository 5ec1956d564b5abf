import CVectorKernels
import MisfitCore

/// References, laid out for the search of the one nearest to a row.
///
/// For a row q and a reference r, ‖r‖² - 2 q·r orders the references by their distance. It is computed in
/// floats, so that of references at nearly the same distance either may be found. The result for a row
/// depends on nothing but that row and the references.
///
/// Shapes: N references of D floats.
@safe package struct PackedReferences: Sendable {
  /// The number of references, N.
  package let count: Int
  /// The number of floats in a reference, D.
  package let width: Int
  /// The references, 16 in a panel, one a lane, as the kernel reads them: [panels, 1 + D, 16].
  private let panels: FloatSlice
  private let kernels: VectorKernels

  private static let lanes = 16

  /// Copies references with their squared lengths.
  ///
  /// - Precondition: there is at least one reference, and a squared length for each.
  package init(_ references: Rows, squares: FloatSlice, kernels: VectorKernels = .current) {
    precondition(references.count >= 1 && squares.count == references.count, "a length for each reference")
    (count, width) = (references.count, references.width)
    self.kernels = kernels
    let (lanes, panelWidth) = (Self.lanes, (1 + references.width) * Self.lanes)
    panels = FloatBuffer(count: (count + lanes - 1) / lanes * panelWidth).all
    for start in stride(from: 0, to: panels.count, by: panelWidth) {
      // No row is near a reference of infinite length.
      panels[start..<start + lanes].fill(with: .infinity)
    }
    for reference in references.indices {
      let start = reference / lanes * panelWidth + reference % lanes
      panels[start] = squares[reference]
      for (column, value) in references[reference].array.enumerated() {
        panels[start + (1 + column) * lanes] = value
      }
    }
  }

  /// Returns the index of the reference nearest to each row, the first of equal ones; 0 for a row with NaN.
  ///
  /// - Complexity: O(R·N·D) for R rows.
  /// - Precondition: the rows have D floats.
  package func nearest(to rows: Rows) -> [Int32] {
    precondition(rows.width == width, "the rows have another width than the references")
    var references = unsafe misfit_nearest(
      panels: panels.pointer, panel_count: panels.count / ((1 + width) * Self.lanes), inner: width)
    return unsafe Array(unsafeUninitializedCapacity: rows.count) { indices, initializedCount in
      if let start = indices.baseAddress {
        unsafe kernels.table.nearest(&references, rows.slice.pointer, rows.count, start)
      }
      initializedCount = rows.count
    }
  }
}
