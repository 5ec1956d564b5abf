import MisfitIngest
import MisfitModels
import MisfitNetworks
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Common patches of images")
struct PatchModelTests {
  private let folder: TemporaryFolder

  /// Writes images of 66 x 66 pixels with vertical stripes, whose phase differs from image to image; the
  /// second one to test has a gap in a stripe, as smooth as the ground.
  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<8 { try write(Self.stripes(phase: index), "good/\(index).png") }
    try write(Self.stripes(phase: 3), "test/0.png")
    var broken = Self.stripes(phase: 5)
    for row in 30..<38 { for column in 24..<34 { broken[row * 66 + column] = 60 } }
    try write(broken, "test/1.png")
  }

  private static func stripes(phase: Int) -> [UInt8] {
    (0..<66 * 66).map { ($0 % 66 + phase) % 8 < 4 ? 180 : 60 }
  }

  private func write(_ pixels: [UInt8], _ name: String) throws {
    try FileSystem.makeDirectory(folder.file(String(name.prefix { $0 != "/" })))
    try PNGEncoder.write(Image(height: 66, width: 66, channels: 1, pixels: pixels), to: folder.file(name))
  }

  private func options(threads: Int = 2, model: ModelChoice = .patches) -> FitOptions {
    var options = FitOptions()
    options.model = model
    options.training.epochs = 1
    options.scores.calibration = .split
    options.run.threadCount = threads
    return options
  }

  private func source(_ name: String) throws -> ImageFolderSource {
    let tiles = ImagePreparation.Tiles(side: 8, stride: 4, score: .peak, smoothing: 3, dilation: 4)
    return try ImageFolderSource(folder.file(name), preparation: ImagePreparation(tiles: tiles))
  }

  @Test("give a usual image a score near 1, and find a shape that no image had")
  func scores() throws {
    let detector = try Detector.fit(source("good"), options: options())
    #expect(detector.kind == .patches && detector.calibration.measure == .patches)
    let good = try detector.score(source("good")).scores()
    let median = good.sorted()[good.count / 2]
    #expect(median > 0.5 && median < 1.5, "\(good)")
    let test = try detector.score(source("test")).scores()
    #expect(test[1] > 1.5 * test[0], "\(test)")
    #expect(test[1] > good.max() ?? .infinity)
  }

  @Test("are scored by pixels, of which the image's score is the largest, where the defect is")
  func map() throws {
    let detector = try Detector.fit(source("good"), options: options())
    var index = 0
    try detector.score(source("test")).forEachBatch { batch in
      for row in 0..<batch.count {
        let sample = batch.sample(at: row)
        let map = try #require(sample.scoreMap)
        #expect(map.width == 66 && map.height == 66 && sample.score == Double(map.peak))
        if index == 1 {
          let place = try #require(map.values.indices.max { map.values[$0] < map.values[$1] })
          #expect((24..<44).contains(place / 66) && (16..<42).contains(place % 66), "\(place)")
        }
        index += 1
      }
    }
    #expect(index == 2)
  }

  @Test("are saved and loaded with the same scores, and are the same at any number of threads")
  func saved() throws {
    let files = try [1, 2].map { threads in
      let detector = try Detector.fit(source("good"), options: options(threads: threads))
      let path = folder.file("\(threads).misfit")
      try detector.save(path)
      let expected = try detector.score(source("test")).scores()
      #expect(try Detector.load(path).score(source("test")).scores() == expected)
      return try readBytes(path)
    }
    #expect(files[0] == files[1])
  }

  @Test("are learned by default from images in patches, unless options ask for an autoencoder")
  func choice() throws {
    let source = try source("good")
    var options = FitOptions()
    #expect(options.modelChoice(for: source) == .patches)
    options.scores.measure = .meanAbsolute
    #expect(options.modelChoice(for: source) == .autoencoder)
    options = FitOptions()
    options.training.epochs = 3
    options.training.timeLimitSeconds = 60
    #expect(options.modelChoice(for: source) == .patches)
    options.network.activation = .tanh
    #expect(options.modelChoice(for: source) == .autoencoder)
  }

  @Test(
    "are read from a file only if its numbers are possible",
    arguments: ["features", "weights", "centers"])
  func altered(_ name: String) throws {
    let path = folder.file("m.misfit")
    try Detector.fit(source("good"), options: options()).save(path)
    var model = try HandMadeModel(of: path)
    let index = try #require(model.tensors.firstIndex { $0.name == name })
    let count = model.tensors[index].values.count
    model.tensors[index].values = Array(repeating: name == "centers" ? .nan : -1, count: count)
    try model.write(to: path)
    #expect(throws: ModelFileError.self) { try Detector.load(path) }
  }

  @Test("are refused for rows of a table")
  func tables() {
    #expect(throws: ArchitectureError.self) {
      try Detector.fit(SmallData.source(), options: options())
    }
  }
}
