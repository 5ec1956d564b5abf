import MisfitNetworks

// A file may say anything; whoever can compute a checksum can make it pass. What would end the process later
// is refused here.

/// No count of anything that a run counts comes near it, and sums of two of them do not overflow.
private let countLimit = 1 << 50

extension ModelRecord {
  /// Whether earlier programs would understand the file wrongly.
  var needsLatestVersion: Bool {
    targetSchema != nil || schema.table != nil || isOfCells || scoreRaise != nil
  }

  /// Whether losses or errors are taken cell by cell.
  var isOfCells: Bool { training.options.loss == .mixed || calibration.measure.isOfCells }
}

extension TrainingRecord {
  /// Whether a run can go on with these numbers.
  var isUsable: Bool {
    (1...countLimit).contains(options.epochs) && (1...countLimit).contains(options.batchSize)
      && [rowCount, validationRowCount, memoryLimitBytes].allSatisfy { (0...countLimit).contains($0) }
  }
}

extension TrainingProgress {
  /// Whether a run can go on from here.
  var isUsable: Bool {
    [rowsDone, stepCount, epochsSinceBest, epochsOnPlateau].allSatisfy { (0...countLimit).contains($0) }
  }
}
