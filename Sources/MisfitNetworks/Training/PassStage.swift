/// The work on a block of rows between two synchronization points of the batch.
struct PassStage: Sendable {
  /// An operation on a block.
  enum Operation: Sendable {
    case forward(Int)
    case sum(any BatchSums)
    case loss
    case addPenalty(CodePenaltyStep)
    /// Adds the gradient of a layer to that of the earlier layer that it joins.
    case addSkippedDelta(Int)
    case backward(Int)
  }

  var operations: [Operation] = []
  /// The sums that one thread combines after all blocks.
  var sums: (any BatchSums)?

  /// Returns the stages of a step, forward and backward.
  static func stages(of steps: [LayerStep], penalties: [CodePenaltyStep], codeIndex: Int) -> [PassStage] {
    var stages = [PassStage()]
    func add(_ operation: Operation) { stages[stages.count - 1].operations.append(operation) }
    func wait(for sums: any BatchSums) {
      add(.sum(sums))
      stages[stages.count - 1].sums = sums
      stages.append(PassStage())
    }
    for (index, step) in steps.enumerated() {
      if let sums = step.work?.forwardSums { wait(for: sums) }
      add(.forward(index))
      for penalty in penalties where index == codeIndex && penalty.needsBatchSums { wait(for: penalty) }
    }
    add(.loss)
    for (index, step) in steps.enumerated().reversed() {
      for later in steps.indices where steps[later].work?.skippedLayer == index {
        add(.addSkippedDelta(later))
      }
      if index == codeIndex { penalties.forEach { add(.addPenalty($0)) } }
      if let sums = step.work?.backwardSums { wait(for: sums) }
      add(.backward(index))
    }
    return stages
  }
}
