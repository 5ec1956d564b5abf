import MisfitCore
import MisfitIngest
import MisfitModels

/// The calibration of one fit: on rows held out of it, or on all rows by cross-validation.
///
/// Cross-validation refits the model once a fold, with the same options, and scores each row by the model
/// that has not seen its fold. These scores represent those of new rows: Barber, Candès, Ramdas and
/// Tibshirani, "Predictive inference with the jackknife+" (2021). New rows are scored by the one model that
/// is kept, as in their "CV" method, so model files and scoring cost nothing more. The models of the folds
/// learn from a little less data than the kept one, which makes their errors a little larger and false alarms
/// a little rarer.
struct CalibrationPlan {
  /// The number of folds of a cross-validation; nil calibrates on held-out rows, or on those that the model
  /// learned from.
  let foldCount: Int?

  /// The number of rows to calibrate on.
  static let rowsWanted = ModelTraits.calibrationRowCount

  /// Plans the calibration of a fit.
  ///
  /// If `steersTraining`, training watches the held-out rows.
  init(_ options: FitOptions, kind: ModelChoice, data: TrainingData, steersTraining: Bool) {
    let hasFile = options.rows.validationSource != nil
    let sampleCount = TrainingFolds.sampleCount(of: data, hasValidationSource: hasFile)
    guard Self.suits(options, kind), sampleCount >= HeldOutParts.countNeeded else {
      foldCount = nil
      return
    }
    let held = HeldOutParts(
      data.validationRows, tiledImages: data.validationImages, steersTraining: steersTraining)
    let isEnough: Bool
    switch options.scores.calibration {
    case .split: isEnough = true
    case .cross: isEnough = false
    case .automatic:
      // A validation file was given to calibrate on, and so was a share that has no other use.
      let isGiven = hasFile || (options.rows.validationShare ?? 0) > 0 && !kind.traits.stopsEarly
      isEnough =
        held.calibratingCount >= (isGiven ? HeldOutParts.countNeeded : Self.rowsWanted) && !held.areShared
    }
    foldCount = isEnough ? nil : kind.traits.foldCount(sampleCount)
  }

  /// Returns whether a model can be cross-validated: it learns from rows taken to be normal, and does not
  /// exclude a row from its own score.
  static func suits(_ options: FitOptions, _ kind: ModelChoice) -> Bool {
    !options.rows.areScored && options.scores.calibration != .split
      && !kind.traits.excludesSelf
  }

  /// Returns the share of the samples to hold out if none was requested: a tenth, or as much more as it takes
  /// to calibrate on ``rowsWanted``, if that is at most a fifth of the samples.
  ///
  /// A model that needs no rows for early stopping holds none out if it is cross-validated.
  static func validationShare(_ options: FitOptions, _ kind: ModelChoice, sampleCount: Int) -> Double {
    guard suits(options, kind), options.scores.calibration == .automatic else {
      return options.scores.calibration == .cross && suits(options, kind) && !kind.traits.stopsEarly
        ? 0 : usualShare
    }
    // Training watches one half of the rows that a network holds out.
    let wanted = kind.traits.stopsEarly ? 2 * rowsWanted : rowsWanted
    let share = Double(wanted) / Double(max(1, sampleCount))
    if share <= largestShare { return max(share, usualShare) }
    return kind.traits.stopsEarly || sampleCount < HeldOutParts.countNeeded ? usualShare : 0
  }

  private static let usualShare = 0.1
  private static let largestShare = 0.2
}

/// The refits of a cross-validation.
struct CrossValidation {
  let folds: TrainingFolds
  /// The closure that fits a model to the training rows of one fold.
  let refit: (TrainingData) throws -> any RowModel
  /// The closure that is called before each refit, with its number counted from 1.
  let onFold: (Int) throws -> Void
}

extension CalibrationPlan {
  /// Calls `body` with the refits of the plan, which are reported as events; with nil if there are none.
  func crossValidating<Result>(
    _ data: TrainingData, _ options: FitOptions, seed: UInt64, onEvent: (FitEvent) throws -> Void,
    refit: (TrainingData) throws -> any RowModel, _ body: (CrossValidation?) throws -> Result
  ) throws -> Result {
    guard let foldCount else { return try body(nil) }
    let folds = TrainingFolds(
      data, count: foldCount, hasValidationSource: options.rows.validationSource != nil, seed: seed)
    return try withoutActuallyEscaping(refit) { refit in
      try withoutActuallyEscaping(onEvent) { onEvent in
        try body(
          CrossValidation(
            folds: folds, refit: refit, onFold: { try onEvent(.calibrating(fold: $0, of: foldCount)) }))
      }
    }
  }
}

extension TrainingRecord {
  /// Returns the share of the samples that was held out; nil if samples are not rows.
  func heldOutShare(among sampleCount: Int) -> Double? {
    guard sampleCount > 0, rowCount + validationRowCount == sampleCount else { return nil }
    return Double(validationRowCount) / Double(sampleCount)
  }
}
