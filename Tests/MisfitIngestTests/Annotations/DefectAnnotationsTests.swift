import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Annotations of defects")
struct DefectAnnotationsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeImage(
    _ name: String, width: Int = 4, height: Int = 4, white: Set<Int> = [], to value: UInt8 = 255
  )
    throws
  {
    let pixels = (0..<width * height).map { white.contains($0) ? value : 0 }
    try folder.write(
      name, PNGEncoder.encode(Image(height: height, width: width, channels: 1, pixels: pixels)))
  }

  /// Opens a folder of the images `good/0.png` and `crack/0.png` of 4 x 4 pixels.
  private func images() throws -> ImageFolderSource {
    try writeImage("data/good/0.png")
    try writeImage("data/crack/0.png")
    return try ImageFolderSource("\(folder.path)/data")
  }

  private func regions(
    _ annotations: DefectAnnotations, _ number: Int, _ id: String, isGood: Bool? = false, side: Int = 4
  ) throws -> [[Int]] {
    // The pixels of a mask are one region here.
    try annotations.regions(
      ofImage: number, id: id, isGood: isGood, on: ImageSize(width: side, height: side)
    ) { mask, _ in
      mask.contains(true) ? [mask.indices.filter { mask[$0] }] : []
    }
  }

  private func boxes(
    _ text: String, ending: String = "txt", _ options: DefectAnnotations.BoxOptions = .init()
  )
    throws -> [[Int]]
  {
    let images = try images()
    try folder.write("boxes/0.\(ending)", text)
    return try regions(
      DefectAnnotations(boxes: "\(folder.path)/boxes", options, of: images), 1, "crack/0.png")
  }

  @Test(
    "masks are found by name, with or without _mask and the folder",
    arguments: [
      "crack/0_mask.png", "crack/0.png", "0.png", "deep/crack/0_mask.png",
    ])
  func names(path: String) throws {
    let images = try images()
    try writeImage("masks/\(path)", white: [5, 6], to: 1)
    let folder = "\(folder.path)/masks\(path.hasPrefix("deep") ? "/deep" : "")"
    let masks = try DefectAnnotations(masks: folder, of: images)
    #expect(try regions(masks, 1, "crack/0.png") == [[5, 6]])
    #expect(try regions(masks, 2, "good/0.png", isGood: true) == [])
  }

  @Test("regions are scaled to the map, and keep a pixel")
  func scaling() throws {
    let images = try images()
    try writeImage("masks/crack/0.png", white: [0, 1, 4, 5])
    let masks = try DefectAnnotations(masks: "\(folder.path)/masks", of: images)
    #expect(try regions(masks, 1, "crack/0.png", side: 2) == [[0]])
    #expect(try regions(masks, 1, "crack/0.png", side: 8).first?.count == 16)
    try writeImage("masks/crack/0.png", white: [0])
    #expect(try regions(masks, 1, "crack/0.png", side: 2) == [[0]])
  }

  @Test(
    "boxes are read as YOLO, plain lines and Pascal VOC",
    arguments: [
      ("txt", "0 0.5 0.5 0.5 0.5\n"), ("txt", "1 1 3 3 2\n"), ("txt", "1,1,3,3\n"),
      (
        "xml",
        """
        <?xml version="1.0"?><annotation><size><width>8</width><height>8</height></size><object>
        <name> RBC </name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>6</xmax><ymax>6</ymax></bndbox></object>
        </annotation>
        """
      ),
    ])
  func notations(ending: String, text: String) throws {
    #expect(try boxes(text, ending: ending) == [[5, 6, 9, 10]])
  }

  @Test("plain boxes are scaled from a given size, and filtered by type")
  func boxOptions() throws {
    var options = DefectAnnotations.BoxOptions()
    options.size = ImageSize(width: 640, height: 640)
    options.types = ["hole"]
    #expect(try boxes("0 0 160 160 dirt\n\n160 160 481 479 hole\n", options) == [[5, 6, 9, 10]])
  }

  @Test(
    "errors name the file and the line",
    arguments: [
      ("1 1 9 9 2", "txt", "0.txt: the box 1 1 9 9 is outside of the image of 4 x 4"),
      ("1 1 3 3\n1 2 3\n", "txt", "0.txt:2: \"1 2 3\" is no box"),
      ("{\"x\": 1}", "txt", "0.txt:1: \"{\"x\": 1}\" is no box"),
      ("<html></html>", "xml", "0.xml: this XML has no `annotation`"),
      (
        "<annotation><object><name>a</name></object></annotation>", "xml",
        "0.xml: the box of object \"a\" cannot be read"
      ),
    ])
  func badBoxes(text: String, ending: String, message: String) throws {
    let error = #expect(throws: IngestError.self) { try boxes(text, ending: ending) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("an image with a defect needs a mask, of its own size")
  func badMasks() throws {
    let images = try images()
    try writeImage("masks/good/0.png")
    let masks = try DefectAnnotations(masks: "\(folder.path)/masks", of: images)
    var error = #expect(throws: IngestError.self) { try regions(masks, 1, "crack/0.png") }
    #expect(error?.description.contains("crack/0.png has the label of a defect, and no mask") == true)
    #expect(try regions(masks, 1, "crack/0.png", isGood: nil) == [])
    try writeImage("masks/crack/0.png", width: 5)
    let others = try DefectAnnotations(masks: "\(folder.path)/masks", of: images)
    error = #expect(throws: IngestError.self) { try regions(others, 1, "crack/0.png") }
    #expect(error?.description.contains("the mask has 5 x 4 pixels, and image crack/0.png 4 x 4") == true)
  }

  @Test("a folder without a matching name, two masks of an image, and other data are errors")
  func badFolders() throws {
    let images = try images()
    try writeImage("other/7.png")
    #expect(throws: IngestError.self) { try DefectAnnotations(masks: "\(folder.path)/other", of: images) }
    try writeImage("two/crack/0.png")
    try writeImage("two/crack/0_mask.png")
    #expect(throws: IngestError.self) { try DefectAnnotations(masks: "\(folder.path)/two", of: images) }
    let table = try RandomSource(parsing: "random:3x2", seed: 1)
    #expect(throws: IngestError.self) { try DefectAnnotations(masks: folder.path, of: table) }
  }
}
