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
    let heldCount =
      data.validationTileCounts.isEmpty ? data.validation?.rowCount ?? 0 : data.validationTileCounts.count
    let held = heldCount >= Self.validationRowsNeeded ? data.validationRows : nil
    var (sketch, origin): (QuantileSketch, Calibration.Origin)
    if options.scoresWhatItLearns, let validation = data.validationRows {
      (sketch, origin) = (try errors(of: data.trainingRows, learned: true, by: model), .all)
      sketch.merge(try errors(of: validation, learned: false, by: model))
    } else if let held {
      (sketch, origin) = (try errors(of: held, learned: false, by: model), .validation)
    } else {
      sketch = try errors(of: data.trainingRows, learned: true, by: model)
      origin = leavesOut(model) ? .leaveOneOut : .training
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
    let model = model.undecorated
    return model is LocalReconstruction || model is NeighborDistance || model is CrowdDistance
  }

  /// The measure asked for, else the model's own score where it has one.
  private func measure(of model: any RowModel) -> ScoreMeasure {
    if let asked = options.errorMeasure { return .reconstruction(asked) }
    return model.hasOwnScore ? .own : .meanSquared
  }

  /// The errors of encoded rows, in their own order; of images, where rows are tiles.
  private func errors(
    of rows: any EpochRows, learned: Bool, by model: any RowModel
  ) throws -> QuantileSketch {
    let plan = ShardedPlan(model.plans(rowsWereLearned: learned))
    let (width, measure) = (model.outputWidth, measure(of: model))
    let hasCrossEntropy = measure == .reconstruction(.binaryCrossEntropy)
    var scores = ImageScores(
      data.schema.preparation?.tiles?.score ?? .maximum, of: measure,
      tileCounts: learned ? data.trainingTileCounts : data.validationTileCounts)
    let stored = FloatBuffer(count: plan.rowsPerBlock * RowErrors.storedCount).all
    let own = FloatBuffer(count: plan.rowsPerBlock).all
    let targets = rows.targetWidth.map { FloatBuffer(count: plan.rowsPerBlock * $0).all }
    var sketch = QuantileSketch()
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
            if let score = scores.add(measure.value(of: errors, own: own[row])) { sketch.update(score) }
          }
        })
    }
    return sketch
  }
}
