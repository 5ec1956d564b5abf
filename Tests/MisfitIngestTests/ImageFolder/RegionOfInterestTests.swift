import Foundation
import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Region of interest")
struct RegionOfInterestTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, width: Int, height: Int, _ pixels: [UInt8]) throws {
    try folder.write(
      name, PNGEncoder.encode(Image(height: height, width: width, channels: 1, pixels: pixels)))
  }

  @Test("pixels outside of the rectangle and the mask are black, and what counts is scaled to other sizes")
  func blanked() throws {
    try write("images/a.png", width: 4, height: 2, [1, 2, 3, 4, 5, 6, 7, 8])
    try write("mask.png", width: 4, height: 2, [255, 255, 255, 255, 0, 255, 255, 0])
    var preparation = ImagePreparation()
    preparation.region = RegionOfInterest(
      rectangle: ImageRectangle(x: 1, y: 0, width: 3, height: 2), maskPath: "\(folder.path)/mask.png")
    let source = try ImageFolderSource("\(folder.path)/images", preparation: preparation)
    #expect(try contents(of: source).rows == [[0, 2, 3, 4, 0, 6, 7, 0]])
    let region = try #require(source.preparation.region)
    #expect(region.isInside(ImageSize(width: 2, height: 1)) == [true, false])
    // A model stores the mask itself.
    let copy = try JSONDecoder().decode(RegionOfInterest.self, from: JSONEncoder().encode(region))
    #expect(copy == region && copy.isUsable && copy.maskPath == nil)
  }

  @Test("a region that does not fit the images is an error")
  func errors() throws {
    let size = ImageSize(width: 4, height: 2)
    try write("mask.png", width: 3, height: 2, [0, 1, 0, 1, 0, 1])
    try write("black.png", width: 4, height: 2, [UInt8](repeating: 0, count: 8))
    for region in [
      RegionOfInterest(rectangle: ImageRectangle(x: 2, y: 0, width: 3, height: 1)),
      RegionOfInterest(maskPath: "\(folder.path)/mask.png"),
      RegionOfInterest(maskPath: "\(folder.path)/black.png"),
      RegionOfInterest(maskPath: "\(folder.path)/missing.png"),
    ] {
      #expect(throws: IngestError.self) { try region.resolved(for: size, named: "a.png") }
    }
    #expect(!RegionOfInterest().isUsable)
  }
}
