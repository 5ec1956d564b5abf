import MisfitAnalytics
import MisfitCore
import MisfitImages
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The threshold of images that are learned from and judged")
struct GroupThresholdTests {
  /// A folder of 40 images with a bright row and a little noise, and of `anomalyCount` images of noise.
  private func images(anomalyCount: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 3)
    for index in 0..<40 + anomalyCount {
      let pixels = (0..<36).map { pixel in
        let noise = generator.nextUnitFloat()
        return index >= 40 ? UInt8(255 * noise) : UInt8((pixel / 6 == index % 6 ? 200 : 20) + 20 * noise)
      }
      let name = (index >= 40 ? "anomaly" : "usual") + "\(index).png"
      try PNGEncoder.write(Image(height: 6, width: 6, channels: 1, pixels: pixels), to: folder.file(name))
    }
    return folder
  }

  /// A model of a folder, with a quantile of its own or without one.
  private func detector(
    _ folder: TemporaryFolder, quantile: Double? = nil, isScored: Bool = true
  ) throws -> Detector {
    var options = FitOptions()
    options.rows.areScored = isScored
    if let quantile { options.scores.quantile = quantile }
    options.run.threadCount = 1
    return try Detector.fit(ImageFolderSource(folder.path), options: options)
  }

  @Test("is the valley between two groups of scores, and flags the higher one")
  func valley() throws {
    let folder = try images(anomalyCount: 8)
    let detector = try detector(folder)
    #expect(detector.calibration.threshold.quantile == nil)
    try detector.score(ImageFolderSource(folder.path)).forEachBatch { batch in
      for index in 0..<batch.count {
        #expect(batch.flags(batch.score(at: index)) == batch.id(at: index).hasPrefix("anomaly"))
      }
    }
  }

  @Test("is the quantile that is asked for, even the usual one", arguments: [0.95, 0.99])
  func quantile(asked: Double) throws {
    let detector = try detector(images(anomalyCount: 8), quantile: asked)
    #expect(detector.calibration.threshold.quantile == asked)
  }

  @Test(
    "lies below images too few for a group, whether all are judged or taken to be normal",
    arguments: [
      true, false,
    ])
  func fewAnomalies(areScored: Bool) throws {
    let folder = try images(anomalyCount: 2)
    let detector = try detector(folder, isScored: areScored)
    #expect(ScoreGroups(detector.calibration.scores) == nil)
    #expect(detector.calibration.threshold.quantile == nil)
    var flagged: [String] = []
    try detector.score(ImageFolderSource(folder.path)).forEachBatch { batch in
      flagged += (0..<batch.count).filter { batch.flags(batch.score(at: $0)) == true }.map(batch.id)
    }
    #expect(flagged.count == 2 && flagged.allSatisfy { $0.hasPrefix("anomaly") })
  }

  @Test("is the usual quantile if there is one group, and for images that are taken to be normal")
  func oneGroup() throws {
    #expect(try detector(images(anomalyCount: 0)).calibration.threshold.quantile == 0.99)
    let normal = try detector(images(anomalyCount: 8), isScored: false)
    #expect(normal.calibration.threshold.quantile == 0.99)
  }

  @Test("is the usual quantile, too, if normal images are so few that their model's own scores calibrate it")
  func fewImages() throws {
    let folder = try images(anomalyCount: 8)
    var options = FitOptions()
    options.model = .principalComponents
    options.scores.calibration = .split
    options.rows.validationShare = 0
    let detector = try Detector.fit(ImageFolderSource(folder.path), options: options)
    #expect(detector.calibration.origin == .training)
    #expect(ScoreGroups(detector.calibration.scores) != nil)
    #expect(detector.calibration.threshold.quantile == 0.99)
  }
}
