import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

/// What a fit tells while it goes on.
package enum FitEvent: Sendable {
  /// Rows read so far in a pass: the first learns the schema, the second encodes.
  case reading(pass: Int, rowCount: Int)
  /// The data is read: schema, rows to train on, rows held out.
  case loaded(Schema, rowCount: Int, validationRowCount: Int)
  /// The targets are read too: their schema.
  case loadedTargets(Schema)
  /// What was chosen because the options did not say.
  case chosen([Choice], Architecture, TrainingOptions)
  /// The same, where the model is no network.
  case chosenModel([Choice], ModelChoice)
  /// Another network of an ensemble begins, from 1.
  case member(Int, of: Int)
  /// The network as training begins with it; its parameters change in place while training goes on.
  case prepared(Network)
  /// Training stays in f32 though bf16 was asked for, for this reason; the model's record says f32.
  case staysSingle(reason: String)
  /// Rows done and rows in all of a pass that is no training, with what it is for; several times a second.
  case working(FitActivity, rowCount: Int, of: Int)
  /// Training goes on from a checkpoint, after this many epochs.
  case resumed(epochs: Int)
  /// Training.
  case training(Trainer.Event)
  /// The model is fitted, and a refit without one fold of the rows begins, from 1, to calibrate it.
  case calibrating(fold: Int, of: Int)
}

/// Why a fit ended without a model.
package struct FitError: DiagnosableError, Hashable {
  /// What happened.
  package enum Kind: Hashable, Sendable {
    /// The caller asked to stop; the run is saved at the path, if one was given.
    case interrupted(checkpointPath: String?)
    /// `resumes` needs a checkpoint.
    case noCheckpoint(String)
    /// Cross-entropy, as the loss or the error, of data that does not lie in [0, 1]; which option asked for
    /// it.
    case notInUnitInterval(option: OptionName)
    /// Only the training of one network can be gone on with.
    case notResumable(ModelChoice)
    /// Which rows are left out depends on the epoch's first weights, which no checkpoint has.
    case trimmingNotResumable
    /// Options say something else than the unfinished run began with, so that its result would not be what
    /// they ask for.
    case otherOptions([OptionDifference], checkpointPath: String)
    /// The data has changed since the checkpoint was written.
    case dataChanged(checkpointPath: String)
  }

  /// What happened.
  package var kind: Kind

  /// Makes an error.
  package init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
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
        "a fit that leaves out the oddest rows is not saved on the way, so there is none to resume",
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
  /// Learns what the samples of a source normally look like.
  ///
  /// The same source, options and seed give the same bits, at any number of threads.
  ///
  /// - Throws: ``IngestError`` with its place in the data; ``TargetError``, ``ArchitectureError``,
  ///   ``TrainingError``, ``FileError`` of a checkpoint; ``FitError`` where `shouldStop`, which is asked
  ///   after every batch, gave true.
  package static func fit(
    _ source: any RecordSource, options: FitOptions = FitOptions(),
    onEvent: (FitEvent) throws -> Void, shouldStop: () -> Bool = { false }
  ) throws -> Detector {
    let kind = options.modelChoice(for: source)
    let traits = kind.traits
    if let targets = options.targetSource, !traits.takesTargets {
      throw TargetError(.notForModel(kind), source: targets.name)
    }
    if let targets = options.targetSource, options.contamination != nil, options.contamination != .share(0) {
      throw TargetError(.notTrimmed, source: targets.name)
    }
    guard traits.isResumable || !options.resumes else { throw FitError(.notResumable(kind)) }
    var options = options
    options.contamination = ModelChoices.contamination(options, kind, layout: source.layout)
    // A network that leaves out no rows is trained like one without the option.
    if options.contamination == .share(0), traits.isNetwork { options.contamination = nil }
    if options.contamination != nil, traits.isResumable {
      guard !options.resumes else { throw FitError(.trimmingNotResumable) }
      options.checkpointPath = nil
    }
    let checkpoint = try Checkpoint(of: options)
    try checkpoint.check(options)
    var loading = TrainingData.Options()
    loading.threadCount = options.threadCount
    loading.scaling = ModelChoices.scaling(options, kind, layout: source.layout)
    loading.tableScaling = options.scaling
    // Other models have missing cells filled in front of them.
    loading.hasIndicators = traits.trainsInEpochs
    let share = ModelChoices.validationShare(options, kind, layout: source.layout)
    loading.validationShareOfCount = share
    // A run that is resumed holds out what it began with.
    if let training = checkpoint.saved?.record.training, options.validationShare == nil {
      loading.validationShareOfCount = { training.heldOutShare(among: $0) ?? share($0) }
    }
    loading.validationSource = options.validationSource
    loading.targetSource = options.targetSource
    loading.validationTargetSource = options.validationTargetSource
    loading.targetScaling = ModelChoices.scaling(
      options, kind, layout: options.targetSource?.layout ?? source.layout)
    loading.memoryLimitBytes = checkpoint.saved?.record.training.memoryLimitBytes ?? options.memoryLimitBytes
    loading.seed = checkpoint.saved?.record.training.options.seed ?? options.seed
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
        let run = FitRun(
          source: source, data: data, options: options, kind: kind, checkpoint: checkpoint, watch: watch,
          onEvent: onEvent, shouldStop: shouldStop)
        return try run.detector().rememberingFiles(of: source)
      }
    }
  }
}
