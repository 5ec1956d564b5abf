import MisfitCore
import MisfitKernels

/// A model whose missing inputs are imputed.
package struct ImputingModel: DecoratedModel {
  /// The model.
  package let base: any RowModel
  /// The imputer.
  package let imputer: NeighborImputer

  /// The name of the tensor of the imputer in model files.
  package static let tensorName = "imputer.reference"

  /// Wraps a model.
  ///
  /// - Precondition: the model and the imputer have the same width.
  package init(_ base: any RowModel, _ imputer: NeighborImputer) {
    precondition(base.width == imputer.width, "rows of one width")
    self.base = base
    self.imputer = imputer
  }

  package var tensors: [ModelTensor] {
    let reference = imputer.reference
    return base.tensors + [ModelTensor(Self.tensorName, [reference.count, width], reference.slice)]
  }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { capacity in
      ImputingPlan(plans.plan(capacity: capacity), imputer)
    }
  }
}

/// A plan that imputes the missing inputs of rows first.
private final class ImputingPlan: RowPlan {
  private let base: any RowPlan
  private let imputer: NeighborImputer

  init(_ base: any RowPlan, _ imputer: NeighborImputer) {
    self.base = base
    self.imputer = imputer
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func reconstruct(_ shard: Range<Int>) {
    imputer.fill(Rows(base.input(rows: shard.upperBound), width: imputer.width)[shard])
    base.reconstruct(shard)
  }

  func result(rows: Int) -> RowResult { base.result(rows: rows) }
}
