import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// An event of a fit in progress.
package enum FitEvent: Sendable {
  /// The number of rows read so far in a pass: the first pass learns the schema, the second encodes.
  case reading(pass: Int, rowCount: Int)
  /// The data is loaded: schema, number of training rows, number of held-out rows.
  case loaded(Schema, rowCount: Int, validationRowCount: Int)
  /// The targets are loaded too: their schema.
  case loadedTargets(Schema)
  /// The plan of the fit, and the choices that the options left open.
  case planned(FitPlan, [Choice])
  /// The training of a network of an ensemble starts, counted from 1.
  case member(Int, of: Int)
  /// The network before training; its parameters change in place during training.
  case prepared(Network)
  /// Training uses f32 although bf16 was requested, for this reason; the model's record says f32.
  case usesFloat32(reason: String)
  /// The number of rows done and of all rows in a pass other than training, with its purpose; several times a
  /// second.
  case working(FitActivity, rowCount: Int, of: Int)
  /// Training continues from a checkpoint, after this many epochs.
  case resumed(epochs: Int)
  /// An event of training.
  case training(Trainer.Event)
  /// Notes on the series that rows follow each other in, and on the windows.
  case series([MessageText])
  /// The model is fitted, and a refit without one fold of the rows starts, counted from 1, to calibrate it.
  case calibrating(fold: Int, of: Int)
}

/// An error that ended a fit without a model.
package struct FitError: DiagnosableError, Hashable {
  /// The kind of the error.
  package enum Kind: Hashable, Sendable {
    /// The caller requested to stop; the run is saved at the path, if one was given.
    case interrupted(checkpointPath: String?)
    /// There is no checkpoint to resume from; its path.
    case noCheckpoint(String)
    /// The option requests cross-entropy, as the loss or the error, for data outside [0, 1].
    case notInUnitInterval(option: OptionName)
    /// Only the training of a single network can be resumed.
    case notResumable(ModelChoice)
    /// A fit that leaves out rows cannot be resumed: the choice depends on the first weights of the epoch,
    /// which no checkpoint contains.
    case trimmingNotResumable
    /// Options differ from those that the unfinished run began with, so its result would not be the requested
    /// one.
    case otherOptions([OptionDifference], checkpointPath: String)
    /// The data has changed since the checkpoint was written.
    case dataChanged(checkpointPath: String)
  }

  /// The kind of the error.
  package var kind: Kind

  /// Creates an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The problem, its position and a remedy.
  package var diagnosis: Diagnosis {
    switch kind {
    case .interrupted(let path?):
      Diagnosis(
        "stopped; the run so far is saved in \(path)", remedy: "run the same fit with \(.resumes) to continue"
      )
    case .interrupted(nil): Diagnosis("stopped")
    case .noCheckpoint(let path):
      Diagnosis(
        "there is no unfinished run to resume", at: InputPosition(source: path),
        remedy: "start it without \(.resumes)")
    case .notResumable(let model):
      Diagnosis(
        "a fit of \(.model, model.name) is not saved on the way, so there is none to resume",
        remedy: "start it without \(.resumes)")
    case .trimmingNotResumable:
      Diagnosis(
        """
        a fit that leaves out the rows with the largest errors is not saved on the way, so there is none to \
        resume
        """,
        remedy: "start it without \(.resumes)")
    case .notInUnitInterval(let option):
      Diagnosis(
        "\(option, "bce") needs data in [0, 1], and this is not",
        remedy: "add \(.scaling, "min-max"), or choose another \(option)")
    case .dataChanged(let path):
      Diagnosis(
        "the data is not what the unfinished run began with", at: InputPosition(source: path),
        remedy:
          """
          resume with the same data and the same \(.scaling), \(.validation) and \(.columnKind), or start \
          again without \(.resumes)
          """
      )
    case .otherOptions(let differences, let path):
      Diagnosis(
        "the unfinished run has other options: \(MessageText.list(differences.map(\.text)))",
        at: InputPosition(source: path),
        remedy: "omit them to continue as it began, or start again without \(.resumes)")
    }
  }
}

extension Detector {
  /// Returns a detector that has learned what the samples of a source normally look like.
  ///
  /// The same source, options and seed give the same bits, at any number of threads.
  ///
  /// - Throws: ``IngestError`` with its position in the data; ``TargetError``, ``ArchitectureError``,
  ///   ``TrainingError``, ``FileError`` of a checkpoint; ``FitError`` if `shouldStop`, which is called after
  ///   every batch, returned true.
  package static func fit(
    _ source: any RecordSource, options: FitOptions = FitOptions(),
    onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool = { false }
  ) throws -> Detector {
    if let series = options.series {
      return try withoutActuallyEscaping(onEvent) { onEvent in
        try withoutActuallyEscaping(shouldStop) { shouldStop in
          try SeriesFit(
            source: source, options: options, series: series, onEvent: onEvent, shouldStop: shouldStop
          ).detector()
        }
      }
    }
    let kind = options.modelChoice(for: source)
    let traits = kind.traits
    if let targets = options.rows.targetSource, !traits.takesTargets {
      throw TargetError(.notForModel(kind), source: targets.name)
    }
    if let targets = options.rows.targetSource, options.rows.contamination != nil,
      options.rows.contamination != .share(0)
    {
      throw TargetError(.notTrimmed, source: targets.name)
    }
    guard traits.isResumable || !options.run.resumes else { throw FitError(.notResumable(kind)) }
    let choices = DataChoices(options: options, kind: kind, layout: source.layout)
    var options = options
    options.rows.contamination = choices.contamination
    // A network that leaves out no rows is trained like one without the option.
    if options.rows.contamination == .share(0), traits.isNetwork { options.rows.contamination = nil }
    if options.rows.contamination != nil, traits.isResumable {
      guard !options.run.resumes else { throw FitError(.trimmingNotResumable) }
      options.run.checkpointPath = nil
    }
    let checkpoint = try Checkpoint(of: options)
    try checkpoint.check(options)
    let loading = choices.loading(resuming: checkpoint.saved?.record.training)
    // Before the work: files that cannot be read must not cost a training run, nor change its model.
    let fingerprint = try FileFingerprint.of(source.filePaths)
    let data = try TrainingData.load(source, options: loading) { pass, rowCount in
      try onEvent(.reading(pass: pass, rowCount: rowCount))
    }
    try onEvent(
      .loaded(
        data.schema, rowCount: data.training.rowCount, validationRowCount: data.validation?.rowCount ?? 0))
    if let targetSchema = data.targetSchema { try onEvent(.loadedTargets(targetSchema)) }
    return try withoutActuallyEscaping(onEvent) { onEvent in
      try withoutActuallyEscaping(shouldStop) { shouldStop in
        let watch = RowWatch(onEvent: onEvent, shouldStop: shouldStop)
        defer { watch.end(on: data) }
        let run = try FitRun(
          source: source, data: data, options: options, kind: kind, checkpoint: checkpoint, watch: watch,
          onEvent: onEvent, shouldStop: shouldStop)
        return try run.detector().remembering(fingerprint)
      }
    }
  }
}
