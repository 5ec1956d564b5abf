/// The work on a block of rows between two synchronization points of the batch.
struct PassStage: Sendable {
  /// An operation on a block.
  enum Operation: Sendable {
    case sumValues(NormalizationStep)
    case forward(Int)
    case sumCode(CodePenaltyStep)
    case loss
    case addPenalty(CodePenaltyStep)
    case sumDeltas(NormalizationStep)
    case backward(Int)
  }

  /// An operation on the sums of all blocks.
  enum Join: Sendable {
    case values(NormalizationStep)
    case deltas(NormalizationStep)
    case code(CodePenaltyStep)

    func perform(rowCount: Int) {
      switch self {
      case .values(let step): step.joinValues(rowCount: rowCount)
      case .deltas(let step): step.joinDeltas(rowCount: rowCount)
      case .code(let step): step.join(rowCount: rowCount)
      }
    }
  }

  var operations: [Operation] = []
  /// The operation of one thread after all blocks.
  var join: Join?

  /// Returns the stages of a step, forward and backward.
  static func stages(of steps: [LayerStep], penalties: [CodePenaltyStep], codeIndex: Int) -> [PassStage] {
    var stages = [PassStage()]
    func add(_ operation: Operation) { stages[stages.count - 1].operations.append(operation) }
    func end(with join: Join) {
      stages[stages.count - 1].join = join
      stages.append(PassStage())
    }
    for (index, step) in steps.enumerated() {
      if let sums = step.batchSums {
        add(.sumValues(sums))
        end(with: .values(sums))
      }
      add(.forward(index))
      for penalty in penalties where index == codeIndex && penalty.needsBatchSums {
        add(.sumCode(penalty))
        end(with: .code(penalty))
      }
    }
    add(.loss)
    for (index, step) in steps.enumerated().reversed() {
      if index == codeIndex { penalties.forEach { add(.addPenalty($0)) } }
      if let sums = step.batchSums {
        add(.sumDeltas(sums))
        end(with: .deltas(sums))
      }
      add(.backward(index))
    }
    return stages
  }
}
