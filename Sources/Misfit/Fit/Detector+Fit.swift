import MisfitAnalytics
import MisfitCore
import MisfitIngest
import MisfitKernels
import MisfitModels
import MisfitNetworks

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
    if let count = options.training.shardCount, !ShardTree.isShardCount(count) {
      throw TrainingError(.shardCount(count))
    }
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
    let given = source
    let source = try ImageTiling.applied(to: given, kind, options)
    if let tiles = source.layout.preparation?.tiles, given.layout.preparation?.tiles == nil {
      try onEvent(
        .tiled(
          MessageText(
            """
            images are scored in patches of \(tiles.side) x \(tiles.side) pixels every \(tiles.stride); an \
            image's score is \(tiles.score.text)
            """)))
    }
    if let score = options.rows.patchScore, source.layout.preparation?.tiles == nil {
      throw FitError(.noPatches(score))
    }
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
    try data.check(sharedBy: options.communicator)
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

extension TrainingData {
  /// Throws if another process has loaded other rows.
  fileprivate func check(sharedBy communicator: any Communicator) throws(FitError) {
    guard communicator.rankCount > 1 else { return }
    let counts = [training.rowCount, validation?.rowCount ?? 0, schema.width, schema.inputCount]
    let numbers = schema.means + schema.standardDeviations
    let sums = [numbers.reduce(0, +), numbers.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }]
    let own = counts.map { Double($0) } + sums
    let all = communicator.gathered(
      own, counts: Array(repeating: own.count, count: communicator.rankCount))
    let others = all.indices.filter { all[$0].map(\.bitPattern) != all[0].map(\.bitPattern) }
    if !others.isEmpty { throw FitError(.processesDiffer(ranks: others)) }
  }
}

extension Detector {
  /// Returns a detector that has learned what the samples of a source normally look like.
  ///
  /// The same source, options and seed give the same bits, at any number of threads.
  ///
  /// - Parameters:
  ///   - source: The rows or images to learn from.
  ///   - options: The options; what they leave open is chosen from the data.
  ///   - onProgress: Called with the progress, several times a second.
  ///   - shouldStop: Called several times a second; the fit ends with an error after it has returned true.
  /// - Throws: ``IngestError`` with its position in the data; another ``MisfitError`` if options contradict
  ///   each other, the training diverges, or the fit is stopped.
  public static func fit(
    _ source: any RecordSource, options: FitOptions = FitOptions(),
    onProgress: (FitProgress) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Detector {
    try fit(
      source, options: options, onEvent: { event in FitProgress(event).map(onProgress) },
      shouldStop: shouldStop)
  }
}
