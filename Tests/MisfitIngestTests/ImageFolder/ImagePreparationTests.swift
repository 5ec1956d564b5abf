import Foundation
import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Preparing the images of a folder")
struct ImagePreparationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, height: Int, width: Int, channels: Int = 1, first: Int = 0) throws {
    let pixels = (0..<height * width * channels).map { UInt8(truncatingIfNeeded: first + 7 * $0) }
    let image = Image(height: height, width: width, channels: channels, pixels: pixels)
    try folder.write(name, PNGEncoder.encode(image))
  }

  private func copy(_ fixture: String, to name: String) throws {
    var tests = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { tests.deleteLastPathComponent() }
    let path = tests.appendingPathComponent("MisfitImagesTests/Fixtures/\(fixture)")
    try folder.write(name, Array(Data(contentsOf: path)))
  }

  @Test("JPEG and PNG may be mixed, whatever their names; other files are skipped and counted")
  func formats() throws {
    try copy("grey.jpg", to: "a.png")
    try copy("orientation-6.jpg", to: "b")
    try folder.write("c.txt", "no image")
    try folder.write("d.svg", "<svg/>")
    let source = try ImageFolderSource(folder.path, preparation: .init(size: .init(width: 4, height: 3)))
    #expect(source.layout.shape == .image(height: 3, width: 4, channels: 3))
    #expect(
      source.layout.notes.contains(
        "2 other files skipped (1 .svg, 1 .txt); only PNG, JPEG, TIFF, WebP, GIF and BMP are read"))
    #expect(try contents(of: source).ids == ["a.png", "b"])
  }

  @Test(
    "a file named as an image that is not one, or is truncated, is an error that names it",
    arguments: ["x.png", "x.JPG", "x.jpeg"])
  func calledImage(name: String) throws {
    try write("a.png", height: 2, width: 2)
    try folder.write(name, "<html>not found</html>")
    let error = ingestError { _ = try ImageFolderSource(folder.path) }
    #expect(error?.position?.source.hasSuffix(name) == true)
    #expect(error?.diagnosis.description.contains("no image in a format that is read") == true)
  }

  @Test("an image truncated in its pixels is refused when it is read, with file and reason")
  func cut() throws {
    try copy("rgb-420.jpg", to: "a.jpg")
    let path = folder.file("a.jpg")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.dropLast(200).write(to: URL(fileURLWithPath: path))
    let source = try ImageFolderSource(folder.path)
    let error = ingestError { _ = try contents(of: source) }
    #expect(error?.diagnosis.description.contains("a.jpg") == true)
    #expect(error?.diagnosis.description.contains("the JPEG ends before its image does") == true)
  }

  @Test("images of mixed sizes are resized and converted to gray")
  func resized() throws {
    try write("a.png", height: 4, width: 6, channels: 3)
    try write("b.png", height: 5, width: 3)
    let preparation = ImagePreparation(size: .init(width: 3, height: 2), isGrey: true)
    let source = try ImageFolderSource(folder.path, preparation: preparation)
    #expect(source.layout.shape == .image(height: 2, width: 3, channels: 1))
    #expect(source.layout.valueKind == .uint8)
    let rows = try contents(of: source).rows
    for (row, name) in zip(rows, ["a.png", "b.png"]) {
      let raster = try ImageDecoder.raster(ofFile: folder.file(name)).convertedToGray
      #expect(row == raster.resized(width: 3, height: 2).values)
    }
  }

  @Test("tiles are regions of their image, in color", arguments: [1, 3, 100])
  func tiles(batchSize: Int) throws {
    try write("x/a.png", height: 5, width: 7, channels: 3)
    try write("y/b.png", height: 4, width: 4, first: 100)
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: .init(side: 4, stride: 2)))
    let grid = try #require(source.layout.grid)
    let found = try contents(of: source, batchSize: batchSize)
    #expect(grid.tiledImages.map(\.tileCount) == [6, 1])
    #expect(found.rows.count == 7 && source.layout.rowCount == 7 && source.layout.sampleCount == 2)
    #expect(found.ids == Array(repeating: "x/a.png", count: 6) + ["y/b.png"])
    #expect(found.labels == Array(repeating: "x", count: 6) + ["y"])
    for (record, row) in found.rows.enumerated() {
      let place = grid.place(ofRecord: record)
      let name = ["x/a.png", "y/b.png"][place.image]
      let image = try PNGDecoder.image(ofFile: folder.file(name)).convertedToRGB
      let expected = (0..<16).flatMap {
        image[place.row + $0 / 4, place.column + $0 % 4].map { Double($0) }
      }
      #expect(row == expected)
    }
  }

  @Test("16-bit images keep their fraction of 8 bits up to the network's input")
  func deep() throws {
    try copy("deep-grey.png", to: "a.png")
    try write("b.png", height: 5, width: 7)
    let source = try ImageFolderSource(folder.path)
    #expect(source.layout.valueKind == .float64 && source.layout.holdsPixels)
    let raster = try ImageDecoder.raster(ofFile: folder.file("a.png"))
    #expect(try contents(of: source).rows[0] == raster.values)
    let data = try TrainingData.load(source)
    #expect(Set(data.schema.scales) == [255] && Set(data.schema.offsets) == [0])
    guard case .words(let words) = raster.samples else {
      Issue.record("not 16 bits")
      return
    }
    for (word, value) in zip(words, raster.values) {
      #expect(abs(data.schema.encode(value, column: 0) - Float(word) / 65535) < 1e-7)
    }
  }

  @Test("the image of another size is named, with both remedies")
  func sizes() throws {
    try write("a.png", height: 3, width: 9)
    try write("b.png", height: 2, width: 2)
    try write("c.png", height: 2, width: 2)
    let source = try ImageFolderSource(folder.path)
    let text = ingestError { _ = try source.makeReader() }?.diagnosis.description ?? ""
    #expect(text.contains("a.png has 9 x 3 pixels, b.png 2 x 2"))
    #expect(text.contains("ImagePreparation.size` = WxH") && text.contains("ImagePreparation.tiles` = N"))
    let expected = SampleShape.image(height: 2, width: 2, channels: 1)
    let error = ingestError { _ = try ImageFolderSource(folder.path, expectedShape: expected) }
    #expect(error?.position?.source.hasSuffix("a.png") == true)
  }

  @Test("an image smaller than a tile is named; a single pixel is a tile of side 1")
  func small() throws {
    try write("a.png", height: 1, width: 1)
    let error = ingestError {
      _ = try ImageFolderSource(folder.path, preparation: .init(tiles: .init(side: 2)))
    }
    #expect(error?.kind == .smallerThanTile(.init(width: 1, height: 1), side: 2))
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: .init(side: 1)))
    #expect(try contents(of: source).rows == [[0]])
    #expect(try contents(of: ImageFolderSource(folder.path)).rows == [[0]])
  }

  @Test("preparing anything but a folder is refused")
  func noFolder() throws {
    try folder.write("a.csv", "a,b\n1,2\n")
    let options = SourceOptions.with { $0.preparation.isGrey = true }
    let error = ingestError { _ = try DataSource.open(folder.file("a.csv"), options: options) }
    #expect(error?.kind == .noImageFolder)
  }

  @Test("gray images become RGB for a model of RGB")
  func expectedChannels() throws {
    try write("a.png", height: 2, width: 2)
    let shape = SampleShape.image(height: 2, width: 2, channels: 3)
    let source = try ImageFolderSource(folder.path, expectedShape: shape)
    #expect(source.layout.shape == shape)
    #expect(try contents(of: source).rows == [[0, 0, 0, 7, 7, 7, 14, 14, 14, 21, 21, 21]])
  }

  @Test("whole images are held out, and the schema contains the preparation")
  func heldOut() throws {
    for index in 0..<10 { try write("\(index).png", height: 4, width: 2 + index % 3, first: index) }
    let preparation = ImagePreparation(tiles: .init(side: 2, score: .mean))
    let source = try ImageFolderSource(folder.path, preparation: preparation)
    var options = TrainingData.Options()
    options.validationShare = 0.3
    let data = try TrainingData.load(source, options: options)
    #expect(data.validationImages.count == 3 && data.trainingImages.count == 7)
    #expect(data.validation?.rowCount == data.validationImages.reduce(0) { $0 + $1.tileCount })
    #expect(data.training.rowCount == data.trainingImages.reduce(0) { $0 + $1.tileCount })
    let held = HeldOutRows(rowCount: 10, share: 0.3, seed: 0)
    let counts = (1...10).filter { held.contains(record: $0) }.map {
      (source.layout.grid?.tiledImages ?? [])[$0 - 1]
    }
    #expect(counts == data.validationImages)
    let coded = try JSONDecoder().decode(Schema.self, from: JSONEncoder().encode(data.schema))
    #expect(coded == data.schema && coded.preparation == preparation)
  }

  @Test(
    "a schema whose preparation does not match its shape is refused",
    arguments: [
      #""side":2"#: #""side":3"#, #""stride":2"#: #""stride":0"#, #""isGrey":false"#: #""isGrey":3"#,
      #""shape":[2,2,1]"#: #""shape":[4]"#,
    ])
  func hostile(part: String, replacement: String) throws {
    for index in 0..<3 { try write("\(index).png", height: 2, width: 2, first: index) }
    let source = try ImageFolderSource(folder.path, preparation: .init(tiles: .init(side: 2)))
    let schema = try TrainingData.load(source).schema
    let text = String(decoding: try JSONEncoder().encode(schema), as: UTF8.self)
    #expect(text.contains(part))
    let altered = Data(text.replacingOccurrences(of: part, with: replacement).utf8)
    #expect(throws: (any Error).self) { try JSONDecoder().decode(Schema.self, from: altered) }
  }
}
