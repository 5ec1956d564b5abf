import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// Finds out what the errors of a model's ordinary rows are.
struct Calibrator {
  let options: FitOptions
  let data: TrainingData
  let held: HeldOutParts
  /// The refits to calibrate by; nil takes rows held out of the one fit, or those it learned from.
  var cross: CrossValidation?
  let pool: WorkerPool

  /// The calibration of a model.
  ///
  /// - Throws: ``TrainingError`` of an `epoch` where errors are not finite; what reading the rows may throw.
  func calibrate(_ model: any RowModel, epoch: Int) throws -> Calibration {
    let measure = measure(of: model)
    var scores: CalibrationScores
    var origin: Calibration.Origin
    var isSteered: Bool?
    // Rows of a file of their own are calibrated on even where all others are scored: they are ordinary.
    let isEnough = held.calibratingCount >= HeldOutParts.countNeeded
    if let cross {
      (scores, origin) = (try crossValidated(cross, model), .crossValidation)
    } else if options.scoresWhatItLearns, let validation = data.validationRows,
      options.validationSource == nil || !isEnough
    {
      (scores, origin) = (try errors(of: data.trainingRows, learned: true, by: model), .all)
      scores.merge(
        try errors(of: validation, tileCounts: data.validationTileCounts, learned: false, by: model))
    } else if let rows = held.calibrating, isEnough {
      scores = try errors(of: rows, tileCounts: held.tileCounts, learned: false, by: model)
      origin = .validation
      if held.areShared { isSteered = true }
    } else {
      scores = try errors(of: data.trainingRows, learned: true, by: model)
      origin = options.scoresWhatItLearns ? .all : leavesOut(model) ? .leaveOneOut : .training
    }
    // The last step may have thrown the weights where no loss was asked for any more.
    guard scores.nanCount == 0, scores.finiteCount == scores.count else {
      throw TrainingError(.lossNotFinite(epoch: epoch, batch: 0))
    }
    let calibration = scores.calibration
    // The quantile of rows that are scored themselves is their own.
    let threshold =
      origin.isOfLearnedRows
      ? calibration.threshold(atQuantile: options.quantile)
      : calibration.conformalThreshold(atQuantile: options.quantile)
    return Calibration(
      measure: measure, scores: calibration, origin: origin,
      threshold: threshold ?? AnomalyThreshold(value: .infinity), isSteered: isSteered,
      foldCount: cross?.folds.count)
  }

  /// The errors of all rows, each by a model fitted without its fold.
  private func crossValidated(_ cross: CrossValidation, _ model: any RowModel) throws -> CalibrationScores {
    var all = [Double](repeating: .nan, count: cross.folds.sampleCount)
    for index in 0..<cross.folds.count {
      try cross.onFold(index + 1)
      let fold = try cross.folds.fold(index)
      let refit = try cross.refit(fold.data)
      var samples = fold.samples.makeIterator()
      _ = try errors(of: fold.leftOut, tileCounts: fold.tileCounts, learned: false, by: refit) {
        if let sample = samples.next() { all[sample] = $0 }
      }
    }
    let ratio = try errorRatio(of: model, to: Array(all[cross.folds.heldOutSamples]))
    var scores = CalibrationScores()
    scores.update(contentsOf: all.map { $0 * ratio })
    return scores
  }

  /// How many times as large the errors of `model` are as those of the refits, on the rows that both were fitted without; 1 where
  /// there are few such rows, or scores that are no sizes.
  ///
  /// The refits learn from fewer rows, and each training ends a little better or worse than the next. The geometric
  /// mean over the same rows takes both out. The rows chose the epoch at which the training of `model` stopped.
  private func errorRatio(of model: any RowModel, to refits: [Double]) throws -> Double {
    guard refits.count >= Self.ratioCountNeeded, let rows = held.steering else { return 1 }
    var own: [Double] = []
    _ = try errors(of: rows, tileCounts: data.validationTileCounts, learned: false, by: model) {
      own.append($0)
    }
    let logs = zip(own, refits).map { own, refit in
      own > 0 && refit > 0 ? min(max(Mathematics.log(own / refit), -Self.ratioLimit), Self.ratioLimit) : .nan
    }
    let mean = logs.reduce(0, +) / Double(logs.count)
    return mean.isFinite ? Mathematics.exp(mean) : 1
  }

  private static let ratioCountNeeded = 8
  /// Of one row; e^2 is 7.4.
  private static let ratioLimit = 2.0

  /// Whether a model does not count a learned row as its own neighbour.
  private func leavesOut(_ model: any RowModel) -> Bool {
    let model = model.undecorated
    return model is LocalReconstruction || model is NeighborDistance || model is CrowdDistance
  }

  /// The measure asked for, else the model's own score where it has one.
  private func measure(of model: any RowModel) -> ScoreMeasure {
    if let asked = options.errorMeasure { return asked }
    if model is CellModel { return .mixed }
    guard model.hasOwnScore else { return .meanSquared }
    return isLogarithmic(model.undecorated) ? .relative : .own
  }

  /// Whether a model's own score is a mean of logarithms, which may be negative.
  private func isLogarithmic(_ model: any RowModel) -> Bool {
    model is LocalReconstruction || model is CrowdDistance
  }

  /// The errors of encoded rows, in their own order; of images, where rows are tiles.
  ///
  /// `each` gets them one by one.
  private func errors(
    of rows: any EpochRows, tileCounts: [Int]? = nil, learned: Bool, by model: any RowModel,
    each: (Double) -> Void = { _ in }
  ) throws -> CalibrationScores {
    let plan = ShardedPlan(model.plans(rowsWereLearned: learned))
    let (width, measure) = (model.outputWidth, measure(of: model))
    let hasCrossEntropy = measure == .reconstruction(.binaryCrossEntropy)
    var scores = ImageScores(
      data.schema.preparation?.tiles?.score ?? .maximum, of: measure,
      tileCounts: tileCounts ?? data.trainingTileCounts)
    let stored = FloatBuffer(count: plan.rowsPerBlock * RowErrors.storedCount).all
    let own = FloatBuffer(count: plan.rowsPerBlock).all
    let targets = rows.targetWidth.map { FloatBuffer(count: plan.rowsPerBlock * $0).all }
    var found = CalibrationScores()
    try rows.beginEpoch(0, shuffled: false)
    try NumericThread.scope { () throws -> Void in
      try plan.run(
        rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
        load: { rows.gather($0, into: $1) },
        finish: { range, result in
          let start = range.lowerBound % plan.rowsPerBlock
          let place = start * RowErrors.storedCount..<(start + range.count) * RowErrors.storedCount
          let truth = targets?[start * width..<(start + range.count) * width]
          if let truth { rows.gatherTargets(range, into: truth) }
          VectorKernels.current.rowErrors(
            input: truth ?? result.input, output: result.reconstruction, width: width,
            withCrossEntropy: hasCrossEntropy, into: stored[place])
          if let found = result.scores { own[start..<start + range.count].copy(from: found) }
        },
        conclude: { block in
          for row in 0..<block.count {
            let errors = RowErrors(stored: stored, at: row, width: width)
            guard let score = scores.add(measure.value(of: errors, own: own[row])) else { continue }
            found.update(score)
            each(score)
          }
        })
    }
    return found
  }
}
