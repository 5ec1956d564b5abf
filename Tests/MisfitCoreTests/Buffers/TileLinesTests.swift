import MisfitCore
import Testing

@Suite("Lines of a tile") struct TileLinesTests {
  /// Lengths around eight elements, which are taken at once.
  static let lengths = [0, 1, 7, 8, 9, 16, 23]

  @Test("are copied one after the other, and nothing else is written", arguments: lengths)
  func copies(length: Int) {
    let image = (0..<200).map { UInt8($0) }
    let lines = TileLines(start: 5, length: length, stride: 30, count: 4)
    var target = [UInt8](repeating: 255, count: 4 * length + 3)
    var span = target.mutableSpan
    lines.copy(of: image.span, to: &span, at: 2)
    let expected = (0..<4).flatMap { line in (0..<length).map { UInt8(5 + line * 30 + $0) } }
    #expect(target == [255, 255] + expected + [255])
  }

  @Test("get a tile's numbers added, and other elements stay", arguments: lengths)
  func adds(length: Int) {
    let tile = (0..<3 * length).map { Float($0) + 0.5 }
    let lines = TileLines(start: 4, length: length, stride: 25, count: 3)
    var image = (0..<80).map { Float($0) * 100 }
    var expected = image
    for line in 0..<3 {
      for index in 0..<length { expected[4 + line * 25 + index] += tile[line * length + index] }
    }
    var span = image.mutableSpan
    lines.add(tile.span, to: &span)
    #expect(image == expected)
  }

  @Test("outside of the image are refused")
  func outside() async {
    await #expect(processExitsWith: .failure) {
      var target = [UInt8](repeating: 0, count: 64)
      var span = target.mutableSpan
      TileLines(start: 1, length: 8, stride: 8, count: 8).copy(
        of: [UInt8](repeating: 0, count: 64).span, to: &span, at: 0)
    }
  }
}
