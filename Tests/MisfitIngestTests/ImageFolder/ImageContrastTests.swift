import Foundation
import MisfitCore
import MisfitImages
import Testing
import _TestSupport

@testable import MisfitIngest

@Suite("Contrast of images")
struct ImageContrastTests {
  /// Returns the samples that the definition gives, in doubles.
  private func expected(_ samples: [Double], by part: [Double]? = nil, largest: Double = 255) -> [Double] {
    let part = part ?? samples
    let mean = part.reduce(0, +) / Double(part.count)
    let variance = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count)
    let scale = largest / 255
    let gain = min(6, 48 * scale / variance.squareRoot())
    return samples.map { min(max((128 * scale + ($0 - mean) * gain).rounded(), 0), largest) }
  }

  @Test("has a mean of 128 and a deviation of 48 of 255, within the range")
  func definition() {
    let bytes = (0..<200).map { UInt8(100 + $0 * 37 % 41) }
    #expect(ImageContrast.normalized(bytes).map(Double.init) == expected(bytes.map(Double.init)))
    let words = bytes.map { UInt16($0) * 251 }
    #expect(
      ImageContrast.normalized(words).map(Double.init) == expected(words.map(Double.init), largest: 65_535))
    // A single bright pixel is clipped.
    let spike = [UInt8](repeating: 10, count: 99) + [255]
    #expect(ImageContrast.normalized(spike).last == 255)
  }

  @Test("rises at most sixfold, so that a flat part stays flat")
  func flat() {
    #expect(ImageContrast.normalized([UInt8](repeating: 7, count: 9)) == [UInt8](repeating: 128, count: 9))
    #expect(ImageContrast.normalized([UInt8]([20, 21, 20, 21])) == [125, 131, 125, 131])
  }

  @Test("undoes a change of brightness and contrast")
  func light() {
    let image = (0..<64).map { UInt8(50 + $0 * 13 % 150) }
    let dim = image.map { UInt8(20 + Double($0) / 2) }
    let (first, second) = (ImageContrast.normalized(image), ImageContrast.normalized(dim))
    #expect(zip(first, second).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let pixels = (0..<48).map { (index: Int) -> UInt8 in
      let base: Int = index < 24 ? 100 : 10
      return UInt8(base + index % 8 * 3)
    }
    try folder.write("a.png", PNGEncoder.encode(Image(height: 6, width: 8, channels: 1, pixels: pixels)))
    return folder
  }

  @Test("is that of the image, of each patch, or of the image where there are no patches")
  func parts() throws {
    let folder = try folder()
    let tiles = ImagePreparation.Tiles(side: 3, stride: 3)
    func rows(_ contrast: ImageContrast?, tiles: ImagePreparation.Tiles? = nil) throws -> [[Double]] {
      try contents(
        of: ImageFolderSource(folder.path, preparation: .init(contrast: contrast, tiles: tiles))
      ).rows
    }
    let plain = try rows(nil)[0]
    let whole = expected(plain)
    #expect(try rows(.image) == [whole])
    #expect(try rows(.patch) == [whole])
    let patches = try rows(nil, tiles: tiles).map { expected($0) }
    #expect(try rows(.patch, tiles: tiles) == patches)
    let first = [0, 1, 2, 8, 9, 10, 16, 17, 18].map { whole[$0] }
    #expect(try rows(.image, tiles: tiles)[0] == first)
  }

  @Test("follows from what is in the region of interest alone")
  func region() throws {
    let folder = try folder()
    var preparation = ImagePreparation(contrast: .image)
    let plain = try contents(of: ImageFolderSource(folder.path)).rows[0]
    preparation.region = RegionOfInterest(rectangle: ImageRectangle(x: 0, y: 0, width: 8, height: 3))
    let rows = try contents(of: ImageFolderSource(folder.path, preparation: preparation)).rows
    #expect(rows == [expected(Array(plain.prefix(24))) + [Double](repeating: 0, count: 24)])
  }

  @Test("is kept in a model file, and files of earlier versions have none")
  func coding() throws {
    let preparation = ImagePreparation(contrast: .patch, tiles: .init(side: 8, score: .top))
    let copy = try JSONDecoder().decode(ImagePreparation.self, from: JSONEncoder().encode(preparation))
    #expect(copy == preparation && copy.text == "contrast of each patch normalized, tiles of 8 x 8")
    let old = try JSONDecoder().decode(ImagePreparation.self, from: Data(#"{"isGrey": false}"#.utf8))
    #expect(old.isNothing && old.contrast == nil)
  }
}
