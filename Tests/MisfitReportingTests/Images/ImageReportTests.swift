import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import Misfit
@testable import MisfitReporting

@Suite("The report on a folder of images")
struct ImageReportTests {
  private let folder: TemporaryFolder
  private let out: String

  /// Twelve images with a smooth pattern, of which `b/11.png` has a bright spot of 3 x 4 pixels.
  init() throws {
    folder = try TemporaryFolder()
    out = folder.file("out")
    for index in 0..<12 {
      var pixels = (0..<24 * 32).map { (pixel: Int) in UInt8(60 + pixel % 32 * 2 + (pixel / 32 + index) % 3) }
      if index == 11 {
        for row in 10..<13 { for column in 20..<24 { pixels[row * 32 + column] = 250 } }
      }
      let name = folder.file("photos/\(index < 6 ? "a" : "b")")
      try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
      try PNGEncoder.write(
        Image(height: 24, width: 32, channels: 1, pixels: pixels), to: "\(name)/\(index).png")
    }
  }

  private func scoring(_ preparation: ImagePreparation) throws -> Scoring {
    let source = try ImageFolderSource(folder.file("photos"), preparation: preparation)
    var options = FitOptions()
    options.model = .principalComponents
    options.run.threadCount = 2
    options.scores.quantile = 0.9
    let normal = try ImageFolderSource(folder.file("photos/a"), preparation: preparation)
    return try Detector.fit(normal, options: options).score(source)
  }

  private static let tiles = ImagePreparation(tiles: .init(side: 8, stride: 4, score: .peak))

  private func write(
    _ drawn: DrawnImages, _ preparation: ImagePreparation = tiles
  ) throws -> ScoreSummary {
    var report = DetectionReport(try scoring(preparation).flagging(by: .contamination(0.1)))
    report.drawnImages = drawn
    return try report.write(to: out)
  }

  private func image(_ name: String) throws -> Image { try PNGDecoder.image(ofFile: "\(out)/\(name)") }
  private func lines(_ name: String) throws -> [[Substring]] {
    String(decoding: try readBytes("\(out)/\(name)"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  @Test("contains map, mask and overlay of each image in its size, and the regions of the flagged one")
  func files() throws {
    let summary = try write(.all)
    #expect(summary.images?.drawnCount == 12 && summary.images?.imageWithRegionsCount == 1)
    for index in 0..<12 {
      for kind in ["maps", "masks", "overlays"] {
        let picture = try image("\(kind)/\(index < 6 ? "a" : "b")/\(index).png")
        #expect(picture.width == 32 && picture.height == 24)
      }
    }
    let regions = try lines("regions.csv").dropFirst()
    let numbers = try #require(regions.first).dropFirst(2).compactMap { Double($0) }
    #expect(regions.allSatisfy { $0[0] == "b/11.png" } && numbers.count == 8)
    #expect((18...24).contains(numbers[6]) && (8...13).contains(numbers[7]) && numbers[5] > 1)
    let mask = try image("masks/b/11.png")
    #expect(Double(mask.pixels.count { $0 == 255 }) == regions.reduce(0) { $0 + (Double($1[6]) ?? 0) })
    #expect(try image("masks/a/0.png").pixels.allSatisfy { $0 == 0 })
    #expect(summary.worst.first?.regions.first?.area == Int(numbers[4]))
    #expect(try lines("pictures.csv").count == 13)
  }

  @Test("draws only as many images as asked, and examples; the files are listed")
  func some() throws {
    let summary = try write(.worst(1))
    let listed = try lines("pictures.csv").dropFirst()
    #expect(summary.images?.drawnCount == listed.count && listed.count < 12)
    #expect(listed.contains { $0[0] == "b/11.png" && $0[2] == "1" })
    for row in listed {
      for path in row.suffix(6) {
        #expect(FileManager.default.fileExists(atPath: "\(out)/\(path)"), "\(path)")
      }
    }
  }

  @Test("removes the pictures of an earlier report that it does not replace, and nothing else")
  func again() throws {
    _ = try write(.all)
    try Data([1]).write(to: URL(fileURLWithPath: "\(out)/maps/mine.png"))
    _ = try write(.worst(1))
    let listed = Set(try lines("pictures.csv").dropFirst().map { $0[7] })
    let maps = try FileManager.default.subpathsOfDirectory(atPath: "\(out)/maps")
      .filter { $0.hasSuffix(".png") }.map { "maps/\($0)"[...] }
    #expect(Set(maps) == listed.union(["maps/mine.png"]))
    #expect(!(try FileManager.default.contentsOfDirectory(atPath: out).contains { $0.hasPrefix(".") }))
  }

  @Test("without drawing has neither pictures nor regions")
  func none() throws {
    let summary = try write(.none)
    #expect(summary.images == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(!names.contains("maps") && !names.contains("regions.csv") && names.contains("report.html"))
  }

  @Test("of a model of whole images, smaller than the files, has maps in the size of the files")
  func whole() throws {
    let summary = try write(.all, ImagePreparation(size: ImageSize(width: 16, height: 12)))
    #expect(summary.images?.unitText.contains("pixel error") == true)
    let map = try image("maps/b/11.png")
    #expect(map.width == 32 && map.height == 24)
    let region = try #require(summary.worst.first { $0.id == "b/11.png" }?.regions.first)
    #expect((17...25).contains(region.peakX) && (7...15).contains(region.peakY))
  }

  @Test("refuses to write among the images that it reads")
  func inputs() throws {
    var report = DetectionReport(try scoring(Self.tiles))
    report.drawnImages = .all
    let moved = folder.file("report")
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(moved)/maps", withDestinationPath: folder.file("photos"))
    #expect(throws: ImageFolderOutput.OutputError.self) { try report.write(to: moved) }
  }

  @Test("leaves nothing when it is stopped while it draws")
  func stopped() throws {
    struct Stop: Error {}
    var report = DetectionReport(try scoring(Self.tiles))
    report.drawnImages = .all
    #expect(throws: Stop.self) {
      try report.write(to: out, onDrawing: { _, _ in throw Stop() })
    }
    #expect(!FileManager.default.fileExists(atPath: out))
  }
}
