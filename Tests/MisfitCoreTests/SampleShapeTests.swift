import Foundation
import MisfitCore
import Testing

@Suite struct SampleShapeTests {
  @Test("a shape counts the values of a sample")
  func elementCount() throws {
    #expect(SampleShape.row(30).elementCount == 30)
    #expect(SampleShape.image(height: 28, width: 20, channels: 3).elementCount == 1680)
    #expect(try #require(SampleShape([])).elementCount == 1)
    #expect(SampleShape.row(30).imageExtents == nil)
    let extents = try #require(SampleShape.image(height: 28, width: 20, channels: 3).imageExtents)
    #expect(extents == (28, 20, 3))
    #expect(SampleShape.image(height: 28, width: 20, channels: 3).description == "28 x 20 x 3")
  }

  @Test(
    "an extent below 1, or a product that overflows, is no shape",
    arguments: [
      [0], [-1], [3, 0], [-2, -2], [Int.max, 2], [1 << 32, 1 << 32], [Int.min], [Int.max, Int.max, 0],
    ])
  func badExtents(_ extents: [Int]) {
    #expect(SampleShape(extents) == nil)
  }

  @Test("the largest product that fits is a shape")
  func largest() { #expect(SampleShape([Int.max, 1])?.elementCount == Int.max) }

  @Test("a shape is coded as its extents")
  func roundTrip() throws {
    let shape = SampleShape.image(height: 8, width: 8, channels: 1)
    let data = try JSONEncoder().encode(shape)
    #expect(String(decoding: data, as: UTF8.self) == "[8,8,1]")
    #expect(try JSONDecoder().decode(SampleShape.self, from: data) == shape)
  }

  @Test(
    "an invalid shape is an error, not a trap",
    arguments: ["[0]", "[-5,2]", "[4294967296,4294967296]", "[9223372036854775807,2]", "[1.5]", "7", "null"])
  func hostile(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(SampleShape.self, from: Data(text.utf8))
    }
  }

  @Test("a row without columns is a precondition failure")
  func precondition() async {
    await #expect(processExitsWith: .failure) { _ = SampleShape.row(0) }
    await #expect(processExitsWith: .failure) { _ = SampleShape.image(height: 1, width: 0, channels: 1) }
  }
}
