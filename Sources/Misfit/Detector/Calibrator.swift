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
  let pool: WorkerPool

  /// Fewer held-out rows than this say too little of the tail; the rows trained on are taken instead.
  private static let validationRowsNeeded = 20

  /// The calibration of a model.
  ///
  /// - Throws: ``TrainingError`` of an `epoch` where errors are not finite; what reading the rows may throw.
  func calibrate(_ model: any RowModel, epoch: Int) throws -> Calibration {
    let measure = measure(of: model)
    let held = data.validation.flatMap { $0.rowCount >= Self.validationRowsNeeded ? $0 : nil }
    var (sketch, origin): (QuantileSketch, Calibration.Origin)
    if options.scoresWhatItLearns, let validation = data.validation {
      (sketch, origin) = (try errors(of: data.training, by: model, wereLearned: true), .all)
      sketch.merge(try errors(of: validation, by: model, wereLearned: false))
    } else {
      (sketch, origin) = (
        try errors(of: held ?? data.training, by: model, wereLearned: held == nil),
        held == nil ? leavesOut(model) ? .leaveOneOut : .training : .validation
      )
    }
    // The last step may have thrown the weights where no loss was asked for any more.
    guard sketch.nanCount == 0, sketch.finiteCount == sketch.count else {
      throw TrainingError(.lossNotFinite(epoch: epoch, batch: 0))
    }
    let scores = ScoreCalibration(sketch)
    let threshold = scores.threshold(atQuantile: options.quantile)
    return Calibration(
      measure: measure, scores: scores, origin: origin,
      threshold: threshold ?? AnomalyThreshold(value: .infinity))
  }

  /// Whether a model does not count a learned row as its own neighbour.
  private func leavesOut(_ model: any RowModel) -> Bool {
    model is LocalReconstruction || model is NeighborDistance || model is CrowdDistance
  }

  /// The measure asked for, else the model's own score where it has one.
  private func measure(of model: any RowModel) -> ScoreMeasure {
    if let asked = options.errorMeasure { return .reconstruction(asked) }
    return model.hasOwnScore ? .own : .meanSquared
  }

  /// The errors of encoded rows, in their own order.
  private func errors(
    of rows: any EpochRows, by model: any RowModel, wereLearned: Bool
  ) throws -> QuantileSketch {
    let plan = model.makePlan(rowsWereLearned: wereLearned)
    let (width, measure) = (model.width, measure(of: model))
    let stored = FloatBuffer(count: plan.rowsPerBlock * RowErrors.storedCount).all
    let own = FloatBuffer(count: plan.rowsPerBlock).all
    var sketch = QuantileSketch()
    try rows.beginEpoch(0, shuffled: false)
    try NumericThread.scope { () throws -> Void in
      try plan.run(
        rowCount: rows.rowCount, on: pool, prepare: { try rows.makeAvailable($0) },
        load: { rows.gather($0, into: $1) },
        finish: { range, result in
          let start = range.lowerBound % plan.rowsPerBlock
          let place = start * RowErrors.storedCount..<(start + range.count) * RowErrors.storedCount
          VectorKernels.current.rowErrors(
            input: result.input, output: result.reconstruction, width: width, into: stored[place])
          if let scores = result.scores { own[start..<start + range.count].copy(from: scores) }
        },
        conclude: { block in
          for row in 0..<block.count {
            let errors = RowErrors(stored: stored, at: row, width: width)
            sketch.update(measure.value(of: errors, own: own[row]))
          }
        })
    }
    return sketch
  }
}
