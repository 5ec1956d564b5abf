import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Images larger than the model")
struct TiledImageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try SmallData.colorImages() }

  private func detector(_ score: TileScore, quantile: Double = 0.99) throws -> (Detector, ImageFolderSource) {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 3, score: score)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: tiles))
    var options = SmallData.options(epochs: 1)
    options.scores.quantile = quantile
    return (try Detector.fit(source, options: options), source)
  }

  @Test(
    "an image's error combines the errors of its tiles, by every measure",
    arguments: [TileScore.maximum, .mean])
  func errors(score: TileScore) throws {
    let (detector, source) = try detector(score)
    let grid = try #require(source.layout.grid)
    var tiles = try detector.score(source)
    tiles.stitchesTiles = false
    var images = try detector.score(source)
    images.batchCapacity = 4
    for measure in ErrorMeasure.allCases {
      var parts = Array(repeating: [Double](), count: 6)
      try tiles.forEachBatch { batch in
        for index in 0..<batch.count {
          let image = grid.place(ofRecord: batch.record(at: index) - 1).image
          parts[image].append(batch.allErrors(at: index).value(of: measure))
        }
      }
      var errors: [Double] = []
      try images.forEachBatch { batch in
        #expect(batch.count == 1)
        errors.append(batch.allErrors(at: 0).value(of: measure))
      }
      let expected = parts.map { parts in
        if score == .maximum { return parts.max() ?? 0 }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        return measure == .rootMeanSquared ? mean(parts.map { $0 * $0 }).squareRoot() : mean(parts)
      }
      try #require(errors.count == expected.count)
      #expect(zip(errors, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(measure)")
    }
  }

  @Test(
    "an image's own score combines the own scores of its tiles", arguments: [TileScore.maximum, .mean],
    [ModelChoice.neighbors, .local])
  func ownScores(score: TileScore, model: ModelChoice) throws {
    let tiling = ImagePreparation.Tiles(side: 4, stride: 3, score: score)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: tiling))
    var options = SmallData.options(epochs: 1)
    options.model = model
    let detector = try Detector.fit(source, options: options)
    let grid = try #require(source.layout.grid)
    var tiles = try detector.score(source)
    tiles.stitchesTiles = false
    var parts = Array(repeating: [Double](), count: 6)
    try tiles.forEachBatch { batch in
      for index in 0..<batch.count {
        parts[grid.place(ofRecord: batch.record(at: index) - 1).image].append(batch.score(at: index))
      }
    }
    let expected = parts.map { parts in
      score == .maximum ? parts.max() ?? 0 : parts.reduce(0, +) / Double(parts.count)
    }
    let errors = try detector.score(source).scores()
    #expect(errors.count == 6 && detector.calibration.measure == (model == .local ? .relative : .own))
    #expect(zip(errors, expected).allSatisfy { $1 > 0 && abs($0 - $1) < 1e-6 * $1 })
    #expect(detector.calibrationText == "images, each tile without itself")
    #expect(detector.calibration.scores.count < grid.tileCount)
  }

  @Test("the whole image is stitched, with a map of its errors")
  func stitched() throws {
    let (detector, source) = try detector(.maximum)
    var number = 0
    try detector.score(source).forEachBatch { batch in
      let sample = batch.sample(at: 0)
      let image = try PNGDecoder.image(ofFile: folder.file("\(number).png"))
      number += 1
      #expect(sample.id == "\(number - 1).png" && sample.record == number)
      #expect(sample.shape == .image(height: image.height, width: image.width, channels: 3))
      #expect(sample.input.count == image.unitValues.count)
      #expect(zip(sample.input, image.unitValues).allSatisfy { abs($0 - $1) < 1e-6 })
      let map = try #require(sample.errorMap)
      #expect(map.count == image.height * image.width)
      // The first pixel is in a single tile.
      let square = (0..<3).reduce(Float(0)) { sum, channel in
        let difference = sample.input[channel] - sample.reconstruction[channel]
        return sum + difference * difference
      }
      #expect(abs(map[0] - square / 3) < 1e-6)
      #expect(sample.picture(rank: 1, of: detector)?.errors?.count == map.count)
    }
    #expect(number == 6)
  }

  @Test("the threshold is that of images, not of tiles")
  func threshold() throws {
    let (detector, source) = try detector(.maximum, quantile: 1)
    // Too few are held out to calibrate on.
    #expect(detector.calibration.scores.count == 5)
    #expect(detector.calibrationText == "images trained on")
    let errors = try detector.score(source).scores()
    #expect(errors.count == 6)
    #expect(errors.contains { abs($0 - detector.calibration.threshold.value) < 1e-9 })
  }

  @Test("a saved model prepares the images that it scores")
  func byItself() throws {
    let (detector, source) = try detector(.maximum)
    let path = folder.file("tiles.misfit")
    try detector.save(path)
    let loaded = try Detector.load(path)
    let expected = try detector.score(source).scores()
    #expect(
      try loaded.score(ImageFolderSource(folder.path, preparation: .init(size: .init(width: 9, height: 9))))
        .scores() == expected)
    #expect(try loaded.score(loaded.open(folder.path)).scores() == expected)
  }

  @Test("a tile is named by its position if each tile is a sample")
  func names() throws {
    let (detector, source) = try detector(.maximum)
    var scoring = try detector.score(source)
    scoring.stitchesTiles = false
    var ids: [String] = []
    try scoring.forEachBatch { batch in ids += (0..<batch.count).map { batch.id(at: $0) } }
    #expect(ids.prefix(4) == ["0.png@0,0", "0.png@3,0", "0.png@4,0", "0.png@0,3"])
    #expect(ids.count == source.layout.grid?.tileCount)
  }

  @Test("a long image is averaged down for its picture, and its score does not change")
  func long() throws {
    let other = try TemporaryFolder()
    let pixels = (0..<4 * 2050).map { UInt8(truncatingIfNeeded: $0 * 3) }
    for name in ["a.png", "b.png"] {
      try PNGEncoder.write(Image(height: 4, width: 2050, channels: 1, pixels: pixels), to: other.file(name))
    }
    let source = try ImageFolderSource(other.path, preparation: .init(tiles: .init(side: 4)))
    let detector = try Detector.fit(source, options: SmallData.options(epochs: 1))
    let worst = try #require(detector.score(source).largest(1).first)
    #expect(worst.shape == .image(height: 1, width: 513, channels: 1))
    let block = (0..<16).map { Float(pixels[$0 / 4 * 2050 + $0 % 4]) }
    #expect(abs(worst.input[0] - block.reduce(0, +) / 16 / 255) < 1e-5)
  }

  @Test("a NaN among the tiles makes the image's score NaN, but not that of the next image")
  func notANumber() {
    let size = ImageSize(width: 1, height: 1)
    let images = [TiledImage(size: size, tileCount: 3), TiledImage(size: size, tileCount: 2)]
    var scores = ImageScores(.init(side: 1, score: .maximum), of: .meanSquared, images: images)
    let values = [1, Double.nan, 5, 2, 4].map { scores.add($0) }
    #expect(values[0] == nil && values[1] == nil && values[3] == nil)
    #expect(values[2]?.isNaN == true)
    #expect(values[4] == 4)
    var rows = ImageScores(.init(side: 1, score: .mean), of: .reconstruction(.rootMeanSquared), images: [])
    #expect(rows.add(7) == 7)
  }
}
