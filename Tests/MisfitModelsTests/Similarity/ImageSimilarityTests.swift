import MisfitCore
import Testing
import _TestSupport

@testable import MisfitModels

@Suite("Similarities of images")
struct ImageSimilarityTests {
  /// A pair of images in `similarity.json`, which `make_similarity.py` writes.
  private struct Pair: Decodable {
    var extents: [Int]
    var image: [Float]
    var reconstruction: [Float]
    var ssim: [Double]
    var msgms: [Double]

    func errors(_ similarity: ImageSimilarity) -> [Double] {
      similarity.errors(
        FloatBuffer(image).all, FloatBuffer(reconstruction).all, height: extents[0], width: extents[1],
        channels: extents[2]
      ).map(Double.init)
    }
  }

  @Test("have the errors of scikit-image and of SciPy", arguments: ImageSimilarity.allCases)
  func errors(similarity: ImageSimilarity) throws {
    let pairs = try Fixture.json("similarity.json", as: [Pair].self)
    #expect(pairs.map(\.extents) == [[20, 23, 1], [11, 33, 3]])
    for pair in pairs {
      let expected = similarity == .structural ? pair.ssim : pair.msgms
      #expect(areNear(pair.errors(similarity), expected, relative: 2e-4))
      #expect(expected.max() ?? 0 > 0.3, "the images differ")
    }
  }

  @Test(
    "are 0 for equal images of any size", arguments: ImageSimilarity.allCases,
    [(1, 1, 1), (1, 9, 3), (3, 4, 1), (17, 40, 1)])
  func equal(similarity: ImageSimilarity, shape: (height: Int, width: Int, channels: Int)) {
    let count = shape.height * shape.width * shape.channels
    let image = FloatBuffer((0..<count).map { Float($0 * 37 % 101) / 100 }).all
    let errors = similarity.errors(
      image, image, height: shape.height, width: shape.width, channels: shape.channels)
    #expect(errors.count == shape.height * shape.width)
    #expect(errors.allSatisfy { abs($0) < 1e-6 })
  }

  @Test("are NaN around a pixel that is NaN, and only there", arguments: ImageSimilarity.allCases)
  func nan(similarity: ImageSimilarity) {
    var values = (0..<64 * 64).map { Float($0 * 37 % 101) / 100 }
    let image = FloatBuffer(values).all
    values[0] = .nan
    let errors = similarity.errors(FloatBuffer(values).all, image, height: 64, width: 64, channels: 1)
    #expect(errors[0].isNaN && errors[64 * 64 - 1] == 0)
  }

  @Test("mirror a line beyond its ends, several times if it is short")
  func mirrored() {
    #expect(PixelPlane.mirrored(from: -3, count: 10, length: 4) == [2, 1, 0, 0, 1, 2, 3, 3, 2, 1])
    #expect(PixelPlane.mirrored(from: -5, count: 11, length: 1) == Array(repeating: 0, count: 11))
  }
}
