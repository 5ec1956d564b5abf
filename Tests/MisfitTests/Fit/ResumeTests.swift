import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("An interrupted fit")
struct ResumeTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("run.checkpoint")
  }

  /// The configuration of a run.
  enum Setting: CaseIterable, Sendable {
    case plain, validation, earlyStopping, plateau, spilled, momentum

    func options() -> FitOptions {
      var options = SmallData.options(epochs: 6)
      options.rows.validationShare = 0
      options.training.batchSize = 8
      // Refits are not saved on the way, and would have to fit between two stops.
      if self != .plain { options.scores.calibration = .split }
      switch self {
      case .plain: break
      case .validation: options.rows.validationShare = 0.2
      case .earlyStopping:
        options.training.epochs = 40
        options.training.patience = 2
        options.rows.validationShare = 0.2
        options.training.optimizer.learningRate = 0.3
      case .plateau:
        options.training.plateauPatience = 1
        options.training.optimizer.learningRate = 0.3
      case .spilled: options.run.memoryLimitBytes = 400
      case .momentum:
        options.training.optimizer = Optimizer(.gradientDescent, learningRate: 0.01)
        options.training.optimizer.momentum = 0.9
      }
      return options
    }
  }

  @Test(
    "Interrupted after any batch and resumed, it gives the bits of an uninterrupted run",
    arguments: Setting.allCases)
  func sameBits(setting: Setting) throws {
    var options = setting.options()
    var batches = 0
    let whole = try Detector.fit(
      SmallData.source(), options: options,
      shouldStop: {
        batches += 1
        return false
      })
    #expect(batches > 10)
    let expected = try DeterminismTests.savedBytes(whole)
    options.run.checkpointPath = path
    for stop in [0, 1, 5, 6, 7, batches / 2, batches - 1] {
      options.run.resumes = false
      var seen = 0
      #expect(throws: FitError(.interrupted(checkpointPath: path))) {
        try Detector.fit(
          SmallData.source(), options: options,
          shouldStop: {
            seen += 1
            return seen > stop
          })
      }
      options.run.resumes = true
      let resumed = try Detector.fit(SmallData.source(), options: options)
      #expect(try DeterminismTests.savedBytes(resumed) == expected, "stopped after \(stop) batches")
      #expect(FileSystem.status(of: path) != nil, "the checkpoint stays until the model is saved")
    }
  }

  @Test("A run may be interrupted again and again")
  func againAndAgain() throws {
    var options = Setting.earlyStopping.options()
    let expected = try DeterminismTests.savedBytes(Detector.fit(SmallData.source(), options: options))
    options.run.checkpointPath = path
    var finished: Detector?
    for attempt in 0..<1000 where finished == nil {
      options.run.resumes = attempt > 0
      var seen = 0
      finished = try? Detector.fit(
        SmallData.source(), options: options,
        shouldStop: {
          seen += 1
          // More each time, since calibration begins again.
          return seen > 4 + attempt
        })
    }
    #expect(try DeterminismTests.savedBytes(#require(finished)) == expected)
  }

  @Test("The checkpoint can be read, contains the progress, and is not a finished model")
  func readable() throws {
    try interrupt(afterBatches: 9)
    let file = try ModelFile(readingFrom: path)
    #expect(file.state?.progress.epochs.count == 1)
    #expect(file.state?.progress.rowsDone == 8)
    #expect(file.state?.progress.stepCount == 9)
    #expect(try Detector.load(path).calibration.scores.count == 0)
    let detector = try SmallData.detector()
    try detector.save(path)
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    options.run.resumes = true
    #expect(throws: ModelFileError(.notACheckpoint, path: path)) {
      try Detector.fit(SmallData.source(), options: options)
    }
  }

  @Test("Resuming without a checkpoint is an error")
  func missing() throws {
    var options = Setting.plain.options()
    options.run.resumes = true
    #expect(throws: FitError.self) { try Detector.fit(SmallData.source(), options: options) }
    options.run.checkpointPath = path
    #expect(throws: FitError(.noCheckpoint(path))) {
      try Detector.fit(SmallData.source(), options: options)
    }
  }

  @Test("Resuming with other data is an error, and the checkpoint is kept")
  func otherData() throws {
    try interrupt(afterBatches: 9)
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    options.run.resumes = true
    let before = try readBytes(path)
    for source in [try SmallData.source(seed: 8), try SmallData.source(rows: 61)] {
      #expect(throws: FitError(.dataChanged(checkpointPath: path))) {
        try Detector.fit(source, options: options)
      }
    }
    #expect(try readBytes(path) == before)
  }

  @Test("Resuming with other options is an error that names them, and the checkpoint is kept")
  func otherOptions() throws {
    try interrupt(afterBatches: 9)
    let before = try readBytes(path)
    func differences(_ change: (inout FitOptions) -> Void) -> [String] {
      var options = Setting.plain.options()
      options.run.checkpointPath = path
      options.run.resumes = true
      change(&options)
      do {
        _ = try Detector.fit(SmallData.source(), options: options, shouldStop: { true })
        return ["none"]
      } catch {
        guard case .otherOptions(let found, path)? = (error as? FitError)?.kind else { return [] }
        return found.map(\.text.description)
      }
    }
    #expect(
      differences { $0.rows.validationShare = 0.2 } == [
        "`FitOptions.rows.validationShare` = 12 rows (it began with 0 rows)"
      ])
    #expect(differences { $0.training.epochs = 7 } == ["`FitOptions.training.epochs` = 7 (it began with 6)"])
    #expect(differences { $0.seed += 1 }.count == 1)
    #expect(
      differences { $0.scaling = .minMax } == ["`FitOptions.scaling` = min-max (it began with standard)"])
    #expect(
      differences {
        $0.network.hidden = [3, 1]
        $0.training.loss = .meanAbsoluteError
        $0.training.optimizer.learningRate = 0.25
      }.map { $0.prefix { $0 != " " } } == [
        "`FitOptions.network.hidden`", "`FitOptions.training.loss`",
        "`FitOptions.training.optimizer.learningRate`",
      ])
    #expect(
      differences { $0.training.noise = Noise(.gaussian, amount: 0.5) } == [
        "`FitOptions.training.noise` = gaussian:0.5 (it began with none)"
      ])
    #expect(
      differences { $0.training.penalties = [.absolute(weight: 0.1)] } == [
        "`FitOptions.training.penalties` = l1:0.1 (it began with none)"
      ])
    #expect(try readBytes(path) == before)
    // What does not change the weights may differ; so may what is not said again.
    #expect(
      differences {
        $0.run.threadCount = 1
        $0.scores.quantile = 0.5
        $0.run.memoryLimitBytes = 4096
      } == [])
  }

  @Test("Without a checkpoint path, an interruption leaves nothing")
  func noPath() throws {
    #expect(throws: FitError(.interrupted(checkpointPath: nil))) {
      try Detector.fit(SmallData.source(), options: SmallData.options(), shouldStop: { true })
    }
  }

  @Test("An error of the event handler ends the fit, and the checkpoint of the last epoch is kept")
  func throwingReceiver() throws {
    struct Stop: Error {}
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    #expect(throws: Stop.self) {
      try Detector.fit(
        SmallData.source(), options: options,
        onEvent: { event in
          if case .training(.epoch(let record)) = event, record.epoch == 3 { throw Stop() }
        })
    }
    #expect(try ModelFile(readingFrom: path).state?.progress.epochs.count == 3)
  }

  @Test("A diverging training is an error, and the checkpoint of the last good epoch is kept")
  func explodes() throws {
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    options.training.optimizer = Optimizer(.gradientDescent, learningRate: 1)
    options.network.activation = .linear
    options.training.epochs = 2000
    var lastGood = 0
    let error = #expect(throws: TrainingError.self) {
      try Detector.fit(
        SmallData.source(), options: options,
        onEvent: { event in
          if case .training(.epoch(let record)) = event { lastGood = record.epoch }
        })
    }
    guard case .lossNotFinite(let epoch, _)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(epoch == lastGood + 1)
    let file = lastGood > 0 ? try ModelFile(readingFrom: path) : nil
    #expect((file?.state?.progress.epochs.count ?? 0) == lastGood)
    #expect(file?.autoencoder?.parameters.array.allSatisfy(\.isFinite) ?? true)
  }

  @Test("A last step that diverges leaves no model")
  func lastStep() throws {
    var options = Setting.plain.options()
    options.training.batchSize = 64
    options.training.epochs = 1
    options.training.optimizer = Optimizer(.gradientDescent, learningRate: 1e38)
    #expect(throws: TrainingError.self) { try Detector.fit(SmallData.source(), options: options) }
  }

  @Test("A hostile checkpoint is an error, not a trap")
  func hostile() throws {
    try interrupt(afterBatches: 9)
    let good = try HandMadeModel(of: path)
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    options.run.resumes = true
    let lies: [(String, Any)] = [
      ("rowsDone", -8), ("rowsDone", 1_000_000), ("rowsDone", Int.max), ("stepCount", Int.max),
      ("stepCount", -1), ("epochsSinceBest", Int.max), ("epochsOnPlateau", Int.max), ("epochs", 7),
      ("learningRate", "fast"), ("isFinished", 2),
    ]
    for (key, value) in lies {
      var model = good
      model.progress?[key] = value
      try model.write(to: path)
      #expect(throws: (any Error).self, "\(key) = \(value)") {
        try Detector.fit(SmallData.source(), options: options)
      }
    }
    for (index, tensor) in good.tensors.enumerated() where tensor.name.hasPrefix("training.") {
      var model = good
      model.tensors[index].values.removeLast()
      model.tensors[index].extents[0] -= 1
      try model.write(to: path)
      #expect(throws: ModelFileError.self) { try Detector.fit(SmallData.source(), options: options) }
    }
    try good.write(to: path)
    #expect(throws: Never.self) { try Detector.fit(SmallData.source(), options: options) }
  }

  private func interrupt(afterBatches count: Int) throws {
    var options = Setting.plain.options()
    options.run.checkpointPath = path
    var seen = 0
    #expect(throws: FitError.self) {
      try Detector.fit(
        SmallData.source(), options: options,
        shouldStop: {
          seen += 1
          return seen > count
        })
    }
  }

  @Test(
    "Resuming with an error measure that does not suit the loss is refused",
    arguments: [ScoreMeasure.negativeLogLikelihood, .binaryCrossEntropy])
  func otherError(measure: ScoreMeasure) throws {
    let source = try CSVSource(text: MixedTableTests.table())
    var options = SmallData.options(epochs: 3)
    options.model = .autoencoder
    options.training.loss = .meanSquaredError
    options.run.checkpointPath = path
    #expect(throws: FitError(.interrupted(checkpointPath: path))) {
      try Detector.fit(source, options: options, shouldStop: { true })
    }
    options.scores.measure = measure
    #expect(throws: (any Error).self) { try Detector.fit(source, options: options) }
    options.run.resumes = true
    #expect(throws: (any Error).self) { try Detector.fit(source, options: options) }
    options.scores.measure = .meanAbsolute
    #expect(try Detector.fit(source, options: options).calibration.measure == .meanAbsolute)
  }
}
