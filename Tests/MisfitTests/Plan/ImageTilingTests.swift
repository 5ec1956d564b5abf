import Foundation
import MisfitCore
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("Patches of large images")
struct ImageTilingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, side) in [("large", 65), ("small", 64)] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true)
      for index in 0..<3 {
        let pixels = (0..<side * side).map { UInt8(truncatingIfNeeded: $0 * 3 + index) }
        try PNGEncoder.write(
          Image(height: side, width: side, channels: 1, pixels: pixels),
          to: folder.file("\(name)/\(index).png"))
      }
    }
  }

  private func tiles(
    _ name: String, _ kind: ModelChoice = .autoencoder, preparation: ImagePreparation = ImagePreparation(),
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> ImagePreparation.Tiles? {
    var options = FitOptions()
    change(&options)
    let source = try ImageFolderSource(folder.file(name), preparation: preparation)
    return try ImageTiling.applied(to: source, kind, options).layout.preparation?.tiles
  }

  @Test("are taken of images whose sides are longer than 64 pixels")
  func sizes() throws {
    #expect(try tiles("small") == nil)
    #expect(try tiles("large") == .init(side: 8, stride: 2, score: .peak, smoothing: 3, dilation: 4))
    #expect(try tiles("large", .local) == .init(side: 8, stride: 4, score: .peak, smoothing: 3, dilation: 4))
    #expect(try tiles("large", .patches) == tiles("large"))
    #expect(try tiles("large", .principalComponents) == nil)
    #expect(
      try tiles("small", .repair) == .init(side: 64, stride: 64, score: .peak, smoothing: 1, dilation: 4))
    #expect(
      try tiles("large", .repair) == .init(side: 64, stride: 32, score: .peak, smoothing: 1, dilation: 4))
  }

  @Test("are taken of images of several sizes, unless one is smaller than a patch")
  func severalSizes() throws {
    let mixed = try TemporaryFolder()
    func write(_ side: Int, _ name: String) throws {
      let image = Image(
        height: side, width: side + 3, channels: 1, pixels: Array(repeating: 9, count: side * (side + 3)))
      try PNGEncoder.write(image, to: mixed.file(name))
    }
    try write(20, "a.png")
    try write(31, "b.png")
    let source = try ImageFolderSource(mixed.path)
    let options = FitOptions()
    #expect(options.modelChoice(for: source) == .patches)
    let cut = try ImageTiling.applied(to: source, .patches, options)
    #expect(cut.layout.preparation?.tiles?.side == 8)
    // Tiles of 8 every 2 pixels, the last at the edge.
    #expect(cut.layout.rowCount == 7 * 9 + 13 * 14)
    try write(7, "c.png")
    let small = try ImageFolderSource(mixed.path)
    #expect(options.modelChoice(for: small) == .local)
    #expect(throws: IngestError.self) { try Detector.fit(small) }
  }

  @Test("are not taken where the options or the source say otherwise")
  func given() throws {
    #expect(try tiles("large") { $0.rows.imagesAreWhole = true } == nil)
    #expect(try tiles("large") { $0.network.hidden = [4] } == nil)
    #expect(try tiles("large") { $0.network.architecture = "conv" } == nil)
    let resized = ImagePreparation(size: ImageSize(width: 65, height: 65))
    #expect(try tiles("large", preparation: resized) == nil)
    let cut = ImagePreparation(tiles: .init(side: 5))
    #expect(try tiles("large", preparation: cut) == .init(side: 5))
  }

  @Test("are what a fit learns and scores, and the fit says so")
  func fit() throws {
    let source = try ImageFolderSource(folder.file("large"))
    var options = SmallData.options(epochs: 1)
    (options.network.hidden, options.training.batchSize) = (nil, 512)
    var notes: [String] = []
    let detector = try Detector.fit(source, options: options) { event in
      if case .tiled(let note) = event { notes.append(note.description) }
    }
    #expect(notes.count == 1 && notes[0].contains("8 x 8 pixels every 2"))
    #expect(detector.schema.shape == .image(height: 8, width: 8, channels: 1))
    #expect(detector.network.architecture.codeCount == 32)
    try detector.score(source).forEachBatch { batch in
      let sample = batch.sample(at: 0)
      #expect(sample.shape == .image(height: 65, width: 65, channels: 1))
      let map = try #require(sample.scoreMap)
      #expect(sample.score == Double(map.peak))
    }
  }
}
