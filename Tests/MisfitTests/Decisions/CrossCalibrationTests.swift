import MisfitCore
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Calibration by cross-validation")
struct CrossCalibrationTests {
  static let models: [ModelChoice] = [.autoencoder, .principalComponents, .wide, .ensemble]

  private func options(_ model: ModelChoice) -> FitOptions {
    var options = SmallData.options(epochs: 2, hidden: [4])
    options.model = model
    if model == .principalComponents { options.components = .count(1) }
    return options
  }

  @Test("Every row of a small table calibrates, scored by a model that has not seen it", arguments: models)
  func everyRow(model: ModelChoice) throws {
    let detector = try Detector.fit(SmallData.source(), options: options(model))
    let calibration = detector.calibration
    #expect(calibration.origin == .crossValidation && calibration.scores.count == 60)
    #expect(calibration.isSteered == nil && calibration.foldCount != nil)
    #expect(detector.training.validationRowCount == (model == .autoencoder ? 6 : 0))
  }

  @Test("The refits depend on the seed, not on threads, and a file contains their calibration")
  func determinism() throws {
    let folder = try TemporaryFolder()
    var options = options(.autoencoder)
    let one = try Detector.fit(SmallData.source(), options: options)
    options.run.threadCount = 3
    let three = try Detector.fit(SmallData.source(), options: options)
    #expect(one.calibration == three.calibration && one.weightBits == three.weightBits)
    try one.save(folder.file("model.misfit"))
    #expect(try Detector.load(folder.file("model.misfit")).calibration == one.calibration)
  }

  @Test("Refits change no weight of the model that is kept", arguments: models)
  func weightsStay(model: ModelChoice) throws {
    let folder = try TemporaryFolder()
    var options = options(model)
    options.rows.validationShare = 0.1
    var files: [SafeTensors] = []
    for method in [CalibrationMethod.cross, .split] {
      options.scores.calibration = method
      let path = folder.file("\(method.rawValue).misfit")
      try Detector.fit(SmallData.source(), options: options).save(path)
      files.append(try SafeTensors(readingFrom: path))
    }
    #expect(files[0].tensors.map { $0.values.array } == files[1].tensors.map { $0.values.array })
  }

  @Test("Held-out rows calibrate if a file or a thousand rows are given, or if requested")
  func split() throws {
    var options = options(.principalComponents)
    options.scores.calibration = .split
    #expect(try Detector.fit(SmallData.source(rows: 300), options: options).calibration.scores.count == 30)
    options.scores.calibration = .automatic
    let many = try Detector.fit(SmallData.source(rows: 5_000), options: options)
    #expect(many.calibration.origin == .validation && many.calibration.scores.count == 1_000)
    options.rows.validationSource = try SmallData.source(rows: 40, seed: 3)
    let given = try Detector.fit(SmallData.source(), options: options)
    #expect(given.calibration.origin == .validation && given.calibration.scores.count == 40)
    options.scores.calibration = .cross
    let crossed = try Detector.fit(SmallData.source(), options: options)
    #expect(crossed.calibration.origin == .crossValidation && crossed.calibration.scores.count == 60)
  }

  @Test("Refits are reported, and a fit can be stopped between them")
  func events() throws {
    var folds: [Int] = []
    _ = try Detector.fit(
      SmallData.source(), options: options(.ensemble),
      onEvent: { if case .calibrating(let fold, of: 10) = $0 { folds.append(fold) } })
    #expect(folds == Array(1...10))
    #expect(throws: FitError(.interrupted(checkpointPath: nil))) {
      var isCalibrating = false
      _ = try Detector.fit(
        SmallData.source(), options: options(.ensemble),
        onEvent: { if case .calibrating(fold: 2, of: _) = $0 { isCalibrating = true } },
        shouldStop: { isCalibrating })
    }
  }

  @Test(
    "The false alarm rate is as requested, whatever chose the epoch: 60 autoencoders, ten new rows each")
  func rate() throws {
    var alarms = 0
    for seed in 0..<UInt64(60) {
      var options = options(.autoencoder)
      options.network.hidden = [1]
      (options.training.epochs, options.training.batchSize) = (8, 4)
      options.training.patience = 2
      options.seed = seed
      let detector = try Detector.fit(SmallData.source(rows: 80, seed: 1_000 + seed), options: options)
      let errors = try detector.score(SmallData.source(rows: 10, seed: 5_000 + seed)).scores()
      let decision = detector.decision(.falseAlarmRate(0.1))
      alarms += errors.count { decision.flags($0) == true }
    }
    // Of 600, with the spread of 60 runs of 80 calibration rows each.
    #expect((30...95).contains(alarms), "\(alarms)")
  }
}
