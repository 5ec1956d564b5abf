import MisfitCore
import MisfitKernels

/// A model that is given rows with their missing inputs filled.
package struct ImputingModel: DecoratedModel {
  /// What judges the rows.
  package let base: any RowModel
  /// What fills them.
  package let imputer: NeighborImputer

  /// The tensor of the imputer in files.
  package static let tensorName = "imputer.reference"

  /// Puts a filler in front of a model.
  ///
  /// - Precondition: both have the same width.
  package init(_ base: any RowModel, _ imputer: NeighborImputer) {
    precondition(base.width == imputer.width, "rows of one width")
    self.base = base
    self.imputer = imputer
  }

  package var tensors: [ModelTensor] {
    base.tensors + [
      ModelTensor(Self.tensorName, [imputer.reference.count / width, width], imputer.reference)
    ]
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { capacity in
      ImputingPlan(plans.plan(capacity: capacity), imputer)
    }
  }
}

/// A plan whose rows are filled first.
private final class ImputingPlan: RowPlan {
  private let base: any RowPlan
  private let imputer: NeighborImputer

  init(_ base: any RowPlan, _ imputer: NeighborImputer) {
    self.base = base
    self.imputer = imputer
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func rebuild(_ shard: Range<Int>) {
    let width = imputer.width
    imputer.fill(base.input(rows: shard.upperBound)[shard.lowerBound * width..<shard.upperBound * width])
    base.rebuild(shard)
  }

  func result(rows: Int) -> RowResult { base.result(rows: rows) }
}
