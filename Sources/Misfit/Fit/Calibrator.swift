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

  /// The rise of scores that hold gross outliers; nil for a model that does not check for them.
  private(set) var raise: ScoreRaise?

  /// The most rows of a kind that show what scores without gross outliers are.
  private static let raiseRowLimit = 4096

  init(
    options: FitOptions, data: TrainingData, held: HeldOutParts, cross: CrossValidation? = nil,
    pool: WorkerPool
  ) {
    self.options = options
    self.data = data
    self.held = held
    self.cross = cross
    self.pool = pool
  }

  /// Learns, from a model's scores of evenly spaced training and held-out rows, how gross outliers raise a
  /// score.
  ///
  /// - Throws: what reading the rows may throw.
  mutating func learnRaise(of model: any RowModel) throws {
    guard model.outlierCheck != nil else { return }
    var usual: [Double] = []
    func add(_ rows: any EpochRows, learned: Bool) throws {
      let step = max(1, (rows.rowCount + Self.raiseRowLimit - 1) / Self.raiseRowLimit)
      let numbers = Array(stride(from: 0, to: rows.rowCount, by: step))
      let sample = step == 1 ? rows : RowSubset(rows, numbers: numbers)
      try forEachScore(of: sample, learned: learned, by: model) { score, evidence in
        if evidence == 0 { usual.append(score) }
      }
    }
    try add(data.trainingRows, learned: true)
    if let validation = data.validationRows { try add(validation, learned: false) }
    raise = ScoreRaise(scores: usual)
  }

  /// The calibration of a model.
  ///
  /// - Throws: ``TrainingError`` of an `epoch` where errors are not finite; what reading the rows may throw.
  mutating func calibrate(_ model: any RowModel, epoch: Int) throws -> Calibration {
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
      origin = options.scoresWhatItLearns ? .all : excludesSelf(model) ? .leaveOneOut : .training
      // Known not to be normal, as in a cross-validation.
      let skipsGross = origin == .leaveOneOut
      scores = try errors(of: data.trainingRows, learned: true, skipsGross: skipsGross, by: model)
      if scores.count == 0 { scores = try errors(of: data.trainingRows, learned: true, by: model) }
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

  /// The scores of all rows without gross outliers, each by a model fitted without its fold.
  ///
  /// A row with certain evidence of a gross outlier is known not to be normal, so it is left out: the
  /// threshold and the p-values are those of rows without such values, and a gross outlier among the fitted
  /// rows is flagged when they are scored. The refits are checked for gross outliers like the model itself,
  /// not by ranges of their own.
  private mutating func crossValidated(
    _ cross: CrossValidation, _ model: any RowModel
  ) throws -> CalibrationScores {
    let check = model.outlierCheck
    var all = [Double](repeating: .nan, count: cross.folds.sampleCount)
    var evidence = [Float](repeating: 0, count: all.count)
    for index in 0..<cross.folds.count {
      try cross.onFold(index + 1)
      let fold = try cross.folds.fold(index)
      let refit = try cross.refit(fold.data)
      let checked = check.map { GrossOutlierModel(refit, $0) as any RowModel } ?? refit
      var samples = fold.samples.makeIterator()
      _ = try errors(of: fold.leftOut, tileCounts: fold.tileCounts, learned: false, by: checked) {
        guard let sample = samples.next() else { return }
        (all[sample], evidence[sample]) = ($0, $1)
      }
    }
    var isGross = evidence.map { $0 >= 1 }
    // Where every row has such evidence, there are no others to compare with.
    if isGross.allSatisfy(\.self) { isGross = isGross.map { _ in false } }
    let steering = cross.folds.heldOutSamples.map { isGross[$0] ? nil : all[$0] }
    let ratio = try errorRatio(of: model, to: steering)
    let kept = all.indices.filter { !isGross[$0] }
    // Of few rows, those of the refits may score higher than any by the model itself.
    raise?.include(kept.map { all[$0] * ratio })
    var scores = CalibrationScores()
    scores.update(
      contentsOf: kept.map { raise?.score(all[$0] * ratio, evidence: evidence[$0]) ?? all[$0] * ratio })
    return scores
  }

  /// How many times as large the errors of `model` are as those of the refits, on the rows that both were
  /// fitted without; 1 where there are few such rows, or scores that are no sizes.
  ///
  /// `refits` is nil for rows that do not count. The refits learn from fewer rows, and each training ends a
  /// little better or worse than the next. The geometric mean over the same rows takes both out. The rows
  /// chose the epoch at which the training of `model` stopped.
  private func errorRatio(of model: any RowModel, to refits: [Double?]) throws -> Double {
    guard isError(measure(of: model)), let rows = held.steering else { return 1 }
    var own: [Double] = []
    _ = try errors(of: rows, tileCounts: data.validationTileCounts, learned: false, by: model) { score, _ in
      own.append(score)
    }
    let logs = zip(own, refits).compactMap { own, refit -> Double? in
      guard let refit else { return nil }
      guard own > 0, refit > 0 else { return .nan }
      return min(max(Mathematics.log(own / refit), -Self.ratioLimit), Self.ratioLimit)
    }
    guard logs.count >= Self.ratioCountNeeded else { return 1 }
    let mean = logs.reduce(0, +) / Double(logs.count)
    return mean.isFinite ? Mathematics.exp(mean) : 1
  }

  /// Whether a measure is a size of errors, of which ratios mean something; logarithmic scores are not.
  private func isError(_ measure: ScoreMeasure) -> Bool {
    switch measure {
    case .reconstruction, .mahalanobis, .mixed: true
    default: false
    }
  }

  private static let ratioCountNeeded = 8
  /// Of one row; e^2 is 7.4.
  private static let ratioLimit = 2.0

  /// Returns whether a model excludes a training row from its own neighbors.
  private func excludesSelf(_ model: any RowModel) -> Bool { model.description.family.traits.excludesSelf }

  /// Returns the requested measure, or else the model's own score if it has one.
  private func measure(of model: any RowModel) -> ScoreMeasure {
    if let asked = options.errorMeasure { return asked }
    return switch model.ownScore {
    case .none: .meanSquared
    case .distance: .own
    case .meanLogarithm: .relative
    case .mahalanobis: .mahalanobis
    case .cells: .mixed
    }
  }

  /// The errors of encoded rows, in their own order; of images, where rows are tiles.
  ///
  /// Rows with certain evidence of a gross outlier are left out if `skipsGross`; partial evidence is common
  /// among normal rows. `each` gets all one by one before they are raised, with the evidence of a gross
  /// outlier in the last row of each.
  private func errors(
    of rows: any EpochRows, tileCounts: [Int]? = nil, learned: Bool, skipsGross: Bool = false,
    by model: any RowModel, each: (_ score: Double, _ evidence: Float) -> Void = { _, _ in }
  ) throws -> CalibrationScores {
    let measure = measure(of: model)
    var scores = ImageScores(
      data.schema.preparation?.tiles?.score ?? .maximum, of: measure,
      tileCounts: tileCounts ?? data.trainingTileCounts)
    var found = CalibrationScores()
    try forEachScore(of: rows, learned: learned, by: model) { score, evidence in
      let raised = raise?.score(score, evidence: evidence) ?? score
      guard let sampleScore = scores.add(raised) else { return }
      if !skipsGross || evidence < 1 { found.update(sampleScore) }
      // Only images have several rows a sample, and those are not checked.
      each(evidence > 0 ? score : sampleScore, evidence)
    }
    return found
  }

  /// Calls `body` with the score of each row, before it is raised, and its evidence of a gross outlier, in
  /// the rows' own order.
  private func forEachScore(
    of rows: any EpochRows, learned: Bool, by model: any RowModel,
    _ body: (_ score: Double, _ evidence: Float) -> Void
  ) throws {
    let plan = ShardedPlan(model.plans(rowsWereLearned: learned))
    let (width, measure) = (model.outputWidth, measure(of: model))
    let hasCrossEntropy = measure == .reconstruction(.binaryCrossEntropy)
    let stored = FloatBuffer(count: plan.rowsPerBlock * RowErrors.storedCount).all
    let own = FloatBuffer(count: plan.rowsPerBlock).all
    let evidence = FloatBuffer(count: plan.rowsPerBlock).all
    let targets = rows.targetWidth.map { FloatBuffer(count: plan.rowsPerBlock * $0).all }
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
          if let found = result.evidence { evidence[start..<start + range.count].copy(from: found) }
        },
        conclude: { block in
          for row in 0..<block.count {
            let errors = RowErrors(stored: stored, at: row, width: width)
            body(measure.value(of: errors, own: own[row]), evidence[row])
          }
        })
    }
  }
}
