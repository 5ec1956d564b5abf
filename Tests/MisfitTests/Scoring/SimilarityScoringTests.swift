import MisfitCore
import MisfitModels
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Scores by the similarity of images and their reconstructions")
struct SimilarityScoringTests {
  private static let measures = [ScoreMeasure.structuralDissimilarity, .gradientDissimilarity]
  private let folder: TemporaryFolder

  init() throws { folder = try SmallData.colorImages() }

  private func detector(
    _ measure: ScoreMeasure, tiles: ImagePreparation.Tiles? = nil, model: ModelChoice = .autoencoder,
    threads: Int = 2
  ) throws -> (Detector, ImageFolderSource) {
    let size = tiles == nil ? ImageSize(width: 8, height: 7) : nil
    let source = try ImageFolderSource(folder.path, preparation: .init(size: size, tiles: tiles))
    var options = SmallData.options(epochs: 1)
    options.model = model
    options.scores.measure = measure
    options.run.threadCount = threads
    return (try Detector.fit(source, options: options), source)
  }

  @Test(
    "A whole image is scored by the mean of its pixels' errors, which its map shows", arguments: measures,
    [ModelChoice.autoencoder, .principalComponents, .local])
  func whole(measure: ScoreMeasure, model: ModelChoice) throws {
    let (detector, source) = try detector(measure, model: model)
    let similarity = try #require(measure.similarity)
    var count = 0
    try detector.score(source).forEachBatch { batch in
      for index in 0..<batch.count {
        let sample = batch.sample(at: index)
        let (height, width, channels) = try #require(sample.shape.imageExtents)
        let errors = similarity.errors(
          FloatBuffer(sample.input).all, FloatBuffer(sample.reconstruction).all, height: height, width: width,
          channels: channels)
        #expect(sample.errorMap == errors && batch.anomalyMap(at: index)?.values == errors)
        let mean = errors.reduce(0.0) { $0 + Double($1) } / Double(errors.count)
        #expect(sample.score == Double(Float(mean)))
        #expect(sample.reconstructionError == batch.allErrors(at: index).meanSquared)
        count += 1
      }
    }
    #expect(count == source.layout.rowCount && detector.calibration.scores.count > 0)
    try checkFile(of: detector, source)
  }

  @Test(
    "An image in tiles is scored by the peak of the errors of its stitched reconstruction",
    arguments: measures, [1, 3])
  func stitched(measure: ScoreMeasure, smoothing: Int) throws {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 2, score: .peak, smoothing: smoothing)
    let (detector, source) = try detector(measure, tiles: tiles)
    let similarity = try #require(measure.similarity)
    var scores: [Double] = []
    try detector.score(source).forEachBatch { batch in
      let sample = batch.sample(at: 0)
      let map = try #require(sample.scoreMap)
      scores.append(sample.score)
      #expect(sample.score == Double(map.peak) && sample.score > 0)
      guard smoothing == 1 else { return }
      let errors = similarity.errors(
        FloatBuffer(sample.input).all, FloatBuffer(sample.reconstruction).all, height: map.height,
        width: map.width, channels: 3)
      #expect(zip(map.values, errors).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(try detector.score(source).scores() == scores, "without pictures")
    // All images were learned or held out: the threshold is a score like theirs.
    let threshold = detector.calibration.threshold.value
    #expect(threshold <= (scores.max() ?? 0) * 4 && threshold >= (scores.min() ?? 1) / 4)
    try checkFile(of: detector, source)
  }

  @Test("A tile that is a sample of its own has the mean of its pixels' errors", arguments: measures)
  func tile(measure: ScoreMeasure) throws {
    for score in [TileScore.peak, .maximum] {
      let tiles = ImagePreparation.Tiles(side: 4, stride: 4, score: score)
      let (detector, source) = try detector(measure, tiles: tiles)
      var scoring = try detector.score(source)
      scoring.stitchesTiles = false
      try scoring.forEachBatch { batch in
        let errors = try #require(measure.similarity).errors(
          batch.input(at: 0), batch.reconstruction(at: 0), height: 4, width: 4, channels: 3)
        #expect(abs(batch.score(at: 0) - Double(errors.reduce(0, +) / 16)) < 1e-6)
      }
    }
  }

  @Test("The file is the same at any number of threads", arguments: measures)
  func threads(measure: ScoreMeasure) throws {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 2, score: .peak, smoothing: 3)
    let files = try [1, 3].map { threads in
      let path = folder.file("../\(threads).misfit")
      try detector(measure, tiles: tiles, threads: threads).0.save(path)
      return try readBytes(path)
    }
    #expect(files[0] == files[1])
  }

  @Test("The measure is refused for tables, targets and values outside of [0, 1]")
  func refused() throws {
    var options = SmallData.options(epochs: 1)
    options.scores.measure = .structuralDissimilarity
    #expect(throws: MeasureError.self) { try Detector.fit(SmallData.source(), options: options) }
    let source = try ImageFolderSource(
      folder.path, preparation: .init(size: ImageSize(width: 8, height: 7)))
    options.scaling = .standard
    #expect(throws: MeasureError.self) { try Detector.fit(source, options: options) }
    options.scaling = .automatic
    options.rows.targetSource = source
    #expect(throws: MeasureError.self) { try Detector.fit(source, options: options) }
  }

  @Test("A model with such a score is not exported")
  func export() throws {
    let (detector, _) = try detector(.structuralDissimilarity)
    #expect(throws: ExportError.self) { try DetectorGraph(detector, named: "m") }
  }

  private func checkFile(of detector: Detector, _ source: ImageFolderSource) throws {
    let path = folder.file("../saved.misfit")
    try detector.save(path)
    let loaded = try Detector.load(path)
    #expect(loaded.calibration.measure == detector.calibration.measure)
    #expect(try loaded.score(source).scores() == detector.score(source).scores())
  }
}
