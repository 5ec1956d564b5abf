import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// The calibration of a model by the scores of normal rows.
struct Calibrator {
  let options: FitOptions
  let data: TrainingData
  let held: HeldOutParts
  /// The refits of a cross-validation; nil calibrates by rows held out of the fit, or by the learned rows.
  var cross: CrossValidation?
  let pool: WorkerPool

  /// The raise of scores with gross outliers; nil for a model that does not check for them.
  private(set) var raise: ScoreRaise?

  /// The maximum number of training rows and of held-out rows from which the raise is computed.
  private static let raiseRowLimit = 4096
  /// The maximum number of images that calibrate a model by their own scores, each without itself.
  ///
  /// A comparison with all reference images takes about a millisecond, and more images would only make
  /// p-values below 1 in 10,000.
  private static let imageLimit = 10_000

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

  /// Computes the raise of scores with gross outliers from a model's scores of evenly spaced training rows
  /// and held-out rows.
  ///
  /// - Throws: Errors of reading the rows.
  mutating func learnRaise(of model: any RowModel) throws {
    guard model.outlierCheck != nil else { return }
    var scores: [Double] = []
    func add(_ rows: any EpochRows, learned: Bool) throws {
      let step = max(1, (rows.rowCount + Self.raiseRowLimit - 1) / Self.raiseRowLimit)
      let numbers = Array(stride(from: 0, to: rows.rowCount, by: step))
      let sample = step == 1 ? rows : RowSubset(rows, numbers: numbers)
      try forEachScore(of: sample, learned: learned, by: model) { score, evidence, _ in
        if evidence == 0 { scores.append(score) }
      }
    }
    try add(data.trainingRows, learned: true)
    if let validation = data.validationRows { try add(validation, learned: false) }
    raise = ScoreRaise(scores: scores)
  }

  /// Returns the calibration of a model.
  ///
  /// - Throws: ``TrainingError`` with the `epoch` if scores are not finite, and errors of reading the rows.
  mutating func calibrate(_ model: any RowModel, epoch: Int) throws -> Calibration {
    let found = try calibrationScores(of: model)
    let scores = found.scores
    // The last optimizer step may have diverged: no loss was computed after it.
    guard scores.nanCount == 0, scores.finiteCount == scores.count else {
      throw TrainingError(.lossNotFinite(epoch: epoch, batch: 0))
    }
    let calibration = scores.calibration
    return Calibration(
      measure: measure(of: model), scores: calibration, origin: found.origin,
      threshold: threshold(of: calibration, found) ?? AnomalyThreshold(value: .infinity),
      isSteered: found.origin == .validation && held.areShared ? true : nil, foldCount: cross?.folds.count)
  }

  /// The scores that calibrate a model, and what else the threshold is chosen by.
  struct FoundScores {
    var scores: CalibrationScores
    var origin: Calibration.Origin
    /// The largest score without certain evidence of a gross outlier; nil unless the rows are to be judged.
    var largestOrdinary: Double?
  }

  /// Returns the scores of the rows that calibrate a model.
  private mutating func calibrationScores(of model: any RowModel) throws -> FoundScores {
    if let cross {
      return FoundScores(scores: try crossValidated(cross, model), origin: .crossValidation)
    }
    var ordinary = -Double.infinity
    let noteOrdinary = { (_: Double, score: Double, evidence: Float) in
      if evidence < 1 { ordinary = max(ordinary, score) }
    }
    // Held-out rows from a file of their own calibrate even if the learned rows are scored: they are normal.
    let isEnough = held.calibratingCount >= HeldOutParts.countNeeded
    if options.rows.areScored, let validation = data.validationRows,
      options.rows.validationSource == nil || !isEnough
    {
      var scores = try errors(of: data.trainingRows, learned: true, by: model, each: noteOrdinary)
      scores.merge(
        try errors(
          of: validation, images: data.validationImages, learned: false, by: model, each: noteOrdinary))
      return FoundScores(scores: scores, origin: .all, largestOrdinary: ordinary)
    }
    if let rows = held.calibrating, isEnough {
      return FoundScores(
        scores: try errors(of: rows, images: held.tiledImages, learned: false, by: model),
        origin: .validation)
    }
    let origin: Calibration.Origin =
      options.rows.areScored ? .all : model.leavesOneOut ? .leaveOneOut : .training
    // Rows with gross outliers are known not to be normal, as in a cross-validation.
    let isOfImages = origin == .leaveOneOut && data.schema.shape.imageExtents != nil
    let rows =
      isOfImages && data.trainingImages.isEmpty ? Self.spaced(data.trainingRows) : data.trainingRows
    let scores = try errors(
      of: rows, learned: true, skipsGross: origin == .leaveOneOut, by: model, each: noteOrdinary)
    if scores.count > 0 {
      return FoundScores(
        scores: scores, origin: origin, largestOrdinary: origin == .all ? ordinary : nil)
    }
    return FoundScores(
      scores: try errors(of: data.trainingRows, learned: true, by: model), origin: origin)
  }

  /// Returns evenly spaced rows, at most ``imageLimit``.
  private static func spaced(_ rows: any EpochRows) -> any EpochRows {
    guard rows.rowCount > imageLimit else { return rows }
    return RowSubset(rows, numbers: (0..<imageLimit).map { $0 * rows.rowCount / imageLimit })
  }

  /// Returns the scores of all rows without gross outliers, each by a model fitted without its fold.
  ///
  /// A row with certain evidence of a gross outlier is known not to be normal, so it is left out: the
  /// threshold and the p-values are those of rows without such values, and a gross outlier among the fitted
  /// rows is flagged when they are scored. The refits use the gross-outlier check of the model itself, not
  /// ranges of their own.
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
      _ = try errors(of: fold.leftOut, images: fold.tiledImages, learned: false, by: checked) {
        guard let sample = samples.next() else { return }
        (all[sample], evidence[sample]) = ($0, $2)
      }
    }
    var isGross = evidence.map { $0 >= 1 }
    // If every row has such evidence, there are no others to compare with.
    if isGross.allSatisfy(\.self) { isGross = isGross.map { _ in false } }
    let steering = cross.folds.heldOutSamples.map { isGross[$0] ? nil : all[$0] }
    let ratio = try errorRatio(of: model, to: steering)
    let kept = all.indices.filter { !isGross[$0] }
    // With few rows, the scores of the refits may be higher than any score of the model itself.
    raise?.include(kept.map { all[$0] * ratio })
    var scores = CalibrationScores()
    scores.update(
      contentsOf: kept.map { raise?.score(all[$0] * ratio, evidence: evidence[$0]) ?? all[$0] * ratio })
    return scores
  }

  /// Returns the ratio of the errors of `model` to those of the refits, on the rows that both were fitted
  /// without; 1 if there are few such rows, or if the scores are not errors.
  ///
  /// `refits` has the scores of the refits, nil for rows to ignore. The refits learn from fewer rows, and
  /// each training ends slightly better or worse than another. The geometric mean of the ratios of the same
  /// rows corrects both. These rows also determined the epoch at which the training of `model` stopped.
  private func errorRatio(of model: any RowModel, to refits: [Double?]) throws -> Double {
    guard isError(measure(of: model)), let rows = held.steering else { return 1 }
    var own: [Double] = []
    _ = try errors(of: rows, images: data.validationImages, learned: false, by: model) { score, _, _ in
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

  /// Returns whether a measure is an error, whose ratios have a meaning; logarithmic scores are not.
  private func isError(_ measure: ScoreMeasure) -> Bool {
    switch measure {
    case .reconstruction, .mahalanobis, .structuralDissimilarity, .gradientDissimilarity, .mixed: true
    default: false
    }
  }

  /// The minimum number of rows for a ratio.
  private static let ratioCountNeeded = 8
  /// The bound of the logarithm of one row's ratio: a factor of 7.4.
  private static let ratioLimit = 2.0

  /// Returns the measure of the options; if there is none, that of the model.
  private func measure(of model: any RowModel) -> ScoreMeasure {
    if let asked = options.scores.measure { return asked }
    return switch model.ownScore {
    case nil: .meanSquared
    case .distance: .own
    case .logarithmic: .relative
    case .mahalanobis: .mahalanobis
    case .cellCosts: .mixed
    case .pixels: .defect
    case .patches: .patches
    case .similarity(.structural): .structuralDissimilarity
    case .similarity(.gradient): .gradientDissimilarity
    }
  }

  /// Returns the scores of encoded rows in their stored order; of images, if the rows are tiles.
  ///
  /// If `skipsGross`, rows with certain evidence of a gross outlier are left out; partial evidence is common
  /// among normal rows. `each` receives the score of each sample before and after it is raised, and the
  /// evidence of a gross outlier in its last row.
  private func errors(
    of rows: any EpochRows, images: [TiledImage]? = nil, learned: Bool, skipsGross: Bool = false,
    by model: any RowModel,
    each: (_ score: Double, _ raised: Double, _ evidence: Float) -> Void = { _, _, _ in }
  ) throws -> CalibrationScores {
    var scores = ImageScores(
      data.schema.preparation?.tiles ?? .init(side: 1), of: measure(of: model),
      images: images ?? data.trainingImages, region: data.schema.preparation?.region)
    var found = CalibrationScores()
    try forEachScore(of: rows, learned: learned, by: model) { score, evidence, pixels in
      let raised = raise?.score(score, evidence: evidence) ?? score
      guard let sampleScore = scores.add(raised, pixels: pixels) else { return }
      if !skipsGross || evidence < 1 { found.update(sampleScore) }
      // Only images have several rows per sample, and those are not checked.
      each(evidence > 0 ? score : sampleScore, sampleScore, evidence)
    }
    return found
  }

  /// Calls `body` with the score of each row, before it is raised, its evidence of a gross outlier, and the
  /// scores of its pixels if they make a map, in the rows' stored order.
  private func forEachScore(
    of rows: any EpochRows, learned: Bool, by model: any RowModel,
    _ body: (_ score: Double, _ evidence: Float, _ pixels: FloatSlice?) -> Void
  ) throws {
    let measure = measure(of: model)
    let pass = RowErrorPass(
      model: model, rowsWereLearned: learned,
      includesCrossEntropy: measure == .reconstruction(.binaryCrossEntropy),
      pixelScore: pixelScore(measure))
    // The scores of pixels would be too many to send: every process computes them all.
    let isShared = options.communicator.rankCount > 1 && pass.pixelScore == nil
    try NumericThread.scope { () throws -> Void in
      guard isShared else {
        return try pass.run(over: rows, on: pool) { _, result in
          body(measure.value(of: result.errors, own: result.ownScore), result.evidence, result.pixels)
        }
      }
      try forEachSharedScore(of: rows, pass, measure) { body($0, $1, nil) }
    }
  }

  /// Calls `body` with the score and the evidence of each row, which the processes compute together.
  private func forEachSharedScore(
    of rows: any EpochRows, _ pass: RowErrorPass, _ measure: ScoreMeasure,
    _ body: (_ score: Double, _ evidence: Float) -> Void
  ) throws {
    var own: [Double] = []
    let shares = try pass.run(over: rows, sharedBy: options.communicator, on: pool) { _, result in
      own.append(measure.value(of: result.errors, own: result.ownScore))
      own.append(Double(result.evidence))
    }
    for values in options.communicator.gathered(own, counts: shares.map { 2 * $0.count }) {
      for index in stride(from: 0, to: values.count, by: 2) { body(values[index], Float(values[index + 1])) }
    }
  }

  /// Returns the way that pixels get scores; nil if the scores of images are not those of pixels.
  private func pixelScore(_ measure: ScoreMeasure) -> (PixelScore, count: Int)? {
    guard let tiles = data.schema.preparation?.tiles, tiles.score.isOfMap else { return nil }
    let score = PixelScore(measure)
    return score.valueCount(of: data.schema.shape).map { (score, $0) }
  }
}
