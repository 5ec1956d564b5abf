import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Folders of images")
struct ImageFolderSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, height: Int = 2, width: Int = 3, channels: Int = 1, first: UInt8 = 0)
    throws
  {
    let pixels = (0..<height * width * channels).map { first + UInt8($0) }
    let image = Image(height: height, width: width, channels: channels, pixels: pixels)
    try folder.write(name, PNGEncoder.encode(image))
  }

  @Test("The pictures of an earlier report are not data")
  func reports() throws {
    for name in ["a.png", "kind/b.png", "out/worst.png"] { try write(name) }
    for name in ["summary.json", "report.html"] { try folder.write("out/\(name)", "{}") }
    #expect(try ImageFolderSource(folder.path).imageIDs == ["a.png", "kind/b.png"])
  }

  @Test("subfolders are labels, paths are identifiers, and the order is sorted")
  func labels() throws {
    try write("cat/b.png", first: 10)
    try write("cat/a.png", first: 20)
    try write("ant/z.PNG", first: 30)
    try folder.write("cat/notes.txt", "no image")
    let source = try ImageFolderSource(folder.path)
    #expect(source.layout.shape == .image(height: 2, width: 3, channels: 1))
    let contents = try contents(of: source, batchSize: 2)
    #expect(contents.ids == ["ant/z.PNG", "cat/a.png", "cat/b.png"])
    #expect(contents.labels == ["ant", "cat", "cat"])
    #expect(contents.rows.map { $0[0] } == [30, 20, 10])
    #expect(contents.rows[0] == (30..<36).map(Double.init))
  }

  @Test("gray images among RGB ones become RGB")
  func mixedChannels() throws {
    try write("a.png", first: 1)
    try write("b.png", channels: 3, first: 2)
    let source = try ImageFolderSource(folder.path)
    #expect(source.layout.shape == .image(height: 2, width: 3, channels: 3))
    #expect(source.layout.hasLabels == false)
    #expect(try contents(of: source).rows[0][..<6] == [1, 1, 1, 2, 2, 2])
  }

  @Test("a color image for a model of gray ones is named, or skipped where that is asked for")
  func colorsForGrayModel() throws {
    try write("a.png")
    try write("b.png", channels: 3)
    let gray = SampleShape.image(height: 2, width: 3, channels: 1)
    let error = ingestError { _ = try ImageFolderSource(folder.path, expectedShape: gray) }
    #expect(error?.kind == .colorImage)
    #expect(error?.position?.source.hasSuffix("b.png") == true)
    #expect(error?.diagnosis.remedy?.description.contains("-colorspace Gray") == true)
    let badData = BadDataHandling(policy: .skip)
    let rest = try ImageFolderSource(folder.path, expectedShape: gray, badData: badData)
    #expect(rest.imageIDs == ["a.png"])
    // If no image is left, the error is that of the first one, not that there are none.
    let colored = ingestError {
      _ = try ImageFolderSource(folder.path + "/b.png", expectedShape: gray, badData: badData)
    }
    #expect(colored?.kind == .colorImage)
    let converted = ImagePreparation(isGrey: true)
    let all = try ImageFolderSource(folder.path, preparation: converted, expectedShape: gray)
    #expect(all.imageIDs == ["a.png", "b.png"])
  }

  @Test("images of two sizes are named, with a remedy")
  func sizes() throws {
    try write("a.png")
    try write("b.png", height: 4)
    let source = try ImageFolderSource(folder.path)
    #expect(source.hasSeveralSizes)
    let error = ingestError { _ = try source.makeReader() }
    #expect(
      error?.kind
        == .imageSizes(
          path: "a.png", shape: .image(height: 2, width: 3, channels: 1), otherPath: "b.png",
          otherShape: .image(height: 4, width: 3, channels: 1)))
    #expect(error?.diagnosis.remedy != nil)
  }

  @Test("a damaged image is an error that names it")
  func damaged() throws {
    try write("a.png")
    try folder.write("b.png", Array("no image at all".utf8))
    let error = ingestError { _ = try ImageFolderSource(folder.path) }
    #expect(error?.position?.source.hasSuffix("b.png") == true)
  }
}
