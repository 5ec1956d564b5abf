import CVectorKernels
import MisfitCore

/// The mapping of the outputs of a row to the cells of a table, for losses and errors per cell.
///
/// Shapes: rows of E values for D cells.
@safe package final class CellLayout: @unchecked Sendable {
  /// The cells of a row: D of them.
  package let cells: [Cell]
  /// The number of values of a row, E.
  package let width: Int
  /// The weight of each output's squared difference or, at the first output of any other cell, of its cost:
  /// [E].
  private let factors: FloatSlice
  private let descriptions: UnsafeMutableBufferPointer<misfit_cell>

  /// Creates the layout of rows of `width` values.
  ///
  /// - Precondition: at least one cell; no cell is empty or outside the row; yes or no have one output.
  package convenience init(_ cells: [Cell], width: Int) {
    let factors = FloatBuffer(count: width).all
    for cell in cells {
      for output in cell.outputs { factors[output] = Float(cell.factor) }
    }
    // A squared difference is twice its value in nats.
    self.init(
      cells, factors: factors, surprises: cells.map { $0.surprise * ($0.kind == .numbers ? 2 : $0.factor) })
  }

  /// Creates a layout with other factors, [E], and other costs of unseen cells, [D].
  private init(_ cells: [Cell], factors: FloatSlice, surprises: [Double]) {
    precondition(!cells.isEmpty, "the row has no cells")
    width = factors.count
    for cell in cells {
      precondition(
        !cell.outputs.isEmpty && cell.outputs.lowerBound >= 0 && cell.outputs.upperBound <= factors.count
          && cell.indicator.map { (0..<factors.count).contains($0) } ?? true
          && (cell.kind != .yesOrNo || cell.outputs.count == 1), "the cell does not fit the row")
    }
    self.cells = cells
    self.factors = factors
    let descriptions = UnsafeMutableBufferPointer<misfit_cell>.allocate(capacity: cells.count)
    for (index, cell) in cells.enumerated() {
      unsafe descriptions.initializeElement(
        at: index,
        to: misfit_cell(
          start: cell.outputs.lowerBound, count: cell.outputs.count, indicator: cell.indicator ?? -1,
          kind: Int32(cell.kind.code.rawValue), far: cell.far ?? .nan, surprise: Float(surprises[index])))
    }
    unsafe self.descriptions = descriptions
  }

  deinit { unsafe descriptions.deallocate() }

  /// Returns a layout whose costs are negative log-likelihoods in nats, without the term of normal densities
  /// that depends only on the variance.
  ///
  /// Numbers are modelled as normal around the outputs, with the given variances [E], at least
  /// ``leastVariance``.
  ///
  /// - Precondition: as many variances as values.
  package func inNats(variances: [Double]) -> CellLayout {
    precondition(variances.count == width, "not one variance per value")
    let factors = FloatBuffer(count: width).all
    for cell in cells {
      for output in cell.outputs {
        factors[output] = cell.kind == .numbers ? Float(0.5 / max(variances[output], Self.leastVariance)) : 1
      }
    }
    return CellLayout(cells, factors: factors, surprises: cells.map(\.surprise))
  }

  /// The lower bound of the variance in a likelihood: about the rounding error of 24-bit numbers of size 1.
  package static let leastVariance = 1e-8

  /// Calls `body` with the layout in the form of the kernels.
  private func withKernelLayout<Result>(_ body: (inout misfit_cells) -> Result) -> Result {
    guard let start = unsafe UnsafePointer(descriptions.baseAddress) else {
      preconditionFailure("the row has no cells")
    }
    var layout = unsafe misfit_cells(
      cells: start, count: cells.count, width: width, factors: UnsafePointer(factors.pointer))
    return unsafe body(&layout)
  }

  /// Returns the sum of the costs of all cells of rows, and computes `scale` times its gradient with respect
  /// to `sums`, which it may overwrite.
  ///
  /// Shapes: all [R, E].
  ///
  /// - Precondition: whole rows, the same number of each.
  package func loss(
    of sums: FloatSlice, against target: FloatSlice, gradient: FloatSlice?, scale: Float,
    kernels: VectorKernels = .current
  ) -> Float {
    let rows = rowCount(of: sums, target)
    precondition(
      gradient.map { $0.count == sums.count } ?? true, "the gradient has another count than the sums")
    return unsafe withKernelLayout {
      unsafe kernels.table.cell_loss(
        &$0, sums.pointer, target.pointer, gradient?.pointer, rows, scale)
    }
  }

  /// Computes the costs of the cells of rows, and replaces the sums by the values of the cells.
  ///
  /// The values are √2 times the probability of yes, the probabilities of levels, and the target's
  /// indicators.
  ///
  /// Shapes: `sums`, `target` [R, E]; `costs` [R, D], 0 for missing cells.
  ///
  /// - Precondition: whole rows, the same number of each.
  package func costs(
    of sums: FloatSlice, against target: FloatSlice, into costs: FloatSlice, kernels: VectorKernels = .current
  ) {
    let rows = rowCount(of: sums, target)
    precondition(costs.count >= rows * cells.count, "too few costs for the cells")
    unsafe withKernelLayout {
      unsafe kernels.table.cell_costs(&$0, sums.pointer, target.pointer, rows, costs.pointer)
    }
  }

  private func rowCount(of sums: FloatSlice, _ target: FloatSlice) -> Int {
    precondition(sums.count == target.count && sums.count % width == 0, "not the same number of whole rows")
    return sums.count / width
  }
}

extension Cell.Kind {
  var code: misfit_cell_kind {
    switch self {
    case .numbers: MISFIT_CELL_NUMBERS
    case .yesOrNo: MISFIT_CELL_BOOLEAN
    case .levels: MISFIT_CELL_LEVELS
    }
  }
}
