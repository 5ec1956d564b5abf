import Foundation
import MisfitCore
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Calibration")
struct CalibrationTests {
  static let models: [ModelChoice] = [.autoencoder, .principalComponents, .local, .neighbors, .global]

  @Test("Other rows change the calibration, and no byte of the model's weights", arguments: models)
  func weightsStay(model: ModelChoice) throws {
    let folder = try TemporaryFolder()
    let (path, other) = (folder.file("model.misfit"), folder.file("other.misfit"))
    var options = SmallData.options(epochs: 2)
    options.model = model
    let detector = try Detector.fit(SmallData.source(), options: options)
    try detector.save(path)
    let loaded = try Detector.load(path)
    let calibrated = try loaded.calibrated(with: errors(of: loaded, rows: 50), of: "normal")
    try calibrated.save(other)
    let (before, after) = (try SafeTensors(readingFrom: path), try SafeTensors(readingFrom: other))
    #expect(before.tensors.count == after.tensors.count && !before.tensors.isEmpty)
    for (old, new) in zip(before.tensors, after.tensors) {
      #expect(old.name == new.name && old.extents == new.extents)
      #expect(old.values.array.map(\.bitPattern) == new.values.array.map(\.bitPattern))
    }
    let record = try Detector.load(other).calibration
    #expect(record.origin == .given && record.source == "normal" && record.scores.count == 50)
    #expect(record.threshold.quantile == detector.calibration.threshold.quantile)
    #expect(record.pValue(of: .infinity) == 1.0 / 51)
    #expect(record != loaded.calibration)
  }

  @Test("More scores than a sketch keeps are saved with their tail, and an inconsistent tail is an error")
  func largest() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.misfit")
    let detector = try SmallData.detector(epochs: 1)
    var errors = CalibrationScores()
    for index in 0..<6_000 { errors.update(Double(index * 7_919 % 6_000)) }
    let calibrated = try detector.calibrated(with: errors, of: "many", quantile: 0.5)
    #expect(calibrated.calibration.scores.largest.count == 6_000)
    try calibrated.save(path)
    let loaded = try Detector.load(path)
    #expect(loaded.calibration == calibrated.calibration && loaded.weightBits == detector.weightBits)
    #expect(loaded.calibration.pValue(of: 5_990) == 11.0 / 6_001)
    let lies: [([Float]) -> [Float]] = [
      { $0.reversed() }, { [.nan] + $0.dropFirst() }, { $0 + $0.suffix(1) },
    ]
    for lie in lies {
      var model = try HandMadeModel(of: path)
      let index = try #require(model.tensors.firstIndex { $0.name == ModelFile.largestScores })
      let values = lie(model.tensors[index].values)
      model.tensors[index] = (ModelFile.largestScores, [values.count], values)
      let hostile = folder.file("hostile.misfit")
      try model.write(to: hostile)
      #expect(throws: ModelFileError(.altered("tensor \(ModelFile.largestScores)"), path: hostile)) {
        try Detector.load(hostile)
      }
    }
  }

  @Test("Rows that steer training do not calibrate if enough are held out")
  func parts() throws {
    let rows = FixedRows((0..<90).map { Float($0) }, width: 1)
    let parts = HeldOutParts(rows, tiledImages: [], steersTraining: true)
    let (steering, calibrating) = (try values(parts.steering), try values(parts.calibrating))
    #expect(steering.count == 45 && calibrating.count == 45 && !parts.areShared)
    #expect(Set(steering + calibrating).count == 90)
    let shared = HeldOutParts(
      FixedRows((0..<39).map { Float($0) }, width: 1), tiledImages: [], steersTraining: true)
    #expect(shared.areShared && shared.calibratingCount == 39)
    #expect(!HeldOutParts(rows, tiledImages: [], steersTraining: false).areShared)
    let tiles = HeldOutParts(
      rows,
      tiledImages: ([3, 1] + Array(repeating: 2, count: 43)).map {
        TiledImage(size: ImageSize(width: 4, height: 4), tileCount: $0)
      }, steersTraining: true)
    #expect(tiles.tiledImages.count == 22 && tiles.tiledImages[0].tileCount == 1)
    #expect(tiles.calibrating?.rowCount == tiles.tiledImages.reduce(0) { $0 + $1.tileCount })
    #expect(try values(tiles.calibrating).prefix(3) == [3, 6, 7], "whole images")
  }

  @Test("An unfinished run and rows without errors are refused")
  func refusals() throws {
    let detector = try SmallData.detector(epochs: 1)
    #expect(throws: CalibrationError(.noErrors("x"))) {
      try detector.calibrated(with: CalibrationScores(), of: "x")
    }
    var record = detector.record
    record.calibration.scores = ScoreCalibration(scores: [])
    let unfinished = Detector(record: record, model: detector.model)
    #expect(throws: CalibrationError(.unfinishedModel)) {
      try unfinished.calibrated(with: errors(of: detector, rows: 5), of: "x")
    }
  }

  @Test("The false alarm rate of held-out calibration is as requested: 200 models, one new row each")
  func guarantee() throws {
    let rate = 0.1
    var alarms = 0
    for seed in 0..<UInt64(200) {
      var options = SmallData.options()
      options.model = .principalComponents
      options.components = .count(1)
      options.rows.validationShare = 0.5
      options.seed = seed
      let detector = try Detector.fit(SmallData.source(rows: 78, seed: 1_000 + seed), options: options)
      #expect(detector.calibration.origin == .validation && detector.calibration.scores.count == 39)
      var scoring = try detector.score(SmallData.source(rows: 1, seed: 5_000 + seed))
      scoring.threadCount = 1
      let error = try scoring.scores()[0]
      if detector.decision(.falseAlarmRate(rate)).flags(error) == true { alarms += 1 }
    }
    // 3 standard deviations about 20; 39 errors make 0.1 a whole number of fortieths.
    #expect((8...32).contains(alarms), "\(alarms)")
  }

  private func errors(of detector: Detector, rows: Int) throws -> CalibrationScores {
    var errors = CalibrationScores()
    errors.update(contentsOf: try detector.score(SmallData.source(rows: rows, seed: 12)).scores())
    return errors
  }

  private func values(_ rows: (any EpochRows)?) throws -> [Float] {
    let rows = try #require(rows)
    try rows.beginEpoch(1, shuffled: true)
    let buffer = FloatBuffer(count: rows.rowCount * rows.width).all
    try rows.makeAvailable(0..<rows.rowCount)
    rows.gather(0..<rows.rowCount, into: buffer)
    return buffer.array
  }
}
