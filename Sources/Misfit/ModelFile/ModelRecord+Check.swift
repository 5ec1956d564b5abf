import MisfitNetworks

// A file may contain anything, since anyone can compute a valid checksum. Values that would crash the process
// later are rejected here.

/// A limit that no count of a real run comes near; the sum of two such counts does not overflow.
private let countLimit = 1 << 50

extension ModelRecord {
  /// The first version of the format with all that the file contains, so that earlier programs read what
  /// they can, and refuse what they would misread.
  var version: Int {
    if model.neighbors?.predictions != nil { return 5 }
    if feedback != nil { return 4 }
    if series != nil || !training.hasEpochs { return 3 }
    return targetSchema != nil || schema.table != nil || isOfCells || scoreRaise != nil ? 2 : 1
  }

  /// Whether the loss or the errors are computed per cell.
  var isOfCells: Bool { training.plan.loss == .mixed || calibration.measure.isOfCells }
}

extension TrainingRecord {
  /// Whether a run can continue with these numbers.
  var isUsable: Bool {
    [plan.training?.epochs ?? 1, plan.training?.batchSize ?? 1].allSatisfy((1...countLimit).contains)
      && [rowCount, validationRowCount, plan.memoryLimitBytes].allSatisfy((0...countLimit).contains)
  }
}

extension TrainingProgress {
  /// Whether a run can continue from this state.
  var isUsable: Bool {
    [rowsDone, stepCount, epochsSinceBest, epochsOnPlateau].allSatisfy { (0...countLimit).contains($0) }
  }
}
