import MisfitCore
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Maps of scores")
struct ScoreMapTests {
  private let folder: TemporaryFolder

  init() throws { folder = try SmallData.colorImages() }

  private func detector(
    smoothing: Int, dilation: Int = 0, measure: ScoreMeasure? = nil, model: ModelChoice = .autoencoder,
    quantile: Double = 0.99
  ) throws -> (Detector, ImageFolderSource) {
    let tiles = ImagePreparation.Tiles(
      side: 4, stride: 3, score: .peak, smoothing: smoothing, dilation: dilation)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: tiles))
    var options = SmallData.options(epochs: 1)
    options.model = model
    options.scores.measure = measure
    options.scores.quantile = quantile
    return (try Detector.fit(source, options: options), source)
  }

  @Test(
    "a pixel has the mean of the tiles that hold it, averaged over its neighbors in the image",
    arguments: [1, 3, 5])
  func sums(smoothing: Int) {
    let size = ImageSize(width: 6, height: 5)
    let tiles = ImagePreparation.Tiles(side: 3, stride: 2, score: .peak, smoothing: smoothing)
    var sum = ScoreMapSum(size, tiles)
    var (sums, counts) = (Array(repeating: 0.0, count: 30), Array(repeating: 0.0, count: 30))
    // The last tiles of a row end at the edge: columns 0, 2, 3 and rows 0, 2.
    for (tile, (row, column)) in [(0, 0), (0, 2), (0, 3), (2, 0), (2, 2), (2, 3)].enumerated() {
      let pixels = FloatBuffer((0..<9).map { Float(($0 * 7 + tile * 5) % 11) }).all
      sum.add(pixels, toTile: tile)
      for pixel in 0..<9 {
        let place = (row + pixel / 3) * 6 + column + pixel % 3
        sums[place] += Double(pixels[pixel])
        counts[place] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / $1 }
    let map = sum.map(isRoot: false)
    for row in 0..<5 {
      for column in 0..<6 {
        let rows = max(0, row - smoothing / 2)...min(4, row + smoothing / 2)
        let columns = max(0, column - smoothing / 2)...min(5, column + smoothing / 2)
        let total = rows.reduce(0.0) { sum, row in columns.reduce(sum) { $0 + means[row * 6 + $1] } }
        let expected = total / Double(rows.count * columns.count)
        #expect(abs(Double(map.values[row * 6 + column]) - expected) < 1e-5)
      }
    }
    #expect(map.peak == map.values.max())
    #expect(map.values[map.peakPosition.row * 6 + map.peakPosition.column] == map.peak)
  }

  @Test("the score of an image is the mean of the highest thousandth of a map before it spreads")
  func top() {
    let values = (0..<50 * 60).map { Float(($0 * 7919) % 3001) }
    let part = (0..<3_000).map { $0 < 2_100 }
    func map(_ values: [Float], within part: [Bool]? = nil) -> ScoreMap {
      ScoreMap(width: 60, height: 50, values: values, dilation: 3, within: part, score: .top)
    }
    let sorted = values.sorted(by: >)
    #expect(map(values).score == (sorted[0] + sorted[1] + sorted[2]) / 3 && map(values).peak == sorted[0])
    let inside = values.prefix(2_100).sorted(by: >)
    #expect(map(values, within: part).score == (inside[0] + inside[1]) / 2)
    #expect(map([.nan] + values.dropFirst()).score.isNaN)
    #expect(ScoreMap(width: 2, height: 1, values: [1, 3], dilation: 0, within: nil, score: .top).score == 3)
  }

  @Test("a model that takes the mean of the highest scores has it with and without pictures, and in its file")
  func topScores() throws {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 2, score: .top, smoothing: 3, dilation: 1)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: tiles))
    let detector = try Detector.fit(source, options: SmallData.options(epochs: 1))
    var scores: [Double] = []
    try detector.score(source).forEachBatch { batch in
      scores.append(batch.score(at: 0))
      // Of 56 or 63 pixels, the highest one.
      let map = try #require(batch.scoreMap)
      #expect(batch.score(at: 0) == Double(map.peak))
    }
    #expect(try detector.score(source).scores() == scores)
    #expect(detector.schema.tileScoreText.contains("highest thousandth"))
  }

  @Test("a score of patches is refused where there are none")
  func noPatches() throws {
    var options = SmallData.options(epochs: 1)
    options.rows.patchScore = .top
    let source = try ImageFolderSource(
      folder.path, preparation: .init(size: ImageSize(width: 8, height: 7)))
    let error = #expect(throws: FitError.self) { try Detector.fit(source, options: options) }
    #expect(error?.kind == .noPatches(.top))
  }

  @Test("scores spread to the pixels around them, and the peak stays where it was", arguments: [1, 2, 4, 9])
  func spread(dilation: Int) {
    let (width, height) = (7, 5)
    let values = (0..<35).map { Float(($0 * 17 + 3) % 35) }
    let plain = ScoreMap(width: width, height: height, values: values)
    let map = ScoreMap(width: width, height: height, values: values, dilation: dilation, within: nil)
    for row in 0..<height {
      for column in 0..<width {
        let rows = max(0, row - dilation)...min(height - 1, row + dilation)
        let columns = max(0, column - dilation)...min(width - 1, column + dilation)
        let largest = rows.flatMap { row in columns.map { values[row * width + $0] } }.max()
        #expect(map.values[row * width + column] == largest)
      }
    }
    #expect(map.peak == plain.peak && map.peakPosition == plain.peakPosition)
  }

  @Test("scores from outside of a region do not spread into it, nor out of it")
  func spreadInRegion() {
    let part = [true, true, false, false]
    let map = ScoreMap(width: 4, height: 1, values: [1, 2, 3, 4], dilation: 1, within: part)
    #expect(map.values == [2, 2, 0, 0] && map.peak == 2 && map.peakPosition == (0, 1))
  }

  @Test("a NaN stays where it is when scores spread")
  func spreadNaN() {
    let map = ScoreMap(width: 3, height: 1, values: [1, .nan, 3], dilation: 1, within: nil)
    #expect(map.values[0] == 1 && map.values[1].isNaN && map.values[2] == 3 && map.peak.isNaN)
  }

  @Test("scores and maps are the same without pictures", arguments: [nil, .meanAbsolute] as [ScoreMeasure?])
  func withoutPictures(measure: ScoreMeasure?) throws {
    let (detector, source) = try detector(smoothing: 3, dilation: 2, measure: measure)
    var scoring = try detector.score(source)
    var (scores, maps): ([Double], [ScoreMap?]) = ([], [])
    try scoring.forEachBatch { batch in
      scores.append(batch.score(at: 0))
      maps.append(batch.scoreMap)
    }
    scoring.makesPictures = false
    var index = 0
    try scoring.forEachBatch { batch in
      #expect(batch.score(at: 0) == scores[index] && batch.scoreMap == maps[index] && batch.errorMap == nil)
      #expect(batch.id(at: 0).hasSuffix(".png"))
      index += 1
    }
    #expect(index == scores.count && scores.count == 6)
  }

  @Test("a map with NaN has NaN for its peak")
  func notANumber() {
    let map = ScoreMap(width: 2, height: 2, values: [1, 5, .nan, 2])
    #expect(map.peak.isNaN && map.peakPosition == (1, 0))
  }

  @Test(
    "an image's score is the peak of its map, and the threshold is that of peaks",
    arguments: [
      (.meanSquared, .autoencoder), (.reconstruction(.rootMeanSquared), .autoencoder),
      (.meanAbsolute, .autoencoder), (nil, .local),
    ] as [(ScoreMeasure?, ModelChoice)])
  func peaks(measure: ScoreMeasure?, model: ModelChoice) throws {
    let (detector, source) = try detector(smoothing: 3, measure: measure, model: model, quantile: 1)
    var scores: [Double] = []
    try detector.score(source).forEachBatch { batch in
      let sample = batch.sample(at: 0)
      let map = try #require(sample.scoreMap)
      #expect(map.values.count == sample.shape.elementCount / 3)
      #expect(sample.score == Double(map.peak) && map.peak == map.values.max())
      scores.append(sample.score)
    }
    #expect(scores.count == 6)
    guard model == .autoencoder else { return }
    // Five images were learned from, too few to hold some out, and they calibrate.
    #expect(scores.contains { abs($0 - detector.calibration.threshold.value) < 1e-6 * $0 })
  }

  @Test("without smoothing, the map of squared errors is that of the pixels")
  func squares() throws {
    let (detector, source) = try detector(smoothing: 1, measure: .meanSquared)
    try detector.score(source).forEachBatch { batch in
      let (map, errors) = (try #require(batch.scoreMap), try #require(batch.errorMap))
      #expect(zip(map.values, errors).allSatisfy { abs($0 - $1) <= 1e-6 * $1 })
    }
  }

  @Test("a saved model gives the same maps")
  func saved() throws {
    let (detector, source) = try detector(smoothing: 3, dilation: 2)
    let path = folder.file("tiles.misfit")
    try detector.save(path)
    let expected = try detector.score(source).scores()
    #expect(try Detector.load(path).score(Detector.load(path).open(folder.path)).scores() == expected)
  }
}
