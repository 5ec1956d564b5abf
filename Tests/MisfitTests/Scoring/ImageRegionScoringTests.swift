import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit

@Suite("The regions of scored images")
struct ImageRegionScoringTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for index in 0..<8 {
      var pixels = (0..<20 * 30).map { (pixel: Int) in UInt8(100 + (pixel + index) % 7) }
      if index == 7 { pixels[315] = 190 }
      let image = Image(height: 20, width: 30, channels: 1, pixels: pixels)
      try PNGEncoder.write(image, to: folder.file("\(index).png"))
    }
  }

  private func scoring() throws -> Scoring {
    let tiles = ImagePreparation.Tiles(side: 4, stride: 2, score: .peak)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: tiles))
    var options = FitOptions()
    options.model = .principalComponents
    options.run.threadCount = 1
    return try Detector.fit(source, options: options).score(source).flagging(by: .contamination(0.13))
  }

  @Test("belong to flagged images, and contain the pixel with the image's score")
  func regions() throws {
    let samples = try scoring().largest(8)
    let flagged = try #require(samples.first)
    #expect(flagged.isFlagged == true && flagged.imageSize == ImageSize(width: 30, height: 20))
    let map = try #require(flagged.scoreMap)
    let region = try #require(flagged.regions.first)
    #expect(region.peakX == map.peakPosition.column && region.peakY == map.peakPosition.row)
    #expect(region.peak > 1)
    #expect(samples.filter { $0.isFlagged != true }.allSatisfy { $0.regions.isEmpty })
  }

  @Test("are the same when only some images are scored")
  func selected() throws {
    let all = try scoring()
    let sample = try #require(try all.largest(1).first)
    let some = try #require(all.selecting(records: [sample.record, 2]))
    let again = try some.largest(2)
    #expect(again.map(\.id) == [sample.id, "1.png"] && again[0].record == 1)
    #expect(again[0].regions == sample.regions && again[0].score == sample.score)
  }
}
