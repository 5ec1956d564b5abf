import CVectorKernels
import MisfitCore

/// Which outputs of a row stand for which cells of a table, for losses and errors cell by cell.
///
/// Shapes: rows of E values for D cells.
@safe public final class CellLayout: @unchecked Sendable {
  /// The cells: D.
  public let cells: [Cell]
  /// E.
  public let width: Int
  /// What each output's squared difference is multiplied by or, at the first output of another cell, its cost: [E].
  private let factors: FloatSlice
  private let descriptions: UnsafeMutableBufferPointer<misfit_cell>

  /// Describes rows of `width` values.
  ///
  /// - Precondition: at least one cell, none empty or out of the row, no yes or no of more than one output.
  public convenience init(_ cells: [Cell], width: Int) {
    let factors = FloatBuffer(count: width).all
    for cell in cells {
      for output in cell.outputs { factors[output] = Float(cell.factor) }
    }
    // A squared difference is twice what it is in nats.
    self.init(
      cells, factors: factors, surprises: cells.map { $0.surprise * ($0.kind == .numbers ? 2 : $0.factor) })
  }

  /// The same cells with other factors, [E], and other costs of what training never had, [D].
  private init(_ cells: [Cell], factors: FloatSlice, surprises: [Double]) {
    precondition(!cells.isEmpty, "a row without cells")
    width = factors.count
    for cell in cells {
      precondition(
        !cell.outputs.isEmpty && cell.outputs.lowerBound >= 0 && cell.outputs.upperBound <= factors.count
          && cell.indicator.map { (0..<factors.count).contains($0) } ?? true
          && (cell.kind != .yesOrNo || cell.outputs.count == 1), "a cell that does not fit its row")
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

  /// The negative logarithms of likelihoods in the place of costs, in nats, without the part of normal densities that
  /// depends on their variance alone.
  ///
  /// Numbers vary about the outputs as normal numbers with the given variances do, [E], at least ``leastVariance``.
  ///
  /// - Precondition: as many variances as values.
  public func inNats(variances: [Double]) -> CellLayout {
    precondition(variances.count == width, "a variance for each value")
    let factors = FloatBuffer(count: width).all
    for cell in cells {
      for output in cell.outputs {
        factors[output] = cell.kind == .numbers ? Float(0.5 / max(variances[output], Self.leastVariance)) : 1
      }
    }
    return CellLayout(cells, factors: factors, surprises: cells.map(\.surprise))
  }

  /// The least variance that a likelihood is computed with: that of 24-bit numbers of size 1, with some room.
  public static let leastVariance = 1e-8

  /// Calls `body` with the layout as the kernels take it.
  private func withKernelLayout<Result>(_ body: (inout misfit_cells) -> Result) -> Result {
    guard let start = unsafe UnsafePointer(descriptions.baseAddress) else {
      preconditionFailure("a row without cells")
    }
    var layout = unsafe misfit_cells(
      cells: start, count: cells.count, width: width, factors: UnsafePointer(factors.pointer))
    return unsafe body(&layout)
  }

  /// The sum of the costs of all cells of rows, and its gradient with respect to `sums` times `scale`, which may take their place.
  ///
  /// Shapes: all [R, E].
  ///
  /// - Precondition: whole rows, as many of each.
  public func loss(
    of sums: FloatSlice, against target: FloatSlice, gradient: FloatSlice?, scale: Float,
    kernels: VectorKernels = .current
  ) -> Float {
    let rows = rowCount(of: sums, target)
    precondition(gradient.map { $0.count == sums.count } ?? true, "a gradient has its sums' count")
    return unsafe withKernelLayout {
      unsafe kernels.table.cell_loss(
        &$0, sums.pointer, target.pointer, gradient?.pointer, rows, scale)
    }
  }

  /// The costs of the cells of rows, whose sums become what they stand for.
  ///
  /// That is √2 times the probability of yes, the probabilities of levels, and the target's indicators.
  ///
  /// Shapes: `sums`, `target` [R, E]; `costs` [R, D], 0 for missing cells.
  ///
  /// - Precondition: whole rows, as many of each.
  public func costs(
    of sums: FloatSlice, against target: FloatSlice, into costs: FloatSlice, kernels: VectorKernels = .current
  ) {
    let rows = rowCount(of: sums, target)
    precondition(costs.count >= rows * cells.count, "a cost for each cell")
    unsafe withKernelLayout {
      unsafe kernels.table.cell_costs(&$0, sums.pointer, target.pointer, rows, costs.pointer)
    }
  }

  private func rowCount(of sums: FloatSlice, _ target: FloatSlice) -> Int {
    precondition(sums.count == target.count && sums.count % width == 0, "not whole rows, as many of each")
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
