import MisfitCore
import MisfitKernels

/// A model whose rows are also checked for gross outliers; what it scores and reconstructs stays its own.
///
/// ``RowResult/evidence`` says how strong the evidence is, and ``ScoreRaise`` what it does to a score.
package struct GrossOutlierModel: DecoratedModel {
  /// The model.
  package let base: any RowModel
  /// What its rows are checked by.
  package let check: GrossOutlierCheck

  /// The tensor of the ranges in files.
  package static let tensorName = "outliers.ranges"
  /// The tensor of the scales of evidence in files.
  package static let scaleName = "outliers.scales"

  /// The tensor of the least inputs of counts among plain numbers in files.
  package static let leastName = "outliers.least"

  /// Adds a check to a model.
  package init(_ base: any RowModel, _ check: GrossOutlierCheck) {
    self.base = base
    self.check = check
  }

  package var outlierCheck: GrossOutlierCheck? { check }
  package var tensors: [ModelTensor] { base.tensors + check.tensors }

  package func plans(rowsWereLearned: Bool, precision: Precision) -> RowPlans {
    let plans = base.plans(rowsWereLearned: rowsWereLearned, precision: precision)
    return RowPlans(rowsPerShard: plans.rowsPerShard, rowLimit: plans.rowLimit) { [check] capacity in
      GrossOutlierPlan(plans.plan(capacity: capacity), check, capacity: capacity)
    }
  }
}

/// A plan that checks its rows before the model may change them.
private final class GrossOutlierPlan: RowPlan {
  private let base: any RowPlan
  private let check: GrossOutlierCheck
  /// [capacity] each.
  private let evidence: FloatSlice
  private let codes: FloatSlice

  init(_ base: any RowPlan, _ check: GrossOutlierCheck, capacity: Int) {
    self.base = base
    self.check = check
    evidence = FloatBuffer(count: capacity).all
    codes = FloatBuffer(count: capacity).all
  }

  func input(rows: Int) -> FloatSlice { base.input(rows: rows) }

  func rebuild(_ shard: Range<Int>) {
    let rows = base.input(rows: shard.upperBound)
    let width = rows.count / max(shard.upperBound, 1)
    for row in shard {
      let finding = check.finding(in: rows[row * width..<(row + 1) * width].span)
      evidence[row] = finding.evidence
      codes[row] = Float(finding.code)
    }
    base.rebuild(shard)
  }

  func result(rows: Int) -> RowResult {
    var result = base.result(rows: rows)
    result.evidence = evidence[0..<rows]
    result.evidenceCodes = codes[0..<rows]
    return result
  }
}

extension GrossOutlierCheck {
  /// All that was learned, for a model file.
  var tensors: [ModelTensor] {
    let scales = [
      scale.rangeUnit, scale.usualSurprise, groupScale.rangeUnit, groupScale.usualSurprise, levelNovelty,
    ]
    let scaleTensor = ModelTensor(GrossOutlierModel.scaleName, [scales.count], FloatBuffer(scales).all)
    guard !ranges.isEmpty else { return [scaleTensor] }
    let rangeTensor = ModelTensor(
      GrossOutlierModel.tensorName, [ranges.count, ValueRange.numberCount],
      FloatBuffer(ranges.flatMap(\.numbers)).all)
    guard columns.contains(where: { $0.countScale != nil && $0.leastInput != nil }) else {
      return [scaleTensor, rangeTensor]
    }
    let least = columns.map { $0.leastInput ?? -.infinity }
    return [
      scaleTensor, rangeTensor,
      ModelTensor(GrossOutlierModel.leastName, [least.count], FloatBuffer(least).all),
    ]
  }

  /// Reads what a model file holds; nil where the numbers do not fit the columns.
  ///
  /// Shapes: `scales` [5], `ranges` [P, 9], `least` [D], or empty.
  package init?(
    columns: [GrossOutlierColumn], inputCount: Int, scales: [Float], ranges: [Float], least: [Float] = []
  ) {
    guard least.isEmpty || (least.count == columns.count && !least.contains { $0.isNaN }) else { return nil }
    var columns = columns
    for (index, input) in least.enumerated() where columns[index].countScale != nil && input.isFinite {
      columns[index].leastInput = input
    }
    let groups = GrossOutlierGroups(columns: columns)
    let count = columns.count { $0.levelCounts == nil } + groups.rangeCount
    guard scales.count == 5, scales.allSatisfy({ $0 >= 0 }), scales[0] >= 1, scales[2] >= 1,
      ranges.count == count * ValueRange.numberCount
    else { return nil }
    self.init(
      columns: columns, inputCount: inputCount,
      ranges: (0..<count).map { index in
        let start = index * ValueRange.numberCount
        return ValueRange(numbers: Array(ranges[start..<start + ValueRange.numberCount]))
      },
      scale: EvidenceScale(rangeUnit: scales[0], usualSurprise: scales[1]),
      groupScale: EvidenceScale(rangeUnit: scales[2], usualSurprise: scales[3]), levelNovelty: scales[4])
  }
}
