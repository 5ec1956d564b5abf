import Foundation
import Testing
import _DetectorTestSupport
import _TestSupport

@testable import MisfitReporting

@Suite("TensorBoard log of a fit")
struct TensorBoardLogTests {
  private func eventFiles(_ folder: String) throws -> [Data] {
    try FileSystem.names(in: folder).map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")) }
  }

  private func contains(_ file: Data, _ text: String) -> Bool { file.range(of: Data(text.utf8)) != nil }

  @Test("a table logs losses, rate, weights and errors, and a second fit does not change the first file")
  func table() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    let source = try SmallData.source()
    let log = try TensorBoardLog(path)
    #expect(!log.continuesRun)
    let detector = try Detector.fit(source, options: SmallData.options(epochs: 2)) { try log.record($0) }
    try log.finish(detector, source)
    let first = try #require(eventFiles(path).first)
    for tag in ["loss/train", "loss/validation", "learning_rate", "errors"]
      + detector.network.tensors.map(\.name)
    {
      #expect(contains(first, tag), "\(tag)")
    }
    #expect(!contains(first, "reconstructions"))
    let second = try TensorBoardLog(path)
    #expect(second.continuesRun)
    try second.record(.resumed(epochs: 2))
    #expect(try eventFiles(path).first == first)
    #expect(try eventFiles(path).count == 2)
  }

  @Test("images are logged with their reconstructions")
  func images() throws {
    let folder = try TemporaryFolder()
    for index in 0..<3 {
      let image = Image(height: 2, width: 2, channels: 1, pixels: [0, 50, UInt8(index), 255])
      try PNGEncoder.write(image, to: folder.file("\(index).png"))
    }
    let source = try ImageFolderSource(folder.path)
    let detector = try Detector.fit(source, options: SmallData.options(epochs: 1))
    let log = try TensorBoardLog(folder.file("run"))
    try log.finish(detector, source)
    let file = try #require(eventFiles(folder.file("run")).first)
    #expect(contains(file, "reconstructions") && contains(file, "IHDR"))
  }
}
