import MisfitNetworks
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Repair of images")
struct RepairModelTests {
  private let folder: TemporaryFolder

  /// Writes stripes of 16 x 12 pixels, whose phase differs from image to image.
  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<8 {
      let pixels = (0..<16 * 12).map { ($0 % 16 + index) % 4 < 2 ? UInt8(220) : 30 }
      try PNGEncoder.write(
        Image(height: 12, width: 16, channels: 1, pixels: pixels), to: folder.file("\(index).png"))
    }
  }

  private func options(epochs: Int = 1, threads: Int = 2) -> FitOptions {
    var options = FitOptions()
    options.model = .repair
    options.training.epochs = epochs
    options.training.batchSize = 8
    options.scores.calibration = .split
    options.run.threadCount = threads
    return options
  }

  @Test("learns to score the pixels of an image, which the model's own score is the largest of")
  func scores() throws {
    let source = try ImageFolderSource(folder.path)
    var networks: [Int] = []
    let detector = try Detector.fit(source, options: options()) { event in
      if case .member(let network, let count) = event { networks.append(network * 10 + count) }
    }
    #expect(networks == [12, 22])
    #expect(detector.kind == .repair && detector.calibration.measure == .defect)
    #expect(detector.schema.preparation?.tiles?.side == 12 && detector.training.epochs.count == 1)
    try detector.score(source).forEachBatch { batch in
      let sample = batch.sample(at: 0)
      let map = try #require(sample.scoreMap)
      #expect(map.width == 16 && map.height == 12 && sample.score == Double(map.peak))
      #expect(map.values.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test("is saved and loaded with the same scores, and is the same at any number of threads")
  func saved() throws {
    let source = try ImageFolderSource(folder.path)
    let files = try [1, 2].map { threads in
      let detector = try Detector.fit(source, options: options(threads: threads))
      let path = folder.file("\(threads).misfit")
      try detector.save(path)
      let expected = try detector.score(source).scores()
      #expect(try Detector.load(path).score(source).scores() == expected)
      return try readBytes(path)
    }
    #expect(files[0] == files[1])
  }

  @Test("is refused for rows of a table")
  func tables() {
    #expect(throws: ArchitectureError.self) {
      try Detector.fit(SmallData.source(), options: options())
    }
  }
}
